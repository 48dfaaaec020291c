//! Whether a certificate may be reissued, and if not, why and what to do.

//! Password hashes of the old systems.

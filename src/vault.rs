//! Sealing of personal data and keyed look-up values; the only holder of keys.

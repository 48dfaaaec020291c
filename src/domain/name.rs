//! Person names: fold key, comparison, masking.

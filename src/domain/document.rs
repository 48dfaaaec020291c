//! Identity documents: canonical form, comparison, masking.

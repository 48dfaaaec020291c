//! The photo rules of the manual.

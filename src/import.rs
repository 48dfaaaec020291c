//! The migration engine: source, transform, write, report.

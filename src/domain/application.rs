//! The application's state machine and its locked fields.

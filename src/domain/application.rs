//! The application's state machine, its locked fields, its key against duplicates, and its reference number.

mod duplicate;
mod locked;
mod open;
mod reference;
mod status;

pub use duplicate::{Details, DuplicateKey};
pub use locked::{Applicant, Locked, LockedValue, Path, Registered, Source, locked_fields, merge};
pub use open::{Open, OpenApplications};
pub use reference::Reference;
pub use status::{Feedback, FeedbackProblem, LegacyStatus, Refused, Status};

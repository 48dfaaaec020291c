//! What becomes of old accounts after the sign-in: proof, claim, manual verification, freezing, undoing, the reviewers' answers
//! (LINKING.md). Everything that changes what is a person's goes through [`settle`], which runs the table again.

mod again;
mod claim;
mod give_back;
pub mod inspect;
mod old_account;
mod page;
mod prove;
mod question;
mod report;
mod request;
mod settle;
pub mod tasks;
mod undo;

pub use again::RefusedRequest;
pub use claim::Claim;
pub use old_account::OldAccount;
pub(super) use page::waiting_for_reviewer;
pub use page::{LinkPage, LinkedAccounts, TaskSummary};
pub use prove::{Lockout, Proof};
pub use report::Reported;
pub use request::{Asked, Evidence, Full, Request};
pub(super) use settle::{Pair, Source, Table};
pub use undo::{Because, UndoError, Undone, undo, undo_grant};

use crate::domain::linking::Way;
use crate::ids::PersonId;

/// Who asks: the person, and how they came in.
#[derive(Clone, Debug)]
pub struct Asker {
    /// Whose session it is.
    pub person: PersonId,
    /// How that session's visitor signed in: what a proof is bound to.
    pub way: Way,
}

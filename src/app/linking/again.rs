//! A request that was refused, to be added to: as a further request that refers to it. A reviewer's answer stands: it was given once, is shown
//! to the citizen and is recorded, so the refused task itself is never opened anew.

use crate::app::tx::Tx;
use crate::app::{App, AppError};
use crate::db::tasks::Task;
use crate::domain::review::{Basis, Grounds, Kind, Status};
use crate::domain::verification::Statement;
use crate::ids::{AccountId, PersonId};
use crate::vault::Purpose;

/// What was said in a request that was refused.
#[derive(Clone, Debug)]
pub struct RefusedRequest {
    /// Its number.
    pub task: i64,
    /// The words that were said last.
    pub statement: Statement,
    /// The account it was about.
    pub account: Option<AccountId>,
}

impl App {
    /// A request of this person that was refused. Another's, and one that is open or approved, is not found.
    pub async fn refused_request(&self, person: PersonId, number: i64) -> Result<RefusedRequest, AppError> {
        self.read(move |tx| {
            let task = refused(tx, person, number)?;
            let grounds: Grounds = tx.vault.open_json(Purpose::Evidence, &task.evidence_sealed)?;
            let words = grounds.bases.into_iter().rev().find_map(|basis| match basis {
                Basis::Words { old_number, old_name, exam, year, note } => {
                    Some(Statement { system: String::new(), old_number, old_name, exam, year, note })
                }
                _ => None,
            });
            let statement = Statement { system: task.system.unwrap_or_default(), ..words.unwrap_or_default() };
            Ok(RefusedRequest { task: number, statement, account: task.account_id })
        })
        .await
    }
}

/// The task of a request of this person that was refused.
pub(super) fn refused(tx: &mut Tx<'_>, person: PersonId, number: i64) -> Result<Task, AppError> {
    let task = Task::by_number(tx.conn, number)?;
    let is_theirs = |task: &Task| task.person_id == Some(person) && may_be_added_to(task);
    task.filter(is_theirs).ok_or(AppError::NotFound)
}

/// Whether a citizen may add to what was refused: to their own words. Other kinds are asked again where they began, by a password or 不是我的.
pub(super) fn may_be_added_to(task: &Task) -> bool {
    task.kind == Kind::Request && task.status == Status::Refused
}

//! A question for the reviewers about a person and an account: opened, or added to the one that is open.

use crate::app::tx::Tx;
use crate::db::DbError;
use crate::db::legacy::AccountRow;
use crate::db::tasks::{NewTask, Task};
use crate::domain::review::{Basis, Grounds, Kind, Status};
use crate::ids::{AccountId, PersonId, TaskId};
use crate::vault::Purpose;

/// A question that was opened, or that was open already.
#[derive(Clone, Copy, Debug)]
pub(super) struct Opened {
    pub(super) id: TaskId,
    /// 编号.
    pub(super) number: i64,
}

/// The question that is open about a pair.
pub(super) fn open_about(tx: &mut Tx<'_>, person: PersonId, account: AccountId) -> Result<Option<Task>, DbError> {
    let tasks = Task::of_pair(tx.conn, person, account)?;
    Ok(tasks.into_iter().find(|task| task.status == Status::Open))
}

/// Asks about a pair, or adds to what is asked about it already.
pub(super) fn ask_or_add(
    tx: &mut Tx<'_>,
    person: PersonId,
    account: &AccountRow,
    kind: Kind,
    basis: Basis,
) -> Result<Opened, DbError> {
    let Some(task) = open_about(tx, person, account.id)? else {
        let grounds = tx.vault.seal_json(Purpose::Evidence, &Grounds::of(basis))?;
        let task = NewTask {
            person_id: Some(person),
            account_id: Some(account.id),
            system: Some(&account.system),
            ..NewTask::of(kind, grounds, tx.now)
        };
        let number = task.open(tx.conn)?.ok_or(diesel::result::Error::NotFound)?;
        return Ok(Opened { id: task.id, number });
    };
    let mut grounds: Grounds = tx.vault.open_json(Purpose::Evidence, &task.evidence_sealed)?;
    if !grounds.add(basis) {
        // It stands there as often as is kept: one more comparison, or the number in one more spelling. The kind says the rest.
        tracing::info!(task = task.number, "a task has as many grounds of this sort as are kept");
    }
    task.add_evidence(tx.conn, task.kind.with(kind), &tx.vault.seal_json(Purpose::Evidence, &grounds)?)?;
    Ok(Opened { id: task.id, number: task.number })
}

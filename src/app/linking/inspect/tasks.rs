//! Questions, as reviewers see them.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::{Sight, Viewer};
use crate::app::AppError;
use crate::app::audit::{About, Viewed};
use crate::app::tx::Tx;
use crate::db::legacy;
use crate::db::tasks::Task;
use crate::domain::evidence::MediaType;
use crate::domain::linking::LinkActor;
use crate::domain::review::{Kind, Status};
use crate::ids::AccountId;
use crate::vault::Purpose;

/// One question in a list.
#[derive(Debug, Serialize)]
pub struct TaskLine {
    pub task: i64,
    pub kind: Kind,
    pub status: Status,
    pub system: Option<String>,
    pub person: Option<String>,
    pub account: Option<String>,
    pub opened_at: DateTime<Utc>,
    pub decided_at: Option<DateTime<Utc>>,
    pub decided_by: Option<LinkActor>,
    pub reason: Option<String>,
}

pub fn tasks(tx: &mut Tx<'_>, status: Option<Status>, limit: i64) -> Result<Vec<TaskLine>, AppError> {
    Task::list(tx.conn, status, limit)?.iter().map(|task| task_line(tx, task)).collect()
}

pub(super) fn task_line(tx: &mut Tx<'_>, task: &Task) -> Result<TaskLine, AppError> {
    let ids: Vec<AccountId> = task.account_id.into_iter().collect();
    Ok(TaskLine {
        task: task.number,
        kind: task.kind,
        status: task.status,
        system: task.system.clone(),
        person: task.person_id.map(|id| id.to_string()),
        account: legacy::AccountRow::by_ids(tx.conn, &ids)?.first().map(legacy::AccountRow::label),
        opened_at: task.created_at,
        decided_at: task.decided_at,
        decided_by: task.decided_by.clone(),
        reason: task.reason.clone(),
    })
}

/// The pictures attached to a question, at least one: media type and bytes. Always told: they show what a mask would hide.
pub fn attachments(tx: &mut Tx<'_>, number: i64, viewer: &Viewer) -> Result<Vec<(MediaType, Vec<u8>)>, AppError> {
    let task = Task::by_number(tx.conn, number)?.ok_or(AppError::NotFound)?;
    let files = task.files(tx.conn)?;
    if files.is_empty() {
        return Err(AppError::NotFound);
    }
    let open = |(media_type, sealed): (MediaType, Vec<u8>)| Ok((media_type, tx.vault.open(Purpose::Photo, &sealed)?));
    let pictures = files.into_iter().map(open).collect::<Result<_, AppError>>()?;
    let about = About { person: task.person_id, account: task.account_id, task: Some(task.id), ..About::default() };
    Viewer { sight: Sight::Full, ..viewer.clone() }.tell(tx, Viewed::Attachment, about)?;
    Ok(pictures)
}

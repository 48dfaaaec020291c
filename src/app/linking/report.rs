//! 不是我的: a linked account is frozen at once, and a reviewer asked.

use chrono::{DateTime, Utc};
use diesel::PgConnection;

use super::{Asker, Table, lock_person_of};
use crate::app::audit::{self, About, Actor, Entry, Event};
use crate::app::denied::{Object, denied};
use crate::app::holdings::Holdings;
use crate::app::{App, AppError};
use crate::db::legacy;
use crate::db::people::{AliasRow, Link};
use crate::db::tasks::{NewTask, Task};
use crate::domain::linking::{self, LinkActor};
use crate::domain::review::{Basis, Grounds, Kind, Status};
use crate::ids::{AccountId, LinkId, TaskId};
use crate::vault::{Purpose, Vault};

/// What became of a report.
#[derive(Debug, PartialEq, Eq)]
pub enum Reported {
    /// Hidden from now on; a reviewer decides.
    Frozen {
        /// The task's number.
        task: i64,
    },
    /// It was reported before.
    Already,
}

impl App {
    /// Freezes the link of an account that a person says is not theirs. One that is not linked to them is not found.
    pub async fn report_not_mine(
        &self,
        asker: &Asker,
        account: AccountId,
        now: DateTime<Utc>,
    ) -> Result<Reported, AppError> {
        let (vault, asker) = (self.vault.clone(), asker.clone());
        self.transact(move |conn| freeze(conn, &vault, &asker, account, now)).await
    }
}

fn freeze(
    conn: &mut PgConnection,
    vault: &Vault,
    asker: &Asker,
    account: AccountId,
    now: DateTime<Utc>,
) -> Result<Reported, AppError> {
    if lock_person_of(conn, &asker.subject)? != Some(asker.person) {
        return Err(AppError::NotFound);
    }
    let own = Link::of_account(conn, account)?.filter(|link| link.person_id == asker.person);
    let Some(link) = own else { return Err(denied(conn, asker.person, Object::Account(account))) };
    if link.frozen_at.is_some() {
        return Ok(Reported::Already);
    }
    if !Holdings::of(conn, vault, asker.person)?.links.iter().any(|shown| shown.id == link.id) {
        return Err(denied(conn, asker.person, Object::Account(account)));
    }
    let mut told = Vec::new();
    for frozen in with_dependants(conn, link.id)? {
        let with = (frozen != link.id).then_some(link.id);
        if Link::freeze(conn, frozen, with, now)? {
            let about = About { person: Some(asker.person), link: Some(frozen), ..About::default() };
            told.push(Entry { event: Event::Frozen, actor: Actor::Citizen, about });
        }
    }
    let (id, number) = open_task(conn, vault, asker, &link, now)?;
    let about = About { person: Some(asker.person), account: Some(account), task: Some(id), ..About::default() };
    told.push(Entry { event: Event::Requested { kind: Kind::NotMine }, actor: Actor::Citizen, about });
    let table = Table {
        vault,
        person: asker.person,
        by: &LinkActor::Citizen,
        actor: &Actor::Citizen,
        portal: Some(&asker.subject),
        now,
    };
    told.extend(table.settle(conn)?);
    audit::record(conn, vault, now, &told)?;
    Ok(Reported::Frozen { task: number })
}

/// A link, and every one that rests on an alias that came by it, and so on.
pub(super) fn with_dependants(conn: &mut PgConnection, link: LinkId) -> Result<Vec<LinkId>, AppError> {
    let mut all = vec![link];
    let mut at = 0;
    while let Some(link) = all.get(at).copied() {
        let aliases = AliasRow::of_link(conn, link)?;
        for dependant in Link::resting_on(conn, &aliases)? {
            if !all.contains(&dependant.id) {
                all.push(dependant.id);
            }
        }
        at += 1;
    }
    Ok(all)
}

/// The question, or the one that is open about this account already.
fn open_task(
    conn: &mut PgConnection,
    vault: &Vault,
    asker: &Asker,
    link: &Link,
    now: DateTime<Utc>,
) -> Result<(TaskId, i64), AppError> {
    let evidence: linking::Evidence = vault.open_json(Purpose::Evidence, &link.evidence_sealed)?;
    let basis = Basis::Comparison { evidence };
    let is_open = |task: &Task| task.status == Status::Open;
    if let Some(task) = Task::of_pair(conn, asker.person, link.account_id)?.into_iter().find(is_open) {
        let mut grounds: Grounds = vault.open_json(Purpose::Evidence, &task.evidence_sealed)?;
        if !grounds.add(basis) {
            // That the account is not theirs is said by the task's kind; what it would add is one more comparison of ten.
            tracing::info!(task = task.number, "a task has as many grounds of this sort as are kept");
        }
        task.add_evidence(conn, Kind::NotMine, &vault.seal_json(Purpose::Evidence, &grounds)?)?;
        return Ok((task.id, task.number));
    }
    let row = legacy::AccountRow::by_ids(conn, &[link.account_id])?.pop().ok_or(AppError::NotFound)?;
    let id = TaskId::generate();
    let number = NewTask {
        id,
        kind: Kind::NotMine,
        person_id: Some(asker.person),
        account_id: Some(link.account_id),
        issuer: None,
        subject: None,
        system: Some(&row.system),
        request_lookup: None,
        legacy_application_id: None,
        evidence_sealed: vault.seal_json(Purpose::Evidence, &Grounds::of(basis))?,
        created_at: now,
    }
    .open(conn)?;
    Ok((id, number.ok_or(diesel::result::Error::NotFound)?))
}

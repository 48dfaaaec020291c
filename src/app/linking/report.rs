//! 不是我的: a linked account is frozen at once, and a reviewer asked.

use chrono::{DateTime, Utc};

use super::question::ask_or_add;
use super::settle::lock_asker;
use super::{Asker, Table};
use crate::app::audit::{self, About, Actor, Entry, Event};
use crate::app::denied::{Object, denied};
use crate::app::dossier::{Dossier, Held, open_evidence};
use crate::app::tx::Tx;
use crate::app::{App, AppError};
use crate::db::people::{AliasRow, Link};
use crate::domain::linking::LinkActor;
use crate::domain::review::{Basis, Kind};
use crate::ids::{AccountId, LinkId};

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
        let asker = asker.clone();
        self.act(now, move |tx| freeze(tx, &asker, account)).await
    }
}

fn freeze(tx: &mut Tx<'_>, asker: &Asker, account: AccountId) -> Result<Reported, AppError> {
    lock_asker(tx, asker)?;
    let accounts = Dossier::of(tx, asker.person)?.accounts(tx)?;
    if accounts.frozen.iter().any(|held| held.account.id == account) {
        return Ok(Reported::Already);
    }
    let Some(Held { link, account: row }) = accounts.shown.iter().find(|held| held.account.id == account) else {
        return Err(denied(tx, asker.person, Object::Account(account)));
    };
    // Whoever opened an account by its password has said whose it is.
    if link.rule.is_by_password() {
        return Err(denied(tx, asker.person, Object::Account(account)));
    }
    let mut told = freeze_all(tx, asker, link.id)?;
    let basis = Basis::Comparison { evidence: open_evidence(tx.vault, link)? };
    let task = ask_or_add(tx, asker.person, row, Kind::NotMine, basis)?;
    let about = About { person: Some(asker.person), account: Some(account), task: Some(task.id), ..About::default() };
    told.push(Entry { event: Event::Requested { kind: Kind::NotMine }, actor: Actor::Citizen, about });
    let by = &LinkActor::Citizen;
    let table =
        Table { person: asker.person, by, actor: &Actor::Citizen, portal: asker.way.subject(), door: asker.way.door() };
    told.extend(table.settle(tx)?);
    audit::record(tx, &told)?;
    Ok(Reported::Frozen { task: task.number })
}

/// Freezes a link, and every one that rests on it.
fn freeze_all(tx: &mut Tx<'_>, asker: &Asker, link: LinkId) -> Result<Vec<Entry>, AppError> {
    let mut told = Vec::new();
    for frozen in with_dependants(tx, link)? {
        let with = (frozen != link).then_some(link);
        if Link::freeze(tx.conn, frozen, with, tx.now)? {
            let about = About { person: Some(asker.person), link: Some(frozen), ..About::default() };
            told.push(Entry { event: Event::Frozen, actor: Actor::Citizen, about });
        }
    }
    Ok(told)
}

/// A link, and every one that rests on an alias that came by it, and so on.
pub(super) fn with_dependants(tx: &mut Tx<'_>, link: LinkId) -> Result<Vec<LinkId>, AppError> {
    let mut all = vec![link];
    let mut at = 0;
    while let Some(link) = all.get(at).copied() {
        let aliases = AliasRow::of_link(tx.conn, link)?;
        for dependant in Link::resting_on(tx.conn, &aliases)? {
            if !all.contains(&dependant.id) {
                all.push(dependant.id);
            }
        }
        at += 1;
    }
    Ok(all)
}

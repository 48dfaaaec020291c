//! Taking a link back (LINKING.md, "Always"): the state before it returns, the pair is marked, the person's work stays theirs.

use chrono::{DateTime, Utc};
use diesel::PgConnection;

use super::Table;
use super::report::with_dependants;
use crate::app::AppError;
use crate::app::audit::{About, Actor, Entry, Event};
use crate::app::holdings::Holdings;
use crate::db::legacy;
use crate::db::people::{self, AliasRow, Link, Undoing};
use crate::domain::linking::LinkActor;
use crate::ids::{AliasId, LinkId, PersonId};
use crate::vault::Vault;

/// Why a link cannot be undone.
#[derive(Debug, thiserror::Error)]
pub enum UndoError {
    /// There is no such link or granted alias.
    #[error("there is no such link")]
    NoSuchLink,
    /// It was undone before.
    #[error("it was undone already")]
    UndoneBefore,
    /// The database.
    #[error(transparent)]
    App(#[from] AppError),
}

impl From<diesel::result::Error> for UndoError {
    fn from(error: diesel::result::Error) -> Self {
        Self::App(error.into())
    }
}

impl From<crate::db::DbError> for UndoError {
    fn from(error: crate::db::DbError) -> Self {
        Self::App(error.into())
    }
}

/// What was undone.
#[derive(Debug)]
pub struct Undone {
    /// Whose links these were.
    pub person: PersonId,
    /// The granted pair that was ended, where one was named.
    pub pair: Option<AliasId>,
    /// Undone: the one that was named first, then those that rested on what came by it.
    pub links: Vec<LinkId>,
    /// For the audit log: to be recorded by the caller, last.
    pub told: Vec<Entry>,
}

/// Who undoes, and why.
#[derive(Clone, Copy, Debug)]
pub struct Because<'a> {
    /// For the link's row.
    pub by: &'a LinkActor,
    /// For the audit log.
    pub actor: &'a Actor,
    /// Why.
    pub reason: &'a str,
    /// Now.
    pub now: DateTime<Utc>,
}

/// Undoes a link, and every link that rests on an alias that came by it; then runs the table again for the person.
pub fn undo(conn: &mut PgConnection, vault: &Vault, id: LinkId, why: Because<'_>) -> Result<Undone, UndoError> {
    let link = Link::find(conn, id)?.ok_or(UndoError::NoSuchLink)?;
    people::lock_person(conn, link.person_id)?;
    let link = Link::find(conn, id)?.filter(|link| link.undone_at.is_none()).ok_or(UndoError::UndoneBefore)?;
    let all = with_dependants(conn, id)?;
    take_back(conn, vault, link.person_id, (&all, Some(id)), why)
}

/// Ends a pair that a reviewer granted without a link, and undoes what rests on it.
pub fn undo_grant(conn: &mut PgConnection, vault: &Vault, id: AliasId, why: Because<'_>) -> Result<Undone, UndoError> {
    let (person, task) = AliasRow::granted_to(conn, id)?.ok_or(UndoError::NoSuchLink)?;
    people::lock_person(conn, person)?;
    let mut all = Vec::new();
    for link in Link::resting_on(conn, &[id])? {
        all.extend(with_dependants(conn, link.id)?);
    }
    let former = former(conn, vault, person, &all)?;
    let undoing = Undoing { at: why.now, by: why.by, reason: why.reason, barred: false };
    if !AliasRow::end_granted(conn, id, &undoing)? {
        return Err(UndoError::UndoneBefore);
    }
    let mut undone = finish(conn, vault, person, (&all, None, &former), why)?;
    let about = About { person: Some(person), task, ..About::default() };
    undone.told.insert(0, Entry { event: Event::Undone, actor: why.actor.clone(), about });
    Ok(Undone { pair: Some(id), ..undone })
}

fn take_back(
    conn: &mut PgConnection,
    vault: &Vault,
    person: PersonId,
    (all, named): (&[LinkId], Option<LinkId>),
    why: Because<'_>,
) -> Result<Undone, UndoError> {
    let former = former(conn, vault, person, all)?;
    finish(conn, vault, person, (all, named, &former), why)
}

/// What is the person's before anything is taken, frozen things included.
fn former(conn: &mut PgConnection, vault: &Vault, person: PersonId, links: &[LinkId]) -> Result<Holdings, UndoError> {
    let mut accounts = Vec::new();
    for id in links {
        Link::thaw(conn, *id)?;
        accounts.extend(Link::find(conn, *id)?.map(|link| link.account_id));
    }
    let mut former = Holdings::of(conn, vault, person)?;
    // Also those of an account that is hidden because its row changed.
    former.applications.extend(legacy::LegacyApplication::of_accounts(conn, &accounts)?);
    Ok(former)
}

fn finish(
    conn: &mut PgConnection,
    vault: &Vault,
    person: PersonId,
    (all, named, former): (&[LinkId], Option<LinkId>, &Holdings),
    why: Because<'_>,
) -> Result<Undone, UndoError> {
    let mut told = Vec::new();
    for id in all {
        // Only the pair that was named is marked: what fell with it is judged anew.
        let undoing = Undoing { at: why.now, by: why.by, reason: why.reason, barred: named == Some(*id) };
        Link::undo(conn, *id, &undoing)?;
        AliasRow::end_of_link(conn, *id, why.now)?;
        let account = Link::find(conn, *id)?.map(|link| link.account_id);
        let about = About { person: Some(person), account, link: Some(*id), ..About::default() };
        told.push(Entry { event: Event::Undone, actor: why.actor.clone(), about });
    }
    let table = Table { vault, person, by: why.by, actor: why.actor, portal: None, now: why.now };
    told.extend(table.settle(conn)?);
    table.detach(conn, former)?;
    Ok(Undone { person, pair: None, links: all.to_vec(), told })
}

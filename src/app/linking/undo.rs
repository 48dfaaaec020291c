//! Taking a link back (LINKING.md, "Always"): the state before it returns, the pair is marked, the person's work stays theirs.

use super::Table;
use super::give_back::give_back;
use super::report::with_dependants;
use crate::app::AppError;
use crate::app::audit::{About, Actor, Entry, Event};
use crate::app::dossier::Holdings;
use crate::app::tx::{Tx, UseCaseError};
use crate::db::DbError;
use crate::db::legacy::LegacyApplication;
use crate::db::people::{self, AliasRow, Link, Undoing};
use crate::domain::linking::LinkActor;
use crate::ids::{AliasId, LinkId, PersonId};

/// Why a link cannot be undone.
#[derive(Debug, thiserror::Error)]
pub enum UndoError {
    /// There is no such link or granted alias.
    #[error("there is no such link")]
    NoSuchLink,
    /// It was undone before.
    #[error("it was undone already")]
    UndoneBefore,
    #[error(transparent)]
    App(#[from] AppError),
}

impl From<diesel::result::Error> for UndoError {
    fn from(error: diesel::result::Error) -> Self {
        Self::App(error.into())
    }
}

impl From<DbError> for UndoError {
    fn from(error: DbError) -> Self {
        Self::App(error.into())
    }
}

impl UseCaseError for UndoError {
    fn database(&self) -> Option<&DbError> {
        if let Self::App(error) = self { error.database() } else { None }
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
    pub reason: &'a str,
}

/// Links that are taken back together.
struct Falling<'a> {
    person: PersonId,
    links: &'a [LinkId],
    /// The one that was named, where a link was.
    named: Option<LinkId>,
    /// What was the person's before.
    former: Holdings,
}

/// Undoes a link, and every link that rests on an alias that came by it; then runs the table again for the person.
pub fn undo(tx: &mut Tx<'_>, id: LinkId, why: Because<'_>) -> Result<Undone, UndoError> {
    let link = Link::find(tx.conn, id)?.ok_or(UndoError::NoSuchLink)?;
    people::lock_person(tx.conn, link.person_id)?;
    let link = Link::find(tx.conn, id)?.filter(|link| link.undone_at.is_none()).ok_or(UndoError::UndoneBefore)?;
    let links = with_dependants(tx, id)?;
    let former = former(tx, link.person_id, &links)?;
    finish(tx, &Falling { person: link.person_id, links: &links, named: Some(id), former }, why)
}

/// Ends a pair that a reviewer granted without a link, and undoes what rests on it.
pub fn undo_grant(tx: &mut Tx<'_>, id: AliasId, why: Because<'_>) -> Result<Undone, UndoError> {
    let (person, task) = AliasRow::granted_to(tx.conn, id)?.ok_or(UndoError::NoSuchLink)?;
    people::lock_person(tx.conn, person)?;
    let mut links = Vec::new();
    for link in Link::resting_on(tx.conn, &[id])? {
        links.extend(with_dependants(tx, link.id)?);
    }
    let former = former(tx, person, &links)?;
    let undoing = Undoing { at: tx.now, by: why.by, reason: why.reason, barred: false };
    if !AliasRow::end_granted(tx.conn, id, &undoing)? {
        return Err(UndoError::UndoneBefore);
    }
    let mut undone = finish(tx, &Falling { person, links: &links, named: None, former }, why)?;
    let about = About { person: Some(person), task, ..About::default() };
    undone.told.insert(0, Entry { event: Event::Undone, actor: why.actor.clone(), about });
    Ok(Undone { pair: Some(id), ..undone })
}

/// What is the person's before anything is taken, frozen things included.
fn former(tx: &mut Tx<'_>, person: PersonId, links: &[LinkId]) -> Result<Holdings, UndoError> {
    let mut accounts = Vec::new();
    for id in links {
        Link::thaw(tx.conn, *id)?;
        accounts.extend(Link::find(tx.conn, *id)?.map(|link| link.account_id));
    }
    let mut former = Holdings::of(tx, person)?;
    // Also those of an account that is hidden because its row changed.
    former.applications.extend(LegacyApplication::around(tx.conn, &accounts, &[])?);
    Ok(former)
}

fn finish(tx: &mut Tx<'_>, falling: &Falling<'_>, why: Because<'_>) -> Result<Undone, UndoError> {
    let Falling { person, links, named, ref former } = *falling;
    let mut told = Vec::new();
    for id in links {
        // Only the pair that was named is marked: what fell with it is judged again by the rules.
        let undoing = Undoing { at: tx.now, by: why.by, reason: why.reason, barred: named == Some(*id) };
        Link::undo(tx.conn, *id, &undoing)?;
        AliasRow::end_of_link(tx.conn, *id, tx.now)?;
        let account = Link::find(tx.conn, *id)?.map(|link| link.account_id);
        let about = About { person: Some(person), account, link: Some(*id), ..About::default() };
        told.push(Entry { event: Event::Undone, actor: why.actor.clone(), about });
        let back = give_back(tx, *id)?;
        told.extend(back.map(|(event, about)| Entry { event, actor: why.actor.clone(), about }));
    }
    let door = people::door_of(tx.conn, person)?;
    let table = Table { person, by: why.by, actor: why.actor, portal: None, door };
    told.extend(table.settle(tx)?);
    table.detach(tx, former)?;
    Ok(Undone { person, pair: None, links: links.to_vec(), told })
}

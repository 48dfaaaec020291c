//! Look-up values that were made with another installation's look-up key, computed again: what they are of still opens.

use chrono::{DateTime, Utc};

use super::rows::{Standing, look_ups, standing};
use crate::app::audit::{self, About, Actor, Entry, Event};
use crate::app::tx::{Tx, act_blocking};
use crate::db::inspect::{self, NUMBERED, Numbered};
use crate::db::{Db, DbError, people};
use crate::domain::document::Number;
use crate::ids::{AliasId, PersonId};
use crate::vault::{LookUp, Purpose, Vault};

/// Rows of one transaction.
const PAGE: i64 = 500;

/// What came of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Repaired {
    /// Rows that can be found again.
    pub rows: u64,
    /// Rows that do not open: their sealing key is missing.
    pub unopened: u64,
}

/// Goes through every table; one that is interrupted goes on when it is run again.
pub fn repair(db: &Db, vault: &Vault, by: &str, now: DateTime<Utc>) -> Result<Repaired, DbError> {
    let mut all = Repaired::default();
    for table in NUMBERED {
        let mut after = None;
        loop {
            let (last, done) = act_blocking(db, vault, now, |tx| page(tx, table, after, by))?;
            all.rows += done.rows;
            all.unopened += done.unopened;
            if last.is_none() {
                break;
            }
            after = last;
        }
    }
    Ok(all)
}

fn page(
    tx: &mut Tx<'_>,
    table: &str,
    after: Option<uuid::Uuid>,
    by: &str,
) -> Result<(Option<uuid::Uuid>, Repaired), DbError> {
    let mut done = Repaired::default();
    let page = inspect::numbered(tx.conn, table, after, PAGE)?;
    for row in &page {
        match standing(tx.vault, row) {
            Standing::Ours => {}
            Standing::Foreign(_) | Standing::Unopened => done.unopened += 1,
            Standing::Unfound => {
                put_right(tx, table, row)?;
                done.rows += 1;
            }
        }
    }
    if done.rows > 0 {
        let event = Event::LookUpsRepaired { rows: done.rows };
        let entry = Entry { event, actor: Actor::Staff(by.to_owned()), about: About::default() };
        audit::record(tx, &[entry])?;
    }
    Ok((page.last().map(|row| row.id), done))
}

fn put_right(tx: &mut Tx<'_>, table: &str, row: &Numbered) -> Result<(), DbError> {
    let number = tx.vault.open_text(Purpose::Number, &row.number_sealed)?;
    let name = tx.vault.open_text(Purpose::Name, &row.name_sealed)?;
    let (by_number, by_pair) = look_ups(tx.vault, row, &number, &name);
    let Some(person) = row.person_id.filter(|_| table == "aliases") else {
        return Ok(inspect::set_number_lookup(tx.conn, table, row, &by_number)?);
    };
    let alias = AliasId::from_uuid(row.id);
    let is_portals = people::AliasRow::look_up_by(tx.conn, alias, (&by_number, &by_pair), tx.now)?;
    if is_portals {
        let number = Number::new(&number, row.document_type);
        let holder = tx.vault.look_up(LookUp::Holder, &[number.family_word(), number.canonical()]);
        people::hold_number_if_free(tx.conn, &holder, PersonId::from_uuid(person))?;
    }
    Ok(())
}

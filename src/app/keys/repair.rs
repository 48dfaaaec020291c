//! Look-up values that were made with another installation's look-up key, computed anew: what they are of still opens.

use chrono::{DateTime, Utc};
use diesel::PgConnection;

use super::rows::{Standing, look_ups, standing};
use crate::app::audit::{self, About, Actor, Entry, Event};
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
            let (last, done) = db.transaction_blocking(|conn| page(conn, vault, (table, after), (by, now)))?;
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
    conn: &mut PgConnection,
    vault: &Vault,
    (table, after): (&str, Option<uuid::Uuid>),
    (by, now): (&str, DateTime<Utc>),
) -> Result<(Option<uuid::Uuid>, Repaired), DbError> {
    let mut done = Repaired::default();
    let page = inspect::numbered(conn, table, after, PAGE)?;
    for row in &page {
        match standing(vault, row) {
            Standing::Ours => {}
            Standing::Foreign(_) | Standing::Unopened => done.unopened += 1,
            Standing::Unfound => {
                put_right(conn, vault, (table, row), now)?;
                done.rows += 1;
            }
        }
    }
    if done.rows > 0 {
        let event = Event::LookUpsRepaired { rows: done.rows };
        let entry = Entry { event, actor: Actor::Staff(by.to_owned()), about: About::default() };
        audit::record(conn, vault, now, &[entry])?;
    }
    Ok((page.last().map(|row| row.id), done))
}

fn put_right(
    conn: &mut PgConnection,
    vault: &Vault,
    (table, row): (&str, &Numbered),
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    let number = vault.open_text(Purpose::Number, &row.number_sealed)?;
    let name = vault.open_text(Purpose::Name, &row.name_sealed)?;
    let (by_number, by_pair) = look_ups(vault, row, &number, &name);
    let Some(person) = row.person_id.filter(|_| table == "aliases") else {
        return Ok(inspect::set_number_lookup(conn, table, row, &by_number)?);
    };
    let alias = AliasId::from_uuid(row.id);
    let is_portals = people::AliasRow::look_up_by(conn, alias, (&by_number, &by_pair), now)?;
    if is_portals {
        let number = Number::new(&number, row.document_type);
        let holder = vault.look_up(LookUp::Holder, &[number.family_word(), number.canonical()]);
        people::hold_number_if_free(conn, &holder, PersonId::from_uuid(person))?;
    }
    Ok(())
}

//! Which stored rows were written under other keys, by table: for doctor, and for whoever puts them right.

use diesel::{Connection, PgConnection};
use std::collections::BTreeMap;
use std::time::Instant;

use crate::db::DbError;
use crate::db::inspect::{self, NUMBERED, Numbered, SEALED};
use crate::domain::document::Number;
use crate::ids::PersonId;
use crate::vault::{LookUp, Purpose, Vault, VaultError, sealed_with};

/// Rows that are read at a time.
const PAGE: i64 = 2000;

/// Persons that are named one by one.
const NAMED: usize = 10;

/// One table, as far as there was time.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// The table's name.
    pub name: &'static str,
    /// Rows that were looked at.
    pub rows: u64,
    /// Whether these were all.
    pub complete: bool,
    /// Rows by sealing keys that the file lacks.
    pub foreign: BTreeMap<String, u64>,
    /// Rows of a key that the file holds, which do not open all the same.
    pub unopened: u64,
    /// Rows whose look-up value is not that of the number that they hold.
    pub unfound: u64,
    /// Whose they are, of the first few.
    pub people: Vec<PersonId>,
}

/// How a row stands to the keys.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// It opens, and its look-up values are those of what it holds.
    Ours,
    /// It is sealed with a key that the file lacks.
    Foreign(String),
    /// It does not open.
    Unopened,
    /// It opens, and cannot be found.
    Unfound,
}

/// Looks through everything, until the deadline.
pub fn examine(conn: &mut PgConnection, vault: &Vault, deadline: Instant) -> Result<Vec<Table>, DbError> {
    let mut tables = Vec::new();
    for name in NUMBERED {
        tables.push(numbered(conn, vault, name, deadline)?);
    }
    for (name, column) in SEALED {
        tables.push(sealed(conn, vault, name, column, deadline));
    }
    Ok(tables)
}

fn numbered(conn: &mut PgConnection, vault: &Vault, name: &'static str, deadline: Instant) -> Result<Table, DbError> {
    let mut table = Table { name, ..Table::default() };
    let mut after = None;
    while Instant::now() < deadline {
        let page = inspect::numbered(conn, name, after, PAGE)?;
        let Some(last) = page.last() else {
            table.complete = true;
            break;
        };
        after = Some(last.id);
        for row in &page {
            table.rows += 1;
            match standing(vault, row) {
                Standing::Ours => {}
                Standing::Foreign(key) => *table.foreign.entry(key).or_default() += 1,
                Standing::Unopened => table.unopened += 1,
                Standing::Unfound => {
                    table.unfound += 1;
                    let person = row.person_id.map(PersonId::from_uuid);
                    let new = person.filter(|person| table.people.len() < NAMED && !table.people.contains(person));
                    table.people.extend(new);
                }
            }
        }
    }
    Ok(table)
}

/// How one row stands.
pub(super) fn standing(vault: &Vault, row: &Numbered) -> Standing {
    let number = vault.open_text(Purpose::Number, &row.number_sealed);
    let name = vault.open_text(Purpose::Name, &row.name_sealed);
    let (number, name) = match (number, name) {
        (Ok(number), Ok(name)) => (number, name),
        (Err(VaultError::UnknownKey(_)), _) => return foreign(&row.number_sealed),
        (_, Err(VaultError::UnknownKey(_))) => return foreign(&row.name_sealed),
        _ => return Standing::Unopened,
    };
    let is = |stored: &Option<Vec<u8>>, value: &[u8]| stored.as_ref().is_none_or(|stored| stored == value);
    let (by_number, by_pair) = look_ups(vault, row, &number, &name);
    if is(&row.number_lookup, &by_number) && is(&row.pair_lookup, &by_pair) {
        Standing::Ours
    } else {
        Standing::Unfound
    }
}

/// The look-up values of a number, and of it with a name.
pub(super) fn look_ups(vault: &Vault, row: &Numbered, number: &str, name: &str) -> (Vec<u8>, Vec<u8>) {
    let number = Number::new(number, row.document_type);
    let by_number = vault.look_up(LookUp::Number, &[number.canonical()]);
    (by_number, vault.look_up(LookUp::Alias, &[number.canonical(), name.trim()]))
}

fn foreign(sealed: &[u8]) -> Standing {
    sealed_with(sealed).map_or(Standing::Unopened, Standing::Foreign)
}

fn sealed(conn: &mut PgConnection, vault: &Vault, name: &'static str, column: &str, deadline: Instant) -> Table {
    let left = deadline.saturating_duration_since(Instant::now()).as_millis();
    let counted = conn.transaction(|conn| {
        inspect::limit_statements(conn, left)?;
        inspect::sealing_keys(conn, name, column)
    });
    let mut table = Table { name, ..Table::default() };
    // One that takes too long is not counted; another failure shows in the tables before.
    let Ok(counted) = counted else { return table };
    table.complete = true;
    let held = vault.sealing_ids();
    for (key, count) in counted {
        let count = u64::try_from(count).unwrap_or_default();
        table.rows += count;
        if !held.contains(&key) {
            table.foreign.insert(key, count);
        }
    }
    table
}

//! Rows to content: pure but for the vault, whose keyed hashes are needed to compare.

mod account;
mod application;
mod certificate;
mod dates;
mod exam;
mod person;
mod photo;
mod registered;

use chrono::NaiveDate;

pub use account::{Account, OldPassword};
pub use application::Application;
pub use certificate::Certificate;
pub use exam::Combination;
pub use photo::Photo;
pub use registered::Registered;

use super::finding::{Code, Tally};
use super::kind::Target;
use super::source::table::{Row, looks_secret};
use crate::domain::exam::Catalogue;
use crate::domain::legacy_password::Spec;
use crate::vault::{LookUp, Purpose, Vault, VaultError};

/// What every row of one source is read with.
#[derive(Debug)]
pub struct Context<'a> {
    pub vault: &'a Vault,
    pub catalogue: &'a Catalogue,
    /// The scheme with its options, and how it is stored; `None` where no passwords are imported.
    pub password: Option<(Spec, String)>,
    /// In China.
    pub today: NaiveDate,
}

/// A row that will be compared with what is there.
#[derive(Debug)]
pub struct Draft<C> {
    pub key: String,
    /// Tells the same content from other content, in whatever encoding it came.
    pub digest: Vec<u8>,
    pub content: C,
}

/// Keys stand in an index; PostgreSQL bounds its entries.
const MAX_KEY: usize = 200;

/// The row's key.
fn key(row: &Row) -> Result<String, Code> {
    check_key(row.tidy(Target::Key))
}

fn check_key(key: &str) -> Result<String, Code> {
    match key.chars().count() {
        0 => Err(Code::MissingKey),
        count if count > MAX_KEY => Err(Code::KeyTooLong),
        // A line break in a key would break every list of keys.
        _ if key.chars().any(char::is_control) => Err(Code::ControlCharacter),
        _ => Ok(key.to_owned()),
    }
}

/// The digest of a row: what its columns mean and hold, in an order that does not depend on the file's, and what was made of them.
/// The password's column is left out; its normal form belongs to `made`. Empty values count as absent.
fn digest(vault: &Vault, row: &Row, made: &[&str]) -> Vec<u8> {
    let mut cells: Vec<(Option<Target>, &str, &str)> = row
        .cells()
        .filter(|(header, target, value)| !value.is_empty() && !is_left_out(header, *target))
        .map(|(header, target, value)| (target, target.map_or(header, |target| target.as_str()), value))
        .collect();
    cells.extend(Some((Some(Target::Salt), "salt", row.get(Target::Salt))).filter(|cell| !cell.2.is_empty()));
    cells.sort_unstable();
    let parts =
        cells.iter().flat_map(|(target, name, value)| [if target.is_some() { "=" } else { "+" }, *name, *value]);
    vault.look_up(LookUp::Content, &parts.chain(["made"]).chain(made.iter().copied()).collect::<Vec<_>>())
}

/// Passwords and salts, and unused columns that look like them, stand in no raw row.
fn is_left_out(header: &str, target: Option<Target>) -> bool {
    target.map_or_else(|| looks_secret(header), Target::is_secret)
}

/// The row as it came, sealed: JSON of header and value. Of two columns with one header, the later is `header (2)`.
pub fn seal_raw(vault: &Vault, row: &Row) -> Result<Vec<u8>, VaultError> {
    let mut raw = serde_json::Map::new();
    for (header, target, value) in row.cells() {
        if is_left_out(header, target) {
            continue;
        }
        let mut name = header.to_owned();
        for n in 2.. {
            if !raw.contains_key(&name) {
                break;
            }
            name = format!("{header} ({n})");
        }
        raw.insert(name, serde_json::Value::String(value.to_owned()));
    }
    vault.seal_json(Purpose::RawRow, &raw)
}

/// Notes characters that say something of the export: tabs, line breaks, and such as were lost before it.
fn note_characters(row: &Row, tally: &mut Tally) {
    if row.tabbed {
        tally.row(Code::TabOrLineBreak, row.number);
    }
    if row.cells().any(|(_, _, value)| value.contains('\u{fffd}')) {
        tally.row(Code::ReplacementCharacter, row.number);
    }
}

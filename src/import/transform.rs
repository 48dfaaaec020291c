//! Rows to content: pure but for the vault, whose keyed hashes are needed to compare.

mod account;
mod application;
mod certificate;
mod dates;
mod exam;
mod notes;
mod person;
mod photo;
mod registered;

use chrono::NaiveDate;
use serde::{Serialize, Serializer};

pub use account::{Account, OldPassword};
pub use application::{Application, account_key};
pub use certificate::Certificate;
pub use exam::Combination;
pub use person::number_lookup;
pub use photo::Photo;
pub use registered::Registered;

use super::finding::Code;
use super::kind::Target;
use super::source::Row;
use crate::domain::exam::Catalogue;
use crate::domain::legacy_password::Spec;
use crate::vault::{LookUp, Purpose, Vault, VaultError};
use notes::note_characters;

/// The context in which every row of one source is read.
#[derive(Debug)]
pub struct Context<'a> {
    pub vault: &'a Vault,
    pub catalogue: &'a Catalogue,
    /// The scheme with its options, and how it is stored; `None` where no passwords are imported.
    pub password: Option<(Spec, String)>,
    /// In China.
    pub today: NaiveDate,
}

/// A row to be compared with the stored one.
#[derive(Debug)]
pub struct Keyed<C> {
    pub key: String,
    pub content: C,
}

/// Keys are indexed; PostgreSQL limits the size of an index entry.
const MAX_KEY: usize = 200;

pub fn key(row: &Row) -> Result<String, Code> {
    check_key(row.tidy(Target::Key))
}

/// Validates a key for storage.
pub fn check_key(key: &str) -> Result<String, Code> {
    match key.chars().count() {
        0 => Err(Code::MissingKey),
        count if count > MAX_KEY => Err(Code::KeyTooLong),
        // A line break in a key would break every list of keys.
        _ if key.chars().any(char::is_control) => Err(Code::ControlCharacter),
        _ => Ok(key.to_owned()),
    }
}

/// The digest of a row: meaning and value of its columns, in an order that does not depend on the file's, and what was made of them. The
/// password's column is excluded; its normal form is part of `made`. Empty values count as absent.
fn digest(vault: &Vault, row: &Row, made: &[&str]) -> Vec<u8> {
    let mut parts = Vec::with_capacity(64);
    row.push_content(&mut parts);
    parts.push("made");
    parts.extend(made);
    vault.look_up(LookUp::Content, &parts)
}

/// The row as it came, sealed: JSON of header and value.
pub fn seal_raw(vault: &Vault, row: &Row) -> Result<Vec<u8>, VaultError> {
    vault.seal_json(Purpose::RawRow, &Raw(row))
}

struct Raw<'a>(&'a Row);

impl Serialize for Raw<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.kept())
    }
}

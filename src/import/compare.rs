//! Compares a row of a source with the stored row, column by column.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::source::Row;
use super::transform::OldPassword;
use crate::domain::legacy_password::Kept;
use crate::vault::{LookUp, Purpose, Vault};

/// What is wrong with a stored value or row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The source has the row, the database does not.
    Missing,
    /// The database has the row, which this batch brought, the source does not.
    Extra,
    Different,
    /// The sealed value does not open: it was changed, moved from another column, or sealed with another key.
    Unreadable,
}

impl Fault {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Extra => "extra",
            Self::Different => "different",
            Self::Unreadable => "unreadable",
        }
    }
}

/// One column over many rows. The digests do not depend on the order of the rows.
#[derive(Clone, Debug)]
pub struct ColumnSum {
    pub column: &'static str,
    pub source: u128,
    pub stored: u128,
    pub equal: u64,
    pub different: u64,
}

/// Old passwords by whether they can be compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Passwords {
    /// The stored hash is equal, or the scheme is and there is no hash.
    pub compared: u64,
    /// Argon2id wraps the hash, which is no longer stored.
    pub wrapped: u64,
    /// Its owner proved it, and Argon2id of the password itself replaced it.
    pub replaced: u64,
}

/// The comparison of some rows of one kind.
#[derive(Debug)]
pub(super) struct Sheet<'v> {
    vault: &'v Vault,
    pub(super) columns: Vec<ColumnSum>,
    pub(super) passwords: Passwords,
    key: String,
    /// Whether the current row is stored.
    there: bool,
    faults: Vec<(usize, Fault)>,
}

/// A stored value beside the expected one.
enum Held<'a> {
    Same,
    Other(Cow<'a, str>),
    Unreadable,
}

/// Represents an absent value; no text of a database holds it.
const ABSENT: &str = "\0";

impl<'v> Sheet<'v> {
    pub(super) const fn new(vault: &'v Vault) -> Self {
        let passwords = Passwords { compared: 0, wrapped: 0, replaced: 0 };
        Self { vault, columns: Vec::new(), passwords, key: String::new(), there: false, faults: Vec::new() }
    }

    pub(super) const fn vault(&self) -> &'v Vault {
        self.vault
    }

    pub(super) fn begin(&mut self, key: &str, there: bool) {
        key.clone_into(&mut self.key);
        self.there = there;
        self.faults.clear();
    }

    pub(super) fn faults(&self) -> Vec<(&'static str, Fault)> {
        self.faults.iter().map(|(at, fault)| (self.columns[*at].column, *fault)).collect()
    }

    /// Counts the row's faults. A row whose content another import replaced has none.
    pub(super) fn count_faults(&mut self) {
        for (at, _) in &self.faults {
            self.columns[*at].different += 1;
        }
    }

    pub(super) fn text(&mut self, column: &'static str, expected: &str, stored: Option<&str>) {
        let held = stored.map(|stored| if stored == expected { Held::Same } else { Held::Other(stored.into()) });
        self.settle(column, expected, held.as_ref());
    }

    /// A column that may be null.
    pub(super) fn maybe(&mut self, column: &'static str, expected: Option<&str>, stored: Option<&str>) {
        self.text(column, expected.unwrap_or(ABSENT), self.there.then_some(stored.unwrap_or(ABSENT)));
    }

    pub(super) fn bytes(&mut self, column: &'static str, expected: Option<&[u8]>, stored: Option<&[u8]>) {
        self.maybe(column, expected.map(hex::encode).as_deref(), stored.map(hex::encode).as_deref());
    }

    pub(super) fn sealed(&mut self, column: &'static str, purpose: Purpose, expected: &str, stored: Option<&[u8]>) {
        let held = stored.map(|stored| self.open(purpose, expected, stored));
        self.settle(column, expected, held.as_ref());
    }

    fn open(&self, purpose: Purpose, expected: &str, stored: &[u8]) -> Held<'static> {
        match self.vault.open_text(purpose, stored) {
            Ok(text) if text == expected => Held::Same,
            Ok(text) => Held::Other(text.into()),
            Err(_) => Held::Unreadable,
        }
    }

    /// A photo, compared by the digest that `of` makes of its bytes.
    pub(super) fn file(
        &mut self,
        column: &'static str,
        expected: &[u8],
        stored: Option<&[u8]>,
        of: fn(&[u8]) -> String,
    ) {
        let digest = of(expected);
        let held = stored.map(|stored| match self.vault.open(Purpose::Photo, stored) {
            Ok(bytes) if bytes == expected => Held::Same,
            Ok(bytes) => Held::Other(of(&bytes).into()),
            Err(_) => Held::Unreadable,
        });
        self.settle(column, &digest, held.as_ref());
    }

    /// The row as imported. Equal content under other headers, or with more empty columns, is equal.
    pub(super) fn raw(&mut self, row: &Row, stored: Option<&[u8]>) {
        let expected: Vec<(&str, bool, &str)> = row.kept_cells().filter(|(.., value)| !value.is_empty()).collect();
        let digest = |cells: &mut dyn Iterator<Item = (&str, &str)>| {
            let mut values: Vec<String> = cells.map(|(_, value)| value.to_owned()).collect();
            values.sort_unstable();
            values.join(ABSENT)
        };
        let held =
            stored.map(|stored| match self.vault.open_json::<BTreeMap<String, String>>(Purpose::RawRow, stored) {
                Ok(stored) if same_row(&expected, stored.clone()) => Held::Same,
                Ok(stored) => {
                    // Other headers alone make a different row too.
                    let mut cells = stored.iter().map(|(name, value)| (name.as_str(), value.as_str()));
                    Held::Other(format!("{ABSENT}{}", digest(&mut cells)).into())
                }
                Err(_) => Held::Unreadable,
            });
        let mut cells = expected.iter().map(|(name, _, value)| (*name, *value));
        self.settle("raw_sealed", &digest(&mut cells), held.as_ref());
    }

    fn settle(&mut self, column: &'static str, expected: &str, held: Option<&Held<'_>>) {
        let source = self.digest(column, expected);
        let stored = held.map_or(0, |held| match held {
            Held::Same => source,
            Held::Other(text) => self.digest(column, text),
            Held::Unreadable => 0,
        });
        let at = self.column(column);
        let sum = &mut self.columns[at];
        sum.source = sum.source.wrapping_add(source);
        sum.stored = sum.stored.wrapping_add(stored);
        match held {
            None => {}
            Some(Held::Same) => sum.equal += 1,
            Some(Held::Other(_)) => self.faults.push((at, Fault::Different)),
            Some(Held::Unreadable) => self.faults.push((at, Fault::Unreadable)),
        }
    }

    fn column(&mut self, column: &'static str) -> usize {
        self.columns.iter().position(|sum| sum.column == column).unwrap_or_else(|| {
            self.columns.push(ColumnSum { column, source: 0, stored: 0, equal: 0, different: 0 });
            self.columns.len() - 1
        })
    }

    /// Keyed, so that a reader of the report cannot confirm a guessed value.
    fn digest(&self, column: &str, value: &str) -> u128 {
        let digest = self.vault.look_up(LookUp::Content, &["verify", column, &self.key, value]);
        digest.iter().take(16).fold(0, |sum, byte| sum << 8 | u128::from(*byte))
    }
}

#[derive(Clone, Copy, Debug)]
pub(super) struct StoredPassword<'a> {
    pub scheme: Option<&'a str>,
    pub sealed: Option<&'a [u8]>,
    pub wrapped: Option<&'a str>,
    pub salt: Option<&'a [u8]>,
}

impl Sheet<'_> {
    /// A password in any of its states. Only a sealed hash can be compared; of a wrapped one its scheme and salt are.
    pub(super) fn password(&mut self, expected: Option<&OldPassword>, stored: Option<StoredPassword<'_>>) {
        let digest = expected.map(|password| password.hash.digest());
        let is_argon2id = stored.and_then(|stored| stored.wrapped).map(|hash| hash.starts_with("$argon2id$"));
        if expected.is_some() && stored.is_some_and(|stored| stored.scheme == Some(Kept::ARGON2ID)) {
            // The old password is no longer stored in any form.
            self.passwords.replaced += 1;
            return self.settle("password_wrapped", "", Some(&argon2id(is_argon2id == Some(true))));
        }
        let scheme = expected.map(|password| password.scheme.as_str());
        self.maybe("password_scheme", scheme, stored.and_then(|stored| stored.scheme));
        let salt = expected.and_then(|password| password.hash.salt());
        self.maybe_sealed("password_salt_sealed", Purpose::PasswordSalt, salt, stored.and_then(|stored| stored.salt));
        match (expected, is_argon2id) {
            (Some(_), Some(sound)) => {
                self.passwords.wrapped += 1;
                self.settle("password_wrapped", "", Some(&argon2id(sound)));
            }
            (None, Some(_)) => self.settle("password_wrapped", ABSENT, Some(&Held::Other("".into()))),
            (_, None) => {
                self.passwords.compared += u64::from(stored.is_some() && expected.is_some());
                let sealed = stored.and_then(|stored| stored.sealed);
                self.maybe_sealed("password_sealed", Purpose::PasswordHash, digest, sealed);
            }
        }
    }

    fn maybe_sealed(&mut self, column: &'static str, purpose: Purpose, expected: Option<&str>, stored: Option<&[u8]>) {
        match (expected, stored) {
            (Some(expected), Some(stored)) => self.sealed(column, purpose, expected, Some(stored)),
            (expected, stored) => self.maybe(column, expected, stored.map(|_| "")),
        }
    }
}

fn argon2id(sound: bool) -> Held<'static> {
    if sound { Held::Same } else { Held::Other(ABSENT.into()) }
}

/// Columns that the manifest names are matched by their meaning, the others by their header.
fn same_row(expected: &[(&str, bool, &str)], mut stored: BTreeMap<String, String>) -> bool {
    stored.retain(|_, value| !value.is_empty());
    let mut moved: Vec<&str> = Vec::new();
    for (name, has_meaning, value) in expected {
        if stored.get(*name).is_some_and(|stored| stored == value) {
            stored.remove(*name);
        } else if *has_meaning {
            moved.push(value);
        } else {
            return false;
        }
    }
    let mut rest: Vec<&str> = stored.values().map(String::as_str).collect();
    rest.sort_unstable();
    moved.sort_unstable();
    rest == moved
}

//! Compares a row of a source with the stored row, column by column.

mod outcome;
mod password;
mod raw;

use std::borrow::Cow;

use crate::vault::{LookUp, Purpose, Vault};
pub use outcome::{ColumnSum, Fault, Passwords};
pub(super) use password::StoredPassword;

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

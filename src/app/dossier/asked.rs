//! An identity whose facts are asked for.

use chrono::NaiveDate;

use super::LookUpValue;
use crate::db::DbError;
use crate::db::people::IdentityRow;
use crate::domain::document::Number;
use crate::domain::linking::{DocumentClaim, Identity};
use crate::vault::{LookUp, Purpose, Vault};

/// What an identity is measured by.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    pub minimum_level: i32,
    /// Today in China.
    pub today: NaiveDate,
}

/// One identity whose facts are asked for.
pub struct Asked<'a> {
    /// What the portal says.
    pub(super) identity: Identity,
    pub(super) number: Number,
    pub(super) lookup: LookUpValue,
    /// The identity that the portal account was accepted as before.
    pub(super) known: Option<&'a IdentityRow>,
}

impl<'a> Asked<'a> {
    /// An identity, and what it was accepted as before.
    pub fn new(vault: &Vault, identity: Identity, known: Option<&'a IdentityRow>) -> Self {
        let number = number_of(&identity);
        let lookup = vault.look_up(LookUp::Number, &[number.canonical()]);
        Self { identity, number, lookup, known }
    }

    /// The number that the portal vouched for when the subject was accepted last.
    pub(super) fn number_before(&self, vault: &Vault) -> Result<Option<Number>, DbError> {
        let open = |row: &IdentityRow| {
            Ok(Number::new(&vault.open_text(Purpose::Number, &row.number_sealed)?, row.document_type))
        };
        self.known.map(open).transpose()
    }
}

/// The number that the portal vouches for, of the kind of document that it names.
pub(in crate::app) fn number_of(identity: &Identity) -> Number {
    let kind = match identity.document {
        DocumentClaim::Type(kind) => Some(kind),
        DocumentClaim::Absent | DocumentClaim::Unmapped => None,
    };
    Number::new(identity.number.as_deref().unwrap_or_default(), kind)
}

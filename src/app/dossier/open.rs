//! Rows in clear: what the domain compares.

use crate::db::DbError;
use crate::db::legacy::AccountRow;
use crate::db::people::{AliasRow, Link};
use crate::domain::document::Number;
use crate::domain::linking::{Account, AccountState, Alias, Evidence, Origin};
use crate::vault::{Purpose, Vault};

/// Opens one alias.
pub(in crate::app) fn open_alias(vault: &Vault, row: &AliasRow) -> Result<Alias, DbError> {
    Ok(Alias {
        number: Number::new(&vault.open_text(Purpose::Number, &row.number_sealed)?, row.document_type),
        name: vault.open_text(Purpose::Name, &row.name_sealed)?,
        granted: (row.origin != Origin::Portal).then_some(row.id),
    })
}

/// Opens one account; its state is for the caller to say.
pub(in crate::app) fn open_account(vault: &Vault, row: &AccountRow) -> Result<Account, DbError> {
    Ok(Account {
        id: row.id,
        label: row.label(),
        number: Number::new(&vault.open_text(Purpose::Number, &row.number_sealed)?, None),
        name: vault.open_text(Purpose::Name, &row.name_sealed)?,
        state: AccountState::Free,
    })
}

/// What was compared when an account was linked.
pub(in crate::app) fn open_evidence(vault: &Vault, link: &Link) -> Result<Evidence, DbError> {
    Ok(vault.open_json(Purpose::Evidence, &link.evidence_sealed)?)
}

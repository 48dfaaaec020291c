//! The facts about an account that is opened by its password.

use std::collections::BTreeMap;

use super::Dossier;
use super::accounts::Accounts;
use super::around::Around;
use super::open::{open_account, open_evidence};
use crate::app::tx::Tx;
use crate::db::DbError;
use crate::db::legacy::AccountRow;
use crate::db::people::Link;
use crate::domain::linking::{Account, Facts, Opened, is_same_account};
use crate::ids::{AccountId, PersonId};
use crate::vault::Vault;

/// What a decision about an opened account depends on, with what stands around it.
pub struct OpenedFacts<'v> {
    pub facts: Facts,
    /// The account.
    pub account: Account,
    /// The person whose it is already.
    pub person: Option<PersonId>,
    around: Around<'v>,
}

impl<'v> OpenedFacts<'v> {
    /// Reads the facts. `shared_systems`: `access.shared_systems`. Writes nothing.
    pub fn read(tx: &mut Tx<'v>, account: AccountId, shared_systems: &[String]) -> Result<Self, DbError> {
        let row = AccountRow::by_ids(tx.conn, &[account])?.pop().ok_or(diesel::result::Error::NotFound)?;
        let own = open_account(tx.vault, &row)?;
        let before = Around::read_opened(tx, row.number_lookup.as_ref(), None)?;
        let person = holder(tx.vault, &before, &own, shared_systems)?;
        let around = match person {
            Some(_) => Around::read_opened(tx, row.number_lookup.as_ref(), person)?,
            None => before,
        };
        let opened = Opened { account, shared_systems: shared_systems.to_vec() };
        let facts = around.opened_facts(opened, &own.number, person)?;
        Ok(Self { facts, account: own, person, around })
    }

    pub(super) fn dossier(&self, person: PersonId) -> Dossier {
        self.around.dossier(person)
    }

    pub(super) fn linked(&self, person: PersonId, dossier: &Dossier) -> Result<Accounts, DbError> {
        let mut accounts = self.around.linked(person, &dossier.own)?;
        accounts.keep_own(self.around.vault(), &dossier.others)?;
        Ok(accounts)
    }

    pub(super) fn into_rows(self) -> BTreeMap<AccountId, AccountRow> {
        self.around.into_rows()
    }
}

/// The person to whom the account's password leads; else the one to whom that of an account leads which counts as the same. A row whose number
/// or name an import changed since is no longer what was opened.
fn holder(
    vault: &Vault,
    around: &Around<'_>,
    own: &Account,
    shared_systems: &[String],
) -> Result<Option<PersonId>, DbError> {
    let mut equal = None;
    for (row, links) in around.accounts() {
        let opens = |link: &&Link| link.undone_at.is_none() && link.rule.is_by_password();
        let Some(link) = links.iter().find(opens) else { continue };
        if row.id == own.id {
            return Ok(Some(link.person_id));
        }
        let account = open_account(vault, row)?;
        if is_same_account(&account, own, shared_systems)
            && open_evidence(vault, link)?.describes(&account.number, &account.name)
        {
            equal = Some(link.person_id);
        }
    }
    Ok(equal)
}

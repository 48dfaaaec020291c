//! The accounts by which a person comes.

use std::collections::BTreeSet;

use super::open::{open_account, open_evidence};
use crate::app::tx::Tx;
use crate::db::DbError;
use crate::db::legacy::AccountRow;
use crate::db::people::Link;
use crate::ids::{AccountId, PersonId};

/// The accounts that a person opens by their password, the first one first; without those whose row an import has made another's since: what
/// stands there now is nothing that was opened.
pub(in crate::app) fn own_accounts(tx: &mut Tx<'_>, person: PersonId) -> Result<Vec<AccountId>, DbError> {
    let mut accounts = Link::opening(tx.conn, person)?;
    let rows = AccountRow::by_ids(tx.conn, &accounts)?;
    let mut still = BTreeSet::new();
    for link in Link::standing(tx.conn, &[person])? {
        let Some(row) = rows.iter().find(|row| row.id == link.account_id) else { continue };
        let account = open_account(tx.vault, row)?;
        if open_evidence(tx.vault, &link)?.describes(&account.number, &account.name) {
            still.insert(row.id);
        }
    }
    accounts.retain(|account| still.contains(account));
    Ok(accounts)
}

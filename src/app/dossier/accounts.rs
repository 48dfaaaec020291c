//! A person's accounts of old systems.

use std::cmp::Reverse;

use super::open::{open_account, open_evidence};
use crate::db::DbError;
use crate::db::legacy::AccountRow;
use crate::db::people::Link;
use crate::domain::linking::{Alias, Shown, is_outranked, shown};
use crate::ids::AccountId;
use crate::vault::Vault;

/// An account with the link by which it is a person's.
#[derive(Clone)]
pub struct Held {
    /// By which link.
    pub link: Link,
    pub account: AccountRow,
}

/// A person's accounts.
#[derive(Clone, Default)]
pub struct Accounts {
    /// Linked and not frozen, and still the number's and name's that were linked.
    pub shown: Vec<Held>,
    /// Frozen: hidden until a reviewer decides.
    pub frozen: Vec<Held>,
}

impl Accounts {
    /// Judges the accounts whose links stand.
    pub(super) fn judge(
        vault: &Vault,
        standing: impl IntoIterator<Item = (Link, AccountRow)>,
        own: &[Alias],
    ) -> Result<Self, DbError> {
        let mut accounts = Self::default();
        for (link, row) in standing {
            let account = open_account(vault, &row)?;
            let is_as_linked = || Ok(open_evidence(vault, &link)?.describes(&account.number, &account.name));
            let answer = shown::<DbError>(&account, link.frozen_at.is_some(), own, is_as_linked)?;
            let held = Held { link, account: row };
            match answer {
                Shown::Yes => accounts.shown.push(held),
                Shown::Frozen => accounts.frozen.push(held),
                Shown::No => {}
            }
        }
        for list in [&mut accounts.shown, &mut accounts.frozen] {
            list.sort_by_key(|held| (Reverse(held.account.system.clone()), held.account.id));
        }
        Ok(accounts)
    }

    /// Of an account's person: what is under a number that a portal vouched for is no account's any more, but for the account that was opened
    /// (A7).
    pub(super) fn keep_own(&mut self, vault: &Vault, vouched: &[Alias]) -> Result<(), DbError> {
        for list in [&mut self.shown, &mut self.frozen] {
            let mut kept = Vec::with_capacity(list.len());
            for held in list.drain(..) {
                let account = open_account(vault, &held.account)?;
                if held.link.rule.is_by_password() || !is_outranked(&account.number, &account.name, vouched) {
                    kept.push(held);
                }
            }
            *list = kept;
        }
        Ok(())
    }

    /// Whether an account is shown.
    pub fn shows(&self, account: AccountId) -> bool {
        self.shown.iter().any(|held| held.account.id == account)
    }
}

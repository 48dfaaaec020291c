//! What a new password must be, and what follows from one, whichever way it was chosen.

use secrecy::{ExposeSecret, SecretString};
use std::time::Duration;

use crate::app::tx::Tx;
use crate::app::{App, AppError};
use crate::db::legacy::AccountRow;
use crate::db::people::Link;
use crate::db::{DbError, account_credentials, legacy_passwords};
use crate::domain::document::Number;
use crate::domain::password::{Known, Weakness, judge};
use crate::ids::{AccountId, PersonId};
use crate::vault::Purpose;

/// What is wrong with a password for these accounts, by what everybody can know of their owner.
pub(super) fn weakness(
    tx: &mut Tx<'_>,
    accounts: &[AccountId],
    password: &str,
    minimum: usize,
) -> Result<Option<Weakness>, AppError> {
    for row in AccountRow::by_ids(tx.conn, accounts)? {
        let raw = tx.vault.open_text(Purpose::Number, &row.number_sealed)?;
        let name = tx.vault.open_text(Purpose::Name, &row.name_sealed)?;
        let number = Number::new(&raw, None);
        let known = Known { number: number.canonical(), name: &name, birth: number.birth_date() };
        if let Err(weakness) = judge(password, &known, minimum) {
            return Ok(Some(weakness));
        }
    }
    Ok(None)
}

/// A new password of accounts that count as one.
pub(super) struct Choice<'a> {
    pub(super) accounts: &'a [AccountId],
    /// Argon2id.
    pub(super) hash: &'a SecretString,
    /// Whoever chose it had given one that proves.
    pub(super) is_proof: bool,
}

impl Choice<'_> {
    /// Keeps the rows as they are until the end of the transaction: an import of them, or a sign-in by them, comes before or after. Before any
    /// person of an account is locked ([`people`](crate::db::people)).
    pub(super) fn lock(&self, tx: &mut Tx<'_>) -> Result<(), DbError> {
        Ok(legacy_passwords::lock_all(tx.conn, self.accounts)?)
    }

    /// Stands beside the imported rows, and wins.
    pub(super) fn set(&self, tx: &mut Tx<'_>) -> Result<(), DbError> {
        let hash = self.hash.expose_secret();
        for account in in_order(self.accounts) {
            account_credentials::set_password(tx.conn, account, hash, self.is_proof, tx.now)?;
        }
        Ok(())
    }
}

/// In the order in which rows that stand beside accounts are written: two who write several do not wait for one another.
pub(super) fn in_order(accounts: &[AccountId]) -> Vec<AccountId> {
    let mut accounts = accounts.to_vec();
    accounts.sort_unstable();
    accounts
}

/// The persons to whom the passwords of these accounts lead.
pub(super) fn persons_of(tx: &mut Tx<'_>, accounts: &[AccountId]) -> Result<Vec<PersonId>, DbError> {
    let mut persons = Vec::new();
    for account in accounts {
        let link = Link::of_password(tx.conn, *account)?;
        persons.extend(link.map(|link| link.person_id).filter(|person| !persons.contains(person)));
    }
    Ok(persons)
}

impl App {
    /// Ends the sessions of these persons, and the sign-ins that began until now: what the former password opened is over. A sign-in that begins
    /// after this has returned is not among them.
    pub(super) async fn end_sessions(&self, persons: &[PersonId]) -> Result<(), AppError> {
        let now = self.now();
        for person in persons {
            self.sessions.end_person(*person, now).await?;
        }
        // Redis keeps milliseconds.
        tokio::time::sleep(Duration::from_millis(2)).await;
        Ok(())
    }
}

//! Where the owners of accounts are told, and how often somebody may have an address told something.

use std::time::Duration;

use crate::app::audit::{self, Entry};
use crate::app::outbox::{self, Notice};
use crate::app::tx::Tx;
use crate::app::{App, AppError};
use crate::db::DbError;
use crate::db::account_credentials::{self, Credentials};
use crate::domain::email::Email;
use crate::ids::AccountId;
use crate::store::StoreError;
use crate::vault::{LookUp, Purpose, Vault};

/// The addresses of these accounts, each once: of an account the one that was chosen here, else the one that was imported, if it is one.
pub(super) fn addresses_of(tx: &mut Tx<'_>, accounts: &[AccountId]) -> Result<Vec<Email>, DbError> {
    let mut found = Vec::new();
    for credentials in account_credentials::of(tx.conn, accounts)? {
        let address = address(tx.vault, &credentials)?;
        found.extend(address.filter(|address| !found.contains(address)));
    }
    Ok(found)
}

fn address(vault: &Vault, credentials: &Credentials) -> Result<Option<Email>, DbError> {
    let Credentials { chosen, imported_email_sealed, .. } = credentials;
    let sealed = chosen.email_sealed.as_ref().unwrap_or(imported_email_sealed);
    if sealed.is_empty() {
        return Ok(None);
    }
    Ok(Email::parse(&vault.open_text(Purpose::Email, sealed)?).ok())
}

/// The name of a mailbox for comparisons. Capitals make another address and, with next to every server, no other mailbox.
pub(super) fn mailbox(vault: &Vault, address: &Email) -> Vec<u8> {
    vault.look_up(LookUp::Mailbox, &[&address.as_str().to_ascii_lowercase()])
}

impl App {
    /// Whether one more mail goes to an address on the word of somebody who need not be its owner.
    pub(super) async fn may_mail(&self, to: &Email) -> Result<bool, StoreError> {
        let key = format!("mails:{}", hex::encode(mailbox(&self.vault, to)));
        let counted = self.store.count(&key, self.config.throttle.mails_per_hour, Duration::from_hours(1)).await?;
        Ok(counted.is_ok())
    }
}

/// Posts notices and records entries, in a transaction of what they tell of.
pub(super) fn tell(tx: &mut Tx<'_>, notices: &[Notice], entries: &[Entry]) -> Result<(), AppError> {
    for notice in notices {
        outbox::post(tx, notice)?;
    }
    audit::record(tx, entries)?;
    Ok(())
}

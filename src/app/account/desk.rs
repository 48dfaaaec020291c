//! What staff do for whoever stands before them: find the accounts of a number, and hand out a link for a new password.

use chrono::{DateTime, Utc};
use secrecy::SecretString;

use super::address::{addresses_of, mailbox};
use super::known::{accounts_under, counting_as_one};
use super::link::Opens;
use crate::app::audit::{self, About, Actor, Entry, Event};
use crate::app::tx::Tx;
use crate::app::{App, AppError};
use crate::db::DbError;
use crate::db::legacy::AccountRow;
use crate::db::people::Link;
use crate::domain::document::Number;
use crate::domain::email::Email;
use crate::domain::name;
use crate::ids::AccountId;
use crate::vault::{LookUp, Purpose};

/// An account as staff may see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundAccount {
    /// `system:key`.
    pub label: String,
    /// `张*`: staff compare it with a document.
    pub name: String,
    /// Masked; empty where there is none.
    pub email: String,
    /// A portal's person has it: its own door is shut.
    pub is_shut: bool,
}

/// The accounts under a number. A few at most: more share only a word that stands for no number.
pub fn find(tx: &mut Tx<'_>, number: &str) -> Result<Vec<FoundAccount>, DbError> {
    let mut found = Vec::new();
    for (account, row) in accounts_under(tx, &Number::new(number, None))? {
        let address = addresses_of(tx, &[account.id])?.pop();
        found.push(FoundAccount {
            label: row.label(),
            name: name::mask(&account.name),
            email: address.as_ref().map(Email::masked).unwrap_or_default(),
            is_shut: Link::of_account(tx.conn, account.id)?.is_some(),
        });
    }
    Ok(found)
}

/// What became of a staff's request for a link.
#[derive(Clone, Debug)]
pub enum Issued {
    /// The link, good once, for twenty minutes.
    Link(SecretString),
    /// A portal's person has the account.
    Shut,
}

impl App {
    /// A link for a new password of the account of this label, and of those that count as the same. Recorded before there is one.
    ///
    /// # Errors
    /// [`AppError::NotFound`] where there is no such account.
    pub async fn issue_recovery(&self, label: &str, by: &str, now: DateTime<Utc>) -> Result<Issued, AppError> {
        let (label, by, shared) = (label.to_owned(), by.to_owned(), self.config.access.shared_systems.clone());
        let opening = self.act(now, move |tx| record(tx, &label, &by, &shared)).await?;
        let Some(opens) = opening else { return Ok(Issued::Shut) };
        let token = self.keep_recovery(opens, now).await?;
        Ok(Issued::Link(self.page(&format!("account/recover/{token}")).into()))
    }
}

fn record(tx: &mut Tx<'_>, label: &str, by: &str, shared_systems: &[String]) -> Result<Option<Opens>, AppError> {
    let row = AccountRow::by_label(tx.conn, label)?.ok_or(AppError::NotFound)?;
    let number = Number::new(&tx.vault.open_text(Purpose::Number, &row.number_sealed)?, None);
    let groups = counting_as_one(tx, &number, shared_systems)?;
    // None: a portal's person has the account, or its number stands for nobody.
    let Some(accounts) = groups.into_iter().find(|group| group.contains(&row.id)) else { return Ok(None) };
    let entry = |account: &AccountId| Entry {
        event: Event::RecoveryIssued,
        actor: Actor::Staff(by.to_owned()),
        about: About { account: Some(*account), ..About::default() },
    };
    audit::record(tx, &accounts.iter().map(entry).collect::<Vec<_>>())?;
    let number_lookup = tx.vault.look_up(LookUp::Number, &[number.canonical()]);
    let mailboxes = addresses_of(tx, &accounts)?.iter().map(|address| mailbox(tx.vault, address)).collect();
    Ok(Some(Opens { accounts, number_lookup, mailboxes }))
}

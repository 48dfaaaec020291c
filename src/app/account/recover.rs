//! 找回密码: a link goes to the registered address, and whoever opens it chooses a new password. That opens the account, and proves nothing: whose
//! data it is does not change by it (LINKING.md).

use chrono::{DateTime, Utc};
use secrecy::{ExposeSecret, SecretString};
use std::collections::BTreeSet;
use std::time::Duration;

use super::address::{addresses_of, mailbox, tell};
use super::known::{counting_as_one, lockout_key};
use super::link::{Opens, Recovery};
use super::renewal::{Choice, persons_of, weakness};
use crate::app::audit::{About, Actor, Entry, Event};
use crate::app::notices::Telling;
use crate::app::outbox::Notice;
use crate::app::tx::Tx;
use crate::app::{App, AppError};
use crate::db::legacy::AccountRow;
use crate::db::{self, account_credentials};
use crate::domain::document::Number;
use crate::domain::email::Email;
use crate::domain::password::Weakness;
use crate::ids::{AccountId, PersonId};
use crate::vault::{LookUp, Purpose};

const HOUR: Duration = Duration::from_hours(1);

/// From so many networks a number's links may be asked for as often as from one.
const NETWORKS: u32 = 4;

/// What became of a new password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recovered {
    Done,
    /// The link is good for another choice.
    Refused(Weakness),
    /// Unknown, used, too old, or replaced by a newer one.
    Gone,
}

/// Accounts that count as one, and where their owner is told.
#[derive(Clone)]
struct Group {
    accounts: Vec<AccountId>,
    addresses: Vec<Email>,
}

impl App {
    /// Mails a link to the registered addresses of a number. Takes the same time whether or not there are any. Accounts of a portal's person get
    /// none: their door is shut (A8). `network`: from where it is asked.
    ///
    /// # Errors
    /// [`AppError::NotFound`] where nothing is mailed (`access.mail = "none"`).
    pub async fn ask_recovery(&self, number: &str, network: &str, now: DateTime<Utc>) -> Result<(), AppError> {
        if !self.config.access.mails() {
            return Err(AppError::NotFound);
        }
        self.at_a_steady_pace(self.mail_links(number, network, now)).await
    }

    async fn mail_links(&self, number: &str, network: &str, now: DateTime<Utc>) -> Result<(), AppError> {
        let number = Number::new(number, None);
        let number_lookup = self.vault.look_up(LookUp::Number, &[number.canonical()]);
        if !self.may_ask(&hex::encode(&number_lookup), network).await? {
            return Ok(());
        }
        let shared = self.config.access.shared_systems.clone();
        let groups = self.read(move |tx| groups(tx, &number, &shared)).await?;
        let (mut notices, mut told) = (Vec::new(), Vec::new());
        for Group { accounts, addresses } in groups {
            if addresses.is_empty() || !self.may_have_link(&accounts).await? {
                continue;
            }
            told.extend(accounts.iter().map(|account| entry(Event::RecoveryAsked, *account)));
            let mailboxes = addresses.iter().map(|address| mailbox(&self.vault, address)).collect();
            let opens = Opens { accounts, number_lookup: number_lookup.clone(), mailboxes };
            let token = self.keep_recovery(opens, now).await?;
            notices.extend(self.notices(&addresses, None, Telling::Recovery { token: &token }, now)?);
        }
        self.act(now, move |tx| tell(tx, &notices, &told)).await
    }

    /// So many of one number from one network, and a few times as many from all: a stranger who asks for somebody's links in vain leaves the owner
    /// some.
    async fn may_ask(&self, number: &str, network: &str) -> Result<bool, AppError> {
        let limit = self.config.throttle.recoveries_per_hour;
        let from_here = format!("recoveries:{number}:{network}");
        let from_all = format!("recoveries:{number}");
        Ok(self.store.count(&from_here, limit, HOUR).await?.is_ok()
            && self.store.count(&from_all, limit.saturating_mul(NETWORKS), HOUR).await?.is_ok())
    }

    /// Whether a link is good, without using it up: scanners of mail open links too.
    pub async fn recovery(&self, token: &str) -> Result<bool, AppError> {
        Ok(self.look_at_recovery(token).await?.is_some())
    }

    /// Uses a link up: sets the password of the accounts that count as one, ends their sessions and the lockout of their number, and tells their
    /// owner.
    ///
    /// # Errors
    /// [`AppError::Busy`] where too many passwords wait to be hashed; the link stays good.
    pub async fn recover(
        &self,
        token: &str,
        password: &SecretString,
        now: DateTime<Utc>,
    ) -> Result<Recovered, AppError> {
        let Some(recovery) = self.look_at_recovery(token).await? else { return Ok(Recovered::Gone) };
        let (asked, typed, minimum) = (recovery.accounts, password.clone(), self.config.access.password_minimum);
        let weakness = self.read(move |tx| weakness(tx, &asked, typed.expose_secret(), minimum)).await?;
        if let Some(weakness) = weakness {
            return Ok(Recovered::Refused(weakness));
        }
        let hash = self.hash_chosen(password).await?;
        let Some(recovery) = self.take_recovery(token).await? else { return Ok(Recovered::Gone) };
        let done = self.set_recovered(&recovery, hash, now).await;
        if done.is_err() {
            self.put_recovery_back(token, &recovery, self.now()).await?;
        }
        done
    }

    async fn set_recovered(
        &self,
        recovery: &Recovery,
        hash: SecretString,
        now: DateTime<Utc>,
    ) -> Result<Recovered, AppError> {
        let accounts = recovery.accounts.clone();
        let addresses = self.read::<_, AppError, _>(move |tx| Ok(addresses_of(tx, &accounts)?)).await?;
        let notices = self.notices(&addresses, None, Telling::PasswordChanged, now)?;
        let (asked, shared) = (recovery.clone(), self.config.access.shared_systems.clone());
        let opened = self.act(now, move |tx| set_password(tx, &asked, &hash, &shared, &notices)).await?;
        let Some(Reopened { number, persons }) = opened else { return Ok(Recovered::Gone) };
        self.end_sessions(&persons).await?;
        self.forget_recoveries(&recovery.accounts).await?;
        // The owner is back: wrong guesses of others hold them up no longer.
        self.store.delete(&lockout_key(&self.vault, &number)).await?;
        Ok(Recovered::Done)
    }
}

fn entry(event: Event, account: AccountId) -> Entry {
    Entry { event, actor: Actor::Citizen, about: About { account: Some(account), ..About::default() } }
}

/// The accounts under a number whose doors are open, and where the owners of each group are told.
fn groups(tx: &mut Tx<'_>, number: &Number, shared_systems: &[String]) -> Result<Vec<Group>, AppError> {
    let mut found = Vec::new();
    for accounts in counting_as_one(tx, number, shared_systems)? {
        let addresses = addresses_of(tx, &accounts)?;
        found.push(Group { accounts, addresses });
    }
    Ok(found)
}

/// What got a new password.
struct Reopened {
    number: Number,
    /// To whom the passwords lead.
    persons: Vec<PersonId>,
}

/// Sets the password of all of them, unless a portal's person or an import has come in between, or they count as one no more.
fn set_password(
    tx: &mut Tx<'_>,
    recovery: &Recovery,
    hash: &SecretString,
    shared_systems: &[String],
    notices: &[Notice],
) -> Result<Option<Reopened>, AppError> {
    db::lock(tx.conn, &recovery.number_lookup)?;
    let choice = Choice { accounts: &recovery.accounts, hash, is_proof: false };
    choice.lock(tx)?;
    let Some(row) = AccountRow::by_ids(tx.conn, &recovery.accounts)?.into_iter().next() else { return Ok(None) };
    let number = Number::new(&tx.vault.open_text(Purpose::Number, &row.number_sealed)?, None);
    let is_asked = |group: &Vec<AccountId>| {
        let asked: BTreeSet<&AccountId> = recovery.accounts.iter().collect();
        group.iter().collect::<BTreeSet<_>>() == asked
    };
    if row.number_lookup.as_ref() != Some(&recovery.number_lookup)
        || !counting_as_one(tx, &number, shared_systems)?.iter().any(is_asked)
    {
        return Ok(None);
    }
    for account in &recovery.accounts {
        if account_credentials::chosen_since(tx.conn, *account, recovery.asked_at())? {
            return Ok(None);
        }
    }
    let addresses = addresses_of(tx, &recovery.accounts)?;
    if addresses.iter().map(|address| mailbox(tx.vault, address)).ne(recovery.mailboxes.iter().cloned()) {
        return Ok(None);
    }
    choice.set(tx)?;
    let told: Vec<Entry> = recovery.accounts.iter().map(|account| entry(Event::PasswordRecovered, *account)).collect();
    tell(tx, notices, &told)?;
    Ok(Some(Reopened { number, persons: persons_of(tx, &recovery.accounts)? }))
}

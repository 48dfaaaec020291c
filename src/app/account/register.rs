//! 注册: what somebody typed waits until the address is confirmed. A number that has an account is not registered again, and whoever asks does
//! not learn that it has one: its owner is told.

use chrono::{DateTime, Utc};
use secrecy::{ExposeSecret, SecretString};

use super::address::{addresses_of, tell};
use super::known::{Registered, accounts_under, register};
use super::pending::{Code, Pending, Waiting};
use super::{Entering, Opened};
use crate::app::audit::{self, About, Actor, Entry, Event};
use crate::app::notices::Telling;
use crate::app::tx::Tx;
use crate::app::{App, AppError, old_password};
use crate::config::AccessConfig;
use crate::db::account_credentials::{self, Credentials};
use crate::domain::document::Number;
use crate::domain::email::Email;
use crate::ids::AccountId;

/// A form that was found good by the rules of `domain`.
#[derive(Clone, Debug)]
pub struct Registration {
    pub name: String,
    pub number: String,
    /// `None` where nothing is mailed: an address that nobody confirms is not kept.
    pub email: Option<Email>,
    pub password: SecretString,
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Registering {
    /// A code is on its way, or seems to be.
    Confirm,
    /// Without mail (`access.mail = "none"`) it counts at once.
    Counts(Opened),
    /// Without mail there is nobody to tell but whoever asks.
    Known,
}

/// The accounts of the number, with their owners' addresses.
#[derive(Clone)]
struct Known {
    accounts: Vec<AccountId>,
    addresses: Vec<Email>,
}

impl App {
    /// Takes a registration in this session (by its name). Does the same work and takes the same time whether or not the number is known.
    ///
    /// # Errors
    /// [`AppError::Busy`] where too many passwords wait to be hashed; [`AppError::NotFound`] where a code is to be mailed and there is no address.
    pub async fn register(
        &self,
        session: &str,
        new: Registration,
        now: DateTime<Utc>,
    ) -> Result<Registering, AppError> {
        self.at_a_steady_pace(self.take_registration(session, new, now)).await
    }

    async fn take_registration(
        &self,
        session: &str,
        new: Registration,
        now: DateTime<Utc>,
    ) -> Result<Registering, AppError> {
        let Registration { name, number, email, password } = new;
        let password_hash = self.hash_chosen(&password).await?;
        if !self.config.access.mails() {
            let new = Registered { number: number.into(), name: name.into(), email: None, password_hash };
            let opened = self.make_account(new, now).await?;
            return Ok(opened.map_or(Registering::Known, Registering::Counts));
        }
        let email = email.ok_or(AppError::NotFound)?;
        let typed = Number::new(&number, None);
        let known = self.read(move |tx| known(tx, &typed)).await?;
        let code = Code::draw();
        let (to, telling) = match &known {
            None => (vec![email.clone()], Telling::ConfirmAddress { code: code.as_str() }),
            Some(known) => (known.addresses.clone(), Telling::AlreadyRegistered),
        };
        let mut notices = Vec::new();
        for address in to {
            if self.may_mail(&address).await? {
                notices.push(self.notice(&address, None, telling, now)?);
            }
        }
        let mailed = known.is_none() && !notices.is_empty();
        let password_hash = password_hash.expose_secret().to_owned();
        let waiting = Waiting::Registration { number, name, password_hash };
        let pending = Pending::new(&self.vault, mailed.then_some(&code), email.as_str().to_owned(), waiting);
        self.wait_for_code(session, &pending).await?;
        let about = |account| About { account: Some(account), ..About::default() };
        let again = |account| Entry { event: Event::RegisteredAgain, actor: Actor::SignIn, about: about(account) };
        let entries: Vec<Entry> = known.iter().flat_map(|known| &known.accounts).copied().map(again).collect();
        self.act(now, move |tx| tell(tx, &notices, &entries)).await?;
        Ok(Registering::Confirm)
    }

    /// Argon2id of a password that somebody chooses.
    pub(super) async fn hash_chosen(&self, password: &SecretString) -> Result<SecretString, AppError> {
        let password = password.clone();
        Ok(self.hashing(move || old_password::replacement(password.expose_secret())).await?.into())
    }

    /// Makes an account and signs it in; `None` where the number has one by now.
    pub(super) async fn make_account(&self, new: Registered, now: DateTime<Utc>) -> Result<Option<Opened>, AppError> {
        let access = self.config.access.clone();
        self.act(now, move |tx| make_account(tx, &new, &access)).await
    }
}

fn known(tx: &mut Tx<'_>, number: &Number) -> Result<Option<Known>, AppError> {
    let accounts: Vec<AccountId> = accounts_under(tx, number)?.into_iter().map(|(account, _)| account.id).collect();
    let addresses = addresses_of(tx, &accounts)?;
    Ok((!accounts.is_empty()).then_some(Known { accounts, addresses }))
}

fn make_account(tx: &mut Tx<'_>, new: &Registered, access: &AccessConfig) -> Result<Option<Opened>, AppError> {
    let mut told = Vec::new();
    let (account, is_repeated) = match register(tx, new)? {
        Some(account) => (account, false),
        None => match made_of(tx, new)? {
            Some(account) => (account, true),
            None => return Ok(None),
        },
    };
    if !is_repeated {
        let about = About { account: Some(account), ..About::default() };
        told.push(Entry { event: Event::Registered, actor: Actor::SignIn, about });
    }
    let opened = Entering { account, access }.carry_out(tx, &mut told)?;
    audit::record(tx, &told)?;
    // Sent twice, it ends where it ended the first time.
    Ok(opened.map(|opened| Opened { first: opened.first || is_repeated, ..opened }))
}

/// The account that this very registration has made, by the salt of its password's hash.
fn made_of(tx: &mut Tx<'_>, new: &Registered) -> Result<Option<AccountId>, AppError> {
    let number = Number::new(new.number.expose_secret(), None);
    let accounts: Vec<AccountId> = accounts_under(tx, &number)?.into_iter().map(|(account, _)| account.id).collect();
    let hash = new.password_hash.expose_secret();
    let is_its = |of: &Credentials| of.chosen.password_wrapped.as_deref() == Some(hash);
    Ok(account_credentials::of(tx.conn, &accounts)?.iter().find(|of| is_its(of)).map(|of| of.account))
}

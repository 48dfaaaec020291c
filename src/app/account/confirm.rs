//! The code that was mailed: a registration counts from then on, or another address does.

use chrono::{DateTime, Utc};

use super::Opened;
use super::address::{addresses_of, tell};
use super::known::Registered;
use super::pending::{Pending, Tried, Waiting};
use super::renewal::in_order;
use crate::app::audit::{About, Actor, Entry, Event};
use crate::app::dossier::own_accounts;
use crate::app::notices::Telling;
use crate::app::outbox::Notice;
use crate::app::tx::Tx;
use crate::app::{App, AppError};
use crate::db::account_credentials;
use crate::db::people;
use crate::domain::email::Email;
use crate::ids::{AccountId, PersonId};
use crate::vault::Purpose;

/// What became of a code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Confirmed {
    /// The account counts, and is signed in.
    Registered(Opened),
    AddressChanged,
    Wrong {
        tries_left: u32,
    },
    /// Nothing waits for a code in this session: too late, too many wrong ones, or the number got an account meanwhile.
    Gone,
}

impl App {
    /// Takes the code of this session (by its name), of whoever is signed in there. The same code has the same outcome for a minute, so that a
    /// form that is sent twice ends well.
    pub async fn confirm(
        &self,
        session: &str,
        person: Option<PersonId>,
        code: &str,
        now: DateTime<Utc>,
    ) -> Result<Confirmed, AppError> {
        let pending = match self.try_code(session, person, code).await? {
            Tried::Right(pending) => pending,
            Tried::Wrong { tries_left } => return Ok(Confirmed::Wrong { tries_left }),
            Tried::Gone => return Ok(Confirmed::Gone),
        };
        let Pending { email, waiting, .. } = pending.clone();
        let email = Email::parse(&email).map_err(|_| AppError::NotFound)?;
        let confirmed = match waiting {
            Waiting::Registration { number, name, password_hash } => {
                let (number, name, password_hash) = (number.into(), name.into(), password_hash.into());
                let new = Registered { number, name, email: Some(email), password_hash };
                self.make_account(new, now).await?.map_or(Confirmed::Gone, Confirmed::Registered)
            }
            Waiting::Address { person } => self.take_address(person, email, now).await?,
        };
        // Not before: what the database refused for now can be tried again.
        if confirmed == Confirmed::Gone {
            self.stop_waiting(session).await?;
        } else {
            self.wait_for_repetition(session, &pending).await?;
        }
        Ok(confirmed)
    }

    async fn take_address(&self, person: PersonId, email: Email, now: DateTime<Utc>) -> Result<Confirmed, AppError> {
        let (accounts, former) = self.read(move |tx| own_addresses(tx, person)).await?;
        let former: Vec<Email> = former.into_iter().filter(|address| *address != email).collect();
        let notices = self.notices(&former, Some(person), Telling::AddressChanged, now)?;
        self.act(now, move |tx| set_address(tx, person, &email, &notices)).await?;
        // A link that is on its way to the former address is of no use any more.
        self.forget_recoveries(&accounts).await?;
        Ok(Confirmed::AddressChanged)
    }
}

/// The accounts that a person opens by their password, and where their owner is told.
fn own_addresses(tx: &mut Tx<'_>, person: PersonId) -> Result<(Vec<AccountId>, Vec<Email>), AppError> {
    let accounts = own_accounts(tx, person)?;
    let addresses = addresses_of(tx, &accounts)?;
    Ok((accounts, addresses))
}

fn set_address(tx: &mut Tx<'_>, person: PersonId, email: &Email, notices: &[Notice]) -> Result<(), AppError> {
    people::lock_person(tx.conn, person)?;
    let accounts = own_accounts(tx, person)?;
    if accounts.is_empty() {
        return Err(AppError::NotFound);
    }
    // Sent twice.
    if addresses_of(tx, &accounts)? == [email.clone()] {
        return Ok(());
    }
    let sealed = tx.vault.seal_text(Purpose::Email, email.as_str());
    let mut told = Vec::new();
    for account in in_order(&accounts) {
        account_credentials::set_email(tx.conn, account, &sealed, tx.now)?;
        let about = About { person: Some(person), account: Some(account), ..About::default() };
        told.push(Entry { event: Event::AddressChanged, actor: Actor::Citizen, about });
    }
    tell(tx, notices, &told)
}

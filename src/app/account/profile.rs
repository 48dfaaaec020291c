//! 注册信息维护: name and number are what the account has, and stay; the address may be changed.

use chrono::{DateTime, Utc};
use std::time::Duration;

use super::address::{addresses_of, tell};
use super::pending::{Code, Pending, Waiting};
use crate::app::dossier::own_accounts;
use crate::app::notices::Telling;
use crate::app::tx::Tx;
use crate::app::{App, AppError};
use crate::db::legacy::AccountRow;
use crate::domain::email::Email;
use crate::ids::PersonId;
use crate::vault::Purpose;

/// What a person sees of the account by which they came.
#[derive(Clone, PartialEq, Eq)]
pub struct Profile {
    pub name: String,
    /// In full: it is their own.
    pub number: String,
    /// Where they are told; empty where there is no address.
    pub email: String,
    /// It was registered here, and is only what somebody typed.
    pub registered: bool,
    /// Nothing is hidden from it until a registered detail is given.
    pub checked: bool,
}

impl std::fmt::Debug for Profile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Profile")
            .field("registered", &self.registered)
            .field("checked", &self.checked)
            .finish_non_exhaustive()
    }
}

impl App {
    /// # Errors
    /// [`AppError::NotFound`] for a person who did not come by an account, or whose account's door is shut.
    pub async fn account_profile(&self, person: PersonId) -> Result<Profile, AppError> {
        let profile = self.read(move |tx| profile(tx, person)).await?;
        Ok(Profile { checked: !self.awaits_detail(person).await?, ..profile })
    }

    /// Mails a code to another address of whoever is signed in; [`App::confirm`] takes it.
    ///
    /// # Errors
    /// [`AppError::NotFound`] where nothing is mailed (`access.mail = "none"`), and as [`App::account_profile`].
    pub async fn change_address(
        &self,
        person: PersonId,
        session: &str,
        email: Email,
        now: DateTime<Utc>,
    ) -> Result<(), AppError> {
        let opens = self.read(move |tx| Ok::<_, AppError>(!own_accounts(tx, person)?.is_empty())).await?;
        if !self.config.access.mails() || !opens {
            return Err(AppError::NotFound);
        }
        let code = Code::draw();
        let mut notices = Vec::new();
        let by_person = format!("mails-by:{person}");
        let limit = self.config.throttle.mails_per_hour;
        let may_ask = self.store.count(&by_person, limit, Duration::from_hours(1)).await?.is_ok();
        if may_ask && self.may_mail(&email).await? {
            let telling = Telling::ConfirmAddress { code: code.as_str() };
            notices.push(self.notice(&email, Some(person), telling, now)?);
        }
        let mailed = (!notices.is_empty()).then_some(&code);
        let pending = Pending::new(&self.vault, mailed, email.as_str().to_owned(), Waiting::Address { person });
        self.wait_for_code(session, &pending).await?;
        self.act(now, move |tx| tell(tx, &notices, &[])).await
    }
}

fn profile(tx: &mut Tx<'_>, person: PersonId) -> Result<Profile, AppError> {
    let accounts = own_accounts(tx, person)?;
    let first = accounts.first().ok_or(AppError::NotFound)?;
    let row = AccountRow::by_ids(tx.conn, &[*first])?.pop().ok_or(AppError::NotFound)?;
    let address = addresses_of(tx, &accounts)?.into_iter().next();
    Ok(Profile {
        name: tx.vault.open_text(Purpose::Name, &row.name_sealed)?.trim().to_owned(),
        number: tx.vault.open_text(Purpose::Number, &row.number_sealed)?.trim().to_owned(),
        email: address.map(|address| address.as_str().to_owned()).unwrap_or_default(),
        registered: row.is_registered(),
        checked: false,
    })
}

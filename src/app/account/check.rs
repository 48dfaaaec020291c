//! What a registered account must show before registered data under its number are shown to it (A4).

use chrono::{DateTime, Utc};
use std::time::Duration;

use super::enter::grant_own_pair;
use crate::app::audit::{self, About, Actor, Entry, Event, Locked};
use crate::app::dossier::{open_account, open_alias};
use crate::app::linking::Table;
use crate::app::tx::Tx;
use crate::app::{App, AppError};
use crate::db::legacy::{AccountRow, Certificate};
use crate::db::people::{self, AliasRow, Link};
pub use crate::domain::account::detail::Detail;
use crate::domain::account::detail::Registered;
use crate::domain::china::china_date;
use crate::domain::document::Number;
use crate::domain::linking::{Account, Alias, Belongs, Door, LinkActor, belongs_to_account, still_fits};
use crate::ids::{AccountId, PersonId};
use crate::store::Exhausted;
use crate::vault::{LookUp, Purpose};

/// A date and a city can be guessed in some tries, and a lockout holds nobody off who has anything to lose: the other way is 人工核实.
const LOCK: Duration = Duration::from_hours(24);

/// What became of a detail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Checked {
    /// What is under the account's number and name is shown from now on.
    Fits,
    /// It fits nothing, or there is nothing: all the same to whoever asks.
    Wrong { tries_left: u32 },
    /// Too many tries.
    Locked(Exhausted),
    /// Nothing is hidden from this account.
    Nothing,
}

impl App {
    /// Holds a detail against the certificates under the account's number and name.
    pub async fn check_detail(
        &self,
        person: PersonId,
        detail: Detail,
        now: DateTime<Utc>,
    ) -> Result<Checked, AppError> {
        if !self.awaits_detail(person).await? {
            return Ok(Checked::Nothing);
        }
        let keys = [format!("account:detail:{person}")];
        let tries_left = match self.store.try_once(&keys, self.config.throttle.password_tries, LOCK).await? {
            Ok(left) => left,
            Err(exhausted) => return Ok(Checked::Locked(exhausted)),
        };
        let fits = self.at_a_steady_pace(self.act(now, move |tx| check(tx, person, &detail, tries_left))).await?;
        Ok(if fits { Checked::Fits } else { Checked::Wrong { tries_left } })
    }

    /// Whether the person came by a registered account from which registered data are hidden.
    pub async fn awaits_detail(&self, person: PersonId) -> Result<bool, AppError> {
        self.read(move |tx| Ok(unchecked(tx, person)?.is_some())).await
    }
}

/// The registered account of a person who has shown nothing yet.
fn unchecked(tx: &mut Tx<'_>, person: PersonId) -> Result<Option<AccountId>, AppError> {
    let accounts = Link::opening(tx.conn, person)?;
    let rows = AccountRow::by_ids(tx.conn, &accounts)?;
    let is_registered = rows.iter().all(AccountRow::is_registered);
    let Some(account) = accounts.first().filter(|_| is_registered) else { return Ok(None) };
    let Some(row) = rows.first() else { return Ok(None) };
    let own = open_account(tx.vault, row)?;
    let mut has_shown = false;
    for row in AliasRow::of_persons(tx.conn, &[person])? {
        // Other pairs that a reviewer granted are none of the account's.
        has_shown |= still_fits(&own, &[open_alias(tx.vault, &row)?]);
    }
    Ok((!has_shown).then_some(*account))
}

fn check(tx: &mut Tx<'_>, person: PersonId, detail: &Detail, tries_left: u32) -> Result<bool, AppError> {
    people::lock_person(tx.conn, person)?;
    let account = unchecked(tx, person)?.ok_or(AppError::NotFound)?;
    let row = AccountRow::by_ids(tx.conn, &[account])?.pop().ok_or(AppError::NotFound)?;
    let fits = fits(tx, &open_account(tx.vault, &row)?, detail)?;
    let about = About { person: Some(person), account: Some(account), ..About::default() };
    let entry = |event| Entry { event, actor: Actor::Citizen, about };
    let mut told = vec![entry(Event::DetailChecked { right: fits })];
    if fits {
        let (by, actor) = (&LinkActor::Account, &Actor::Citizen);
        let table = Table { person, by, actor, portal: None, door: Door::Account };
        grant_own_pair(tx, &table, account)?;
        told.extend(table.settle(tx)?);
    } else if tries_left == 0 {
        told.push(entry(Event::Locked { what: Locked::Detail }));
    }
    audit::record(tx, &told)?;
    Ok(fits)
}

/// Whether a certificate that would be the account's bears the detail.
fn fits(tx: &mut Tx<'_>, account: &Account, detail: &Detail) -> Result<bool, AppError> {
    let lookup = tx.vault.look_up(LookUp::Number, &[account.number.canonical()]);
    let own = [Alias { number: account.number.clone(), name: account.name.clone(), granted: None }];
    let vouched = AliasRow::by_numbers(tx.conn, std::slice::from_ref(&lookup))?;
    let vouched = vouched.iter().map(|row| open_alias(tx.vault, row)).collect::<Result<Vec<_>, _>>()?;
    let today = china_date(tx.now);
    let mut found = false;
    for row in Certificate::by_numbers(tx.conn, &[lookup])? {
        let number = Number::new(&tx.vault.open_text(Purpose::Number, &row.number_sealed)?, None);
        let name = tx.vault.open_text(Purpose::Name, &row.name_sealed)?;
        let registered = Registered {
            certificate_number: &row.certificate_number,
            approval_date: &row.approval_date,
            city: &row.city,
        };
        let is_own = belongs_to_account(&number, &name, &own, &vouched) == Belongs::Yes;
        found |= is_own && detail.is_of(&registered, today);
    }
    Ok(found)
}

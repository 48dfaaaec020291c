//! Claim of an account under another number, by that number and its old password. Never a link: a reviewer decides.

use chrono::{DateTime, Utc};

use super::Asker;
use super::prove::Wrong;
use super::question::ask_or_add;
use super::settle::lock_asker;
use crate::app::audit::{self, About, Actor, Entry, Event, Locked};
use crate::app::dossier::{Dossier, open_account};
use crate::app::tx::Tx;
use crate::app::{App, AppError};
use crate::db::account_credentials::{self, Credentials};
use crate::db::legacy::AccountRow;
use crate::db::people::{self, AliasRow, Link};
use crate::domain::document::{Number, Relation};
use crate::domain::review::{Basis, Kind, NameMatch};
use crate::ids::{AccountId, PersonId};
use crate::store::Exhausted;
use crate::vault::{LookUp, Purpose};

/// So many accounts under the claimed number are compared; a number has one in each old system, rarely two.
const CANDIDATES: usize = 4;

/// So many rows under the number are read to find them; more share only a word that stands for no number.
const READ: i64 = 16;

/// What became of a claim.
#[derive(Debug, PartialEq, Eq)]
pub enum Claim {
    /// Right: a reviewer decides. The task's number.
    Received {
        /// The task's number.
        task: i64,
    },
    /// No such account, an unreadable number, a wrong password, no password: all the same to whoever asks.
    Wrong,
    /// Too many tries.
    Locked(Exhausted),
}

impl App {
    /// Claims an account under another number. Takes the same time for every answer.
    pub async fn claim(
        &self,
        asker: &Asker,
        old_number: &str,
        password: &str,
        now: DateTime<Utc>,
    ) -> Result<Claim, AppError> {
        self.at_a_steady_pace(self.judge_claim(asker, old_number, password, now)).await
    }

    async fn judge_claim(
        &self,
        asker: &Asker,
        old_number: &str,
        password: &str,
        now: DateTime<Utc>,
    ) -> Result<Claim, AppError> {
        let number = Number::new(old_number, None);
        let lookup = self.vault.look_up(LookUp::Number, &[number.canonical()]);
        // By number whether or not there is such an account: a lock tells nothing. It never locks the owner's own proof.
        let keys = [format!("claim:number:{}", hex::encode(&lookup)), format!("claim:person:{}", asker.person)];
        let throttle = &self.config.throttle;
        let tries_left = match self.store.try_once(&keys, throttle.password_tries, throttle.password_lock).await? {
            Ok(left) => left,
            Err(exhausted) => return Ok(Claim::Locked(exhausted)),
        };
        let task = self.try_claim(asker, old_number, password, now).await;
        // What was right, and what was not looked at to the end, is no wrong try.
        if !matches!(task, Ok(None)) {
            self.take_tries_back(&keys).await;
        }
        if let Some(task) = task? {
            return Ok(Claim::Received { task });
        }
        let about = About { person: Some(asker.person), ..About::default() };
        self.record_wrong_password(Wrong { of: Locked::Claim, about, tries_left }, now).await?;
        Ok(Claim::Wrong)
    }

    /// The task of a right claim; `None`: it is wrong.
    async fn try_claim(
        &self,
        asker: &Asker,
        old_number: &str,
        password: &str,
        now: DateTime<Utc>,
    ) -> Result<Option<i64>, AppError> {
        let (who, number) = (asker.clone(), Number::new(old_number, None));
        let candidates = self.act(now, move |tx| candidates(tx, &who, &number)).await?;
        let mut claimed = Vec::new();
        for at in 0..CANDIDATES {
            let stored = candidates.get(at);
            let right = self.proves(stored, password).await?;
            claimed.extend(stored.map(|stored| stored.account).filter(|_| right));
        }
        if claimed.is_empty() {
            return Ok(None);
        }
        let (person, typed) = (asker.person, old_number.to_owned());
        self.act(now, move |tx| ask(tx, person, &typed, &claimed)).await.map(Some)
    }
}

/// The accounts under a number that is none of this person's, with their passwords. Those under their own are for proof, whose tries a claim
/// must not double.
fn candidates(tx: &mut Tx<'_>, asker: &Asker, number: &Number) -> Result<Vec<Credentials>, AppError> {
    lock_asker(tx, asker)?;
    let lookup = tx.vault.look_up(LookUp::Number, &[number.canonical()]);
    let own: Vec<AccountId> = Link::standing(tx.conn, &[asker.person])?.iter().map(|link| link.account_id).collect();
    let mut numbers: Vec<Number> = Dossier::of(tx, asker.person)?.own.into_iter().map(|alias| alias.number).collect();
    // Whoever registered and has shown nothing yet bears no alias: the number is their own all the same.
    for row in AccountRow::by_ids(tx.conn, &own)? {
        numbers.push(open_account(tx.vault, &row)?.number);
    }
    let is_own = |other: &Number| numbers.iter().any(|number| matches!(other.relation(number), Relation::Same(_)));
    let mut found = Vec::new();
    for row in AccountRow::some_by_number(tx.conn, &lookup, READ)? {
        let account = open_account(tx.vault, &row)?;
        let same = matches!(account.number.relation(number), Relation::Same(_));
        if same && !is_own(&account.number) && !own.contains(&row.id) && found.len() < CANDIDATES {
            found.extend(account_credentials::of(tx.conn, &[row.id])?);
        }
    }
    Ok(found)
}

/// A task for each account whose password was right; answers the number of the first.
fn ask(tx: &mut Tx<'_>, person: PersonId, typed: &str, claimed: &[AccountId]) -> Result<i64, AppError> {
    people::lock_person(tx.conn, person)?;
    let aliases = AliasRow::of_persons(tx.conn, &[person])?;
    let open = |alias: &AliasRow| tx.vault.open_text(Purpose::Name, &alias.name_sealed);
    let names: Vec<String> = aliases.iter().map(open).collect::<Result<_, _>>()?;
    let (mut numbers, mut told) = (Vec::new(), Vec::new());
    for row in AccountRow::by_ids(tx.conn, claimed)? {
        let name = tx.vault.open_text(Purpose::Name, &row.name_sealed)?;
        let name = NameMatch::best(&name, names.iter().map(String::as_str));
        let basis = Basis::Password { number: typed.to_owned(), name };
        let task = ask_or_add(tx, person, &row, Kind::Claim, basis)?;
        let about = About { person: Some(person), account: Some(row.id), task: Some(task.id), ..About::default() };
        told.push(Entry { event: Event::Requested { kind: Kind::Claim }, actor: Actor::Citizen, about });
        numbers.push(task.number);
    }
    audit::record(tx, &told)?;
    numbers.first().copied().ok_or(AppError::NotFound)
}

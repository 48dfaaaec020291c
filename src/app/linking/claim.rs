//! Claim of an account under another number, by that number and its old password. Never a link: a reviewer decides.

use chrono::{DateTime, Utc};
use diesel::PgConnection;
use std::time::Duration;
use tokio::time::Instant;

use super::{Asker, lock_person_of};
use crate::app::audit::{self, About, Actor, Entry, Event};
use crate::app::sign_in::{gather_aliases, open_account};
use crate::app::{App, AppError};
use crate::db::legacy;
use crate::db::legacy_passwords::{self, OldPassword};
use crate::db::people::Link;
use crate::db::tasks::{NewTask, Task};
use crate::db::{DbError, people};
use crate::domain::document::{Number, Relation};
use crate::domain::review::{Basis, Grounds, Kind, NameMatch, Status};
use crate::ids::{AccountId, TaskId};
use crate::store::Exhausted;
use crate::vault::{LookUp, Purpose, Vault};

/// A claim is answered after this long, or a multiple of it: nothing that it takes tells whether there is such an account.
const ANSWER_TIME: Duration = Duration::from_secs(1);

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
        let began = Instant::now();
        let answer = self.judge_claim(asker, old_number, password, now).await;
        let mut until = began + ANSWER_TIME;
        while until < Instant::now() {
            until += ANSWER_TIME;
        }
        tokio::time::sleep_until(until).await;
        answer
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
        let (vault, who) = (self.vault.clone(), asker.clone());
        let candidates = self.transact(move |conn| candidates(conn, &vault, &who, &number, &lookup)).await?;
        let mut claimed = Vec::new();
        for at in 0..CANDIDATES {
            let (account, stored) = candidates.get(at).cloned().unzip();
            let right = self.check_old_password(&stored.unwrap_or_default(), password).await?;
            claimed.extend(account.filter(|_| right));
        }
        if claimed.is_empty() {
            let about = About { person: Some(asker.person), ..About::default() };
            self.tell_wrong_password(about, ("claim", tries_left), now).await?;
            return Ok(Claim::Wrong);
        }
        let (vault, who, typed) = (self.vault.clone(), asker.clone(), old_number.to_owned());
        let task = self.transact(move |conn| ask(conn, &vault, &who, (&typed, &claimed), now)).await?;
        self.take_tries_back(&keys).await;
        Ok(Claim::Received { task })
    }
}

/// The accounts under a number that is none of this person's, with their passwords. Those under their own are for proof, whose tries a claim
/// must not double.
fn candidates(
    conn: &mut PgConnection,
    vault: &Vault,
    asker: &Asker,
    number: &Number,
    lookup: &[u8],
) -> Result<Vec<(AccountId, OldPassword)>, AppError> {
    if lock_person_of(conn, &asker.subject)? != Some(asker.person) {
        return Err(AppError::NotFound);
    }
    let own: Vec<AccountId> = Link::standing(conn, &[asker.person])?.iter().map(|link| link.account_id).collect();
    let aliases = gather_aliases(conn, vault, asker.person)?.own;
    let is_own =
        |other: &Number| aliases.iter().any(|alias| matches!(other.relation(&alias.number), Relation::Same(_)));
    let mut found = Vec::new();
    for row in legacy::AccountRow::some_by_number(conn, lookup, READ)? {
        let account = open_account(vault, &row)?;
        let same = matches!(account.number.relation(number), Relation::Same(_));
        if same && !is_own(&account.number) && !own.contains(&row.id) && found.len() < CANDIDATES {
            found.push((row.id, legacy_passwords::find(conn, row.id)?.unwrap_or_default()));
        }
    }
    Ok(found)
}

/// A task for each account whose password was right; answers the number of the first.
fn ask(
    conn: &mut PgConnection,
    vault: &Vault,
    asker: &Asker,
    (typed, claimed): (&str, &[AccountId]),
    now: DateTime<Utc>,
) -> Result<i64, AppError> {
    people::lock_person(conn, asker.person)?;
    let names: Vec<String> = people::AliasRow::of_persons(conn, &[asker.person])?
        .iter()
        .map(|alias| vault.open_text(Purpose::Name, &alias.name_sealed))
        .collect::<Result<_, _>>()?;
    let (mut numbers, mut told) = (Vec::new(), Vec::new());
    for row in legacy::AccountRow::by_ids(conn, claimed)? {
        let name = vault.open_text(Purpose::Name, &row.name_sealed)?;
        let name = NameMatch::best(&name, names.iter().map(String::as_str));
        let basis = Basis::Password { number: typed.to_owned(), name };
        let task = open_or_add(conn, vault, (asker, &row), basis, now)?;
        let about = About { person: Some(asker.person), account: Some(row.id), task: Some(task.0), ..About::default() };
        told.push(Entry { event: Event::Requested { kind: Kind::Claim }, actor: Actor::Citizen, about });
        numbers.push(task.1);
    }
    audit::record(conn, vault, now, &told)?;
    numbers.first().copied().ok_or(AppError::NotFound)
}

/// Opens a claim's task, or adds to the one that is open about the same account.
fn open_or_add(
    conn: &mut PgConnection,
    vault: &Vault,
    (asker, row): (&Asker, &legacy::AccountRow),
    basis: Basis,
    now: DateTime<Utc>,
) -> Result<(TaskId, i64), DbError> {
    let is_open = |task: &Task| task.status == Status::Open;
    if let Some(task) = Task::of_pair(conn, asker.person, row.id)?.into_iter().find(is_open) {
        let mut grounds: Grounds = vault.open_json(Purpose::Evidence, &task.evidence_sealed)?;
        if !grounds.add(basis) {
            // What it would add stands there ten times: a right password, with the number in other spellings.
            tracing::info!(task = task.number, "a task has as many grounds of this sort as are kept");
        }
        // A right password says more than what was asked before.
        let kind = if task.kind == Kind::Request { Kind::Claim } else { task.kind };
        task.add_evidence(conn, kind, &vault.seal_json(Purpose::Evidence, &grounds)?)?;
        return Ok((task.id, task.number));
    }
    let id = TaskId::generate();
    let number = NewTask {
        id,
        kind: Kind::Claim,
        person_id: Some(asker.person),
        account_id: Some(row.id),
        issuer: None,
        subject: None,
        system: Some(&row.system),
        request_lookup: None,
        legacy_application_id: None,
        evidence_sealed: vault.seal_json(Purpose::Evidence, &Grounds::of(basis))?,
        created_at: now,
    }
    .open(conn)?;
    Ok((id, number.ok_or(diesel::result::Error::NotFound)?))
}

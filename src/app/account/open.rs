//! The sign-in by an account: its number and password.

use chrono::{DateTime, Utc};
use zeroize::Zeroizing;

use super::known::{accounts_under, lockout_key};
use super::{Entering, Opened};
use crate::app::audit::{self, About, Actor, Entry, Event, Locked};
use crate::app::tx::Tx;
use crate::app::{App, AppError, old_password};
use crate::config::AccessConfig;
use crate::db;
use crate::db::account_credentials::{self, Credentials};
use crate::db::legacy_passwords;
use crate::db::people::Link;
use crate::domain::document::Number;
use crate::domain::linking::Door;
use crate::ids::AccountId;
use crate::store::Exhausted;
use crate::vault::{LookUp, verify_password_of_nobody};

/// A refused sign-in compares at least so many passwords: a number rarely has more accounts.
const COMPARED: usize = 2;

/// A row may be imported or its hash wrapped while its password is compared; then what is stored now decides. So often.
const ROUNDS: usize = 3;

/// What became of a sign-in by an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DoorAnswer {
    Opened(Opened),
    /// No such account, a wrong password, no password: all the same to whoever asks.
    Wrong,
    /// Too many wrong passwords for this number, whether or not it has an account.
    Locked(Exhausted),
    /// Right, and a portal's person has the account: its own door is shut (A8).
    Shut,
}

/// An account under the number that was typed.
#[derive(Clone)]
struct Candidate {
    credentials: Credentials,
    /// A portal's person has it.
    is_taken: bool,
}

impl App {
    /// Signs in by an account.
    pub async fn open_account(&self, number: &str, password: &str, now: DateTime<Utc>) -> Result<DoorAnswer, AppError> {
        // Who is let in, or asked to come again, is told at once.
        let work = self.judge_password(number, password, now);
        let is_wrong = |answer: &Result<DoorAnswer, AppError>| matches!(answer, Ok(DoorAnswer::Wrong));
        self.at_a_steady_pace_if(work, is_wrong).await
    }

    async fn judge_password(&self, number: &str, password: &str, now: DateTime<Utc>) -> Result<DoorAnswer, AppError> {
        let number = Number::new(number, None);
        // Counted before any password is looked at, by a script that no second server can come between.
        let keys = [lockout_key(&self.vault, &number)];
        let throttle = &self.config.throttle;
        let tries_left = match self.store.try_once(&keys, throttle.password_tries, throttle.password_lock).await? {
            Ok(left) => left,
            Err(exhausted) => return Ok(DoorAnswer::Locked(exhausted)),
        };
        let mut known = Vec::new();
        for _ in 0..ROUNDS {
            let (typed, asked) = (number.clone(), now);
            let right = match self.act(asked, move |tx| candidates(tx, &typed)).await {
                Ok(candidates) => {
                    known = candidates.iter().map(|candidate| candidate.credentials.account).collect();
                    self.right_ones(candidates, password).await
                }
                Err(error) => Err(error),
            };
            let right = match right {
                Ok(right) => right,
                Err(error) => {
                    // Nothing was compared: whoever is asked to come again has not tried.
                    self.take_tries_back(&keys).await;
                    return Err(error);
                }
            };
            if right.is_empty() {
                break;
            }
            let (typed, access) = (number.clone(), self.config.access.clone());
            let entered = self.act(now, move |tx| enter(tx, &typed, &right, &access)).await;
            // A right password is no guess, also where the database then fails.
            if !matches!(entered, Ok(None)) {
                self.take_tries_back(&keys).await;
            }
            if let Some(answer) = entered? {
                return Ok(answer);
            }
        }
        if tries_left == 0 {
            let told = locked_out(&known);
            self.act::<_, AppError, _>(now, move |tx| Ok(audit::record(tx, &told)?)).await?;
        }
        Ok(DoorAnswer::Wrong)
    }

    /// Those whose password it is, each with what takes the place of an old fast hash.
    async fn right_ones(&self, candidates: Vec<Candidate>, password: &str) -> Result<Vec<Right>, AppError> {
        let (vault, typed) = (self.vault.clone(), Zeroizing::new(password.to_owned()));
        let compare = move || {
            let mut right = Vec::new();
            let compared = candidates.len();
            for Candidate { credentials, is_taken } in candidates {
                if old_password::opens(&vault, &credentials, &typed)? {
                    let weak = credentials.chosen.password_wrapped.is_none()
                        && !old_password::is_strong(&credentials.imported);
                    let strong = weak.then(|| old_password::replacement(&typed));
                    right.push(Right { checked: credentials, strong });
                    if !is_taken {
                        return Ok(right);
                    }
                }
            }
            for _ in compared..COMPARED {
                verify_password_of_nobody(&typed);
            }
            Ok::<_, AppError>(right)
        };
        self.hashing(compare).await?
    }
}

/// An account whose password it is.
#[derive(Clone)]
struct Right {
    checked: Credentials,
    /// Argon2id, in the place of a hash that is not.
    strong: Option<String>,
}

/// That a number is locked out: of each account under it, or of none.
fn locked_out(accounts: &[AccountId]) -> Vec<Entry> {
    let of = |account| {
        let event = Event::Locked { what: Locked::Account };
        Entry { event, actor: Actor::SignIn, about: About { account, ..About::default() } }
    };
    if accounts.is_empty() { vec![of(None)] } else { accounts.iter().map(|account| of(Some(*account))).collect() }
}

/// What there is under a number, in as many statements where there is nothing.
fn candidates(tx: &mut Tx<'_>, number: &Number) -> Result<Vec<Candidate>, AppError> {
    let ids: Vec<AccountId> = accounts_under(tx, number)?.into_iter().map(|(account, _)| account.id).collect();
    let links = Link::of_accounts(tx.conn, &ids)?;
    let is_taken = |account| {
        let is_portals = |link: &&Link| link.undone_at.is_none() && link.door == Door::Portal;
        links.iter().filter(is_portals).any(|link| link.account_id == account)
    };
    let candidate = |credentials: Credentials| Candidate { is_taken: is_taken(credentials.account), credentials };
    let mut found: Vec<Candidate> = account_credentials::of(tx.conn, &ids)?.into_iter().map(candidate).collect();
    // The free ones first: a password that opens one of them opens it whatever became of the others.
    found.sort_by_key(|candidate| candidate.is_taken);
    Ok(found)
}

/// Opens the first that is free. `None`: what was compared is no longer what is stored.
fn enter(
    tx: &mut Tx<'_>,
    number: &Number,
    right: &[Right],
    access: &AccessConfig,
) -> Result<Option<DoorAnswer>, AppError> {
    // As a sign-in through the portal locks: whichever comes first, the other sees it.
    db::lock(tx.conn, &tx.vault.look_up(LookUp::Number, &[number.canonical()]))?;
    // Number, name and password are those of one moment: none of them is imported again before this is done.
    legacy_passwords::lock_all(tx.conn, &right.iter().map(|one| one.checked.account).collect::<Vec<_>>())?;
    let mut told = Vec::new();
    let mut answer = None;
    for one in right {
        let account = one.checked.account;
        let bears_number = accounts_under(tx, number)?.iter().any(|(own, _)| own.id == account);
        if !bears_number || account_credentials::of(tx.conn, &[account])?.first() != Some(&one.checked) {
            continue;
        }
        answer = Some(DoorAnswer::Shut);
        if let Some(opened) = (Entering { account, access }).carry_out(tx, &mut told)? {
            if let Some(strong) = &one.strong {
                legacy_passwords::replace(tx.conn, account, &one.checked.imported, strong)?;
            }
            answer = Some(DoorAnswer::Opened(opened));
            break;
        }
    }
    audit::record(tx, &told)?;
    Ok(answer)
}

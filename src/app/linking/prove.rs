//! Proof of an account by its old password (L2-L4).

use chrono::{DateTime, Utc};
use zeroize::Zeroizing;

use super::settle::{Pair, Source, lock_asker, lock_asker_and};
use super::{Asker, Table};
use crate::app::audit::{self, About, Actor, Entry, Event, Locked};
use crate::app::denied::{Object, denied};
use crate::app::dossier::Judged;
use crate::app::tx::Tx;
use crate::app::{App, AppError, old_password};
use crate::db::account_credentials::{self, Credentials};
use crate::db::legacy::AccountRow;
use crate::db::legacy_passwords::{self, OldPassword};
use crate::domain::linking::{Finding, LinkActor};
use crate::ids::{AccountId, PersonId};
use crate::store::Exhausted;
use crate::vault::Purpose;

/// What became of a proof.
#[derive(Debug, PartialEq, Eq)]
pub enum Proof {
    /// Right: the account is linked.
    Linked {
        /// How many accounts are: the name or number that it proves may bring others along.
        accounts: usize,
    },
    /// Wrong, or the account has no password that could be right.
    Wrong {
        /// Tries until the lock.
        tries_left: u32,
    },
    /// Too many tries: neither right nor wrong is told.
    Locked(Exhausted),
}

/// A lockout that a person would meet at an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lockout {
    /// So many wrong passwords were tried at this account; otherwise at all accounts together.
    pub is_of_account: bool,
    pub ends: Exhausted,
}

impl App {
    /// Proves an account that was offered, by its old password. One that is not offered to this person is not found.
    pub async fn prove(
        &self,
        asker: &Asker,
        account: AccountId,
        password: &str,
        now: DateTime<Utc>,
    ) -> Result<Proof, AppError> {
        let stored = self.password_of_offered(asker, account, now).await?;
        // Counted before the password is looked at, by a script that no second server can come between.
        let keys = [account_key(account), person_key(asker.person)];
        let throttle = &self.config.throttle;
        let tries_left = match self.store.try_once(&keys, throttle.password_tries, throttle.password_lock).await? {
            Ok(left) => left,
            Err(exhausted) => return Ok(Proof::Locked(exhausted)),
        };
        let linked = self.try_proof(asker, stored, password, now).await;
        // What was right, and what was not looked at to the end, is no wrong try.
        if !matches!(linked, Ok(None)) {
            self.take_tries_back(&keys).await;
        }
        if let Some(accounts) = linked? {
            return Ok(Proof::Linked { accounts });
        }
        let about = About { person: Some(asker.person), account: Some(account), ..About::default() };
        self.record_wrong_password(Wrong { of: Locked::Proof, about, tries_left }, now).await?;
        Ok(Proof::Wrong { tries_left })
    }

    /// How many accounts a right password links; `None`: it is wrong.
    async fn try_proof(
        &self,
        asker: &Asker,
        mut stored: Credentials,
        password: &str,
        now: DateTime<Utc>,
    ) -> Result<Option<usize>, AppError> {
        let account = stored.account;
        while self.proves(Some(&stored), password).await? {
            let strong = self.replacement(password).await?;
            let (who, checked) = (asker.clone(), stored.clone());
            let linked =
                self.act(now, move |tx| link(tx, &who, account, Replacing { checked: &checked, strong: &strong }));
            if let Some(accounts) = linked.await? {
                return Ok(Some(accounts));
            }
            // The hash was wrapped, or the row imported again, while the password was checked: what is stored now decides.
            let again = self.password_of_offered(asker, account, now).await?;
            if again == stored {
                break;
            }
            stored = again;
        }
        Ok(None)
    }

    /// Of each of these accounts the lockout that this person would meet.
    pub async fn proof_lockouts(
        &self,
        person: PersonId,
        accounts: &[AccountId],
    ) -> Result<Vec<Option<Lockout>>, AppError> {
        if accounts.is_empty() {
            return Ok(Vec::new());
        }
        let keys: Vec<String> =
            [person_key(person)].into_iter().chain(accounts.iter().copied().map(account_key)).collect();
        let lockouts = self.store.lockouts(&keys, self.config.throttle.password_tries).await?;
        let Some((of_person, of_accounts)) = lockouts.split_first() else { return Ok(Vec::new()) };
        let met = |of_account: &Option<Exhausted>| {
            let longest = [*of_person, *of_account].into_iter().flatten().max_by_key(|it| it.retry_after);
            longest.map(|ends| Lockout { is_of_account: of_account.is_some(), ends })
        };
        Ok(of_accounts.iter().map(met).collect())
    }

    /// The stored password of an account that this person may prove.
    async fn password_of_offered(
        &self,
        asker: &Asker,
        account: AccountId,
        now: DateTime<Utc>,
    ) -> Result<Credentials, AppError> {
        let asker = asker.clone();
        self.act(now, move |tx| {
            offered(tx, &asker, account)?;
            account_credentials::of(tx.conn, &[account])?.pop().ok_or(AppError::NotFound)
        })
        .await
    }

    /// Compares off the async threads, as many at once as there are cores. Of no account nothing is right, in the same time.
    pub(super) async fn proves(&self, stored: Option<&Credentials>, password: &str) -> Result<bool, AppError> {
        let (vault, stored, password) = (self.vault.clone(), stored.cloned(), Zeroizing::new(password.to_owned()));
        let proves = move || match stored {
            Some(stored) => old_password::proves(&vault, &stored, &password),
            None => old_password::check(&vault, &OldPassword::default(), &password),
        };
        Ok(self.hashing(proves).await??)
    }

    /// What the password opened is done, whatever becomes of the count.
    pub(in crate::app) async fn take_tries_back(&self, keys: &[String]) {
        if let Err(error) = self.store.take_back(keys).await {
            tracing::warn!(%error, "a right password counts as a try");
        }
    }

    /// What replaces an old hash: made off the async threads.
    async fn replacement(&self, password: &str) -> Result<String, AppError> {
        let password = Zeroizing::new(password.to_owned());
        self.hashing(move || old_password::replacement(&password)).await
    }

    /// For the audit log; the last try that was left is the one that locks.
    pub(super) async fn record_wrong_password(&self, wrong: Wrong, now: DateTime<Utc>) -> Result<(), AppError> {
        self.act(now, move |tx| {
            let entry = |event| Entry { event, actor: Actor::Citizen, about: wrong.about };
            let mut told = vec![entry(Event::ProofFailed)];
            if wrong.tries_left == 0 {
                told.push(entry(Event::Locked { what: wrong.of }));
            }
            Ok(audit::record(tx, &told)?)
        })
        .await
    }
}

fn account_key(account: AccountId) -> String {
    format!("proof:account:{account}")
}

fn person_key(person: PersonId) -> String {
    format!("proof:person:{person}")
}

/// A wrong password.
#[derive(Clone, Copy)]
pub(super) struct Wrong {
    /// Whose tries it counts among.
    pub(super) of: Locked,
    pub(super) about: About,
    pub(super) tries_left: u32,
}

/// The finding and the row of an account that this person may prove, by the facts of now. Whoever came by another portal account than
/// the person has now, may prove nothing.
fn offered(tx: &mut Tx<'_>, asker: &Asker, account: AccountId) -> Result<(Finding, AccountRow), AppError> {
    lock_asker(tx, asker)?;
    let Judged { decision, mut rows, .. } = Judged::of(tx, asker.person)?;
    let found = decision.and_then(|decision| decision.proof.into_iter().find(|finding| finding.account == account));
    found.zip(rows.remove(&account)).ok_or_else(|| denied(tx, asker.person, Object::Account(account)))
}

/// A hash that was checked, and what takes its place.
#[derive(Clone, Copy)]
struct Replacing<'a> {
    checked: &'a Credentials,
    strong: &'a str,
}

/// Links what was proven, makes its pair an alias, and runs the table again: how many accounts that links. `None`: the row is no longer the one
/// that was checked.
fn link(
    tx: &mut Tx<'_>,
    asker: &Asker,
    account: AccountId,
    password: Replacing<'_>,
) -> Result<Option<usize>, AppError> {
    // Number, name and password are those of one moment: none of them is imported again before the link stands.
    lock_asker_and(tx, asker, account)?;
    let stored = account_credentials::of(tx.conn, &[account])?.pop();
    let (finding, row) = offered(tx, asker, account)?;
    if stored.as_ref() != Some(password.checked) {
        return Ok(None);
    }
    if !password.checked.chosen.password_is_proof {
        // Nothing to replace where an earlier proof did so.
        legacy_passwords::replace(tx.conn, account, &password.checked.imported, password.strong)?;
    }
    let (by, actor) = (&LinkActor::Proof, &Actor::Citizen);
    let table = Table { person: asker.person, by, actor, portal: asker.way.subject(), door: asker.way.door() };
    let (link, entry) = table.link(tx, &finding)?;
    // What somebody typed at a registration is no pair that anybody was shown to bear.
    if !row.is_registered() {
        let number = tx.vault.open_text(Purpose::Number, &row.number_sealed)?;
        let name = tx.vault.open_text(Purpose::Name, &row.name_sealed)?;
        table.grant(tx, Pair { number: &number, name: &name }, Source::Proof(link))?;
    }
    let mut told = vec![entry];
    told.extend(table.follow(tx, account, link)?);
    told.extend(table.settle(tx)?);
    audit::record(tx, &told)?;
    Ok(Some(told.iter().filter(|entry| matches!(entry.event, Event::Linked { .. })).count()))
}

//! Proof of an account by its old password (L2-L4).

use chrono::{DateTime, Utc};
use diesel::PgConnection;
use zeroize::Zeroizing;

use super::settle::{Source, decide};
use super::{Asker, Table, lock_person_of};
use crate::app::audit::{self, About, Actor, Entry, Event};
use crate::app::denied::{Object, denied};
use crate::app::{App, AppError, old_password};
use crate::db::legacy;
use crate::db::legacy_passwords::{self, OldPassword};
use crate::domain::linking::{Finding, LinkActor};
use crate::ids::AccountId;
use crate::store::Exhausted;
use crate::vault::{Purpose, Vault};

/// What became of a proof.
#[derive(Debug, PartialEq, Eq)]
pub enum Proof {
    /// Right: the account is linked.
    Linked,
    /// Wrong, or the account has no password that could be right.
    Wrong {
        /// Tries until the lock.
        tries_left: u32,
    },
    /// Too many tries: neither right nor wrong is told.
    Locked(Exhausted),
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
        let mut stored = self.stored_password(asker, account, now).await?;
        // Counted before the password is looked at, by a script that no second server can come between.
        let keys = [format!("proof:account:{account}"), format!("proof:person:{}", asker.person)];
        let throttle = &self.config.throttle;
        let tries_left = match self.store.try_once(&keys, throttle.password_tries, throttle.password_lock).await? {
            Ok(left) => left,
            Err(exhausted) => return Ok(Proof::Locked(exhausted)),
        };
        while self.check_old_password(&stored, password).await? {
            let password = Zeroizing::new(password.to_owned());
            let strong = self.hashing(move || old_password::replacement(&password)).await?;
            let (vault, who, checked) = (self.vault.clone(), asker.clone(), stored.clone());
            let linked =
                self.transact(move |conn| link(conn, &vault, (&who, account), (&checked, &strong), now)).await?;
            if linked {
                self.take_tries_back(&keys).await;
                return Ok(Proof::Linked);
            }
            // The hash was wrapped, or the row imported anew, while the password was checked: what is stored now decides.
            let again = self.stored_password(asker, account, now).await?;
            if again == stored {
                break;
            }
            stored = again;
        }
        let about = About { person: Some(asker.person), account: Some(account), ..About::default() };
        self.tell_wrong_password(about, ("proof", tries_left), now).await?;
        Ok(Proof::Wrong { tries_left })
    }

    /// The stored password of an account that this person may prove.
    async fn stored_password(
        &self,
        asker: &Asker,
        account: AccountId,
        now: DateTime<Utc>,
    ) -> Result<OldPassword, AppError> {
        let (vault, asker) = (self.vault.clone(), asker.clone());
        self.transact(move |conn| {
            offered(conn, &vault, &asker, account, now)?;
            Ok(legacy_passwords::find(conn, account)?.unwrap_or_default())
        })
        .await
    }

    /// Compares off the async threads, as many at once as there are cores.
    pub(super) async fn check_old_password(&self, stored: &OldPassword, password: &str) -> Result<bool, AppError> {
        let (vault, stored, password) = (self.vault.clone(), stored.clone(), Zeroizing::new(password.to_owned()));
        Ok(self.hashing(move || old_password::check(&vault, &stored, &password)).await??)
    }

    /// What the password opened is done, whatever becomes of the count.
    pub(super) async fn take_tries_back(&self, keys: &[String]) {
        if let Err(error) = self.store.take_back(keys).await {
            tracing::warn!(%error, "a right password counts as a try");
        }
    }

    /// For the audit log; the last try that was left is the one that locks.
    pub(super) async fn tell_wrong_password(
        &self,
        about: About,
        (what, tries_left): (&'static str, u32),
        now: DateTime<Utc>,
    ) -> Result<(), AppError> {
        let vault = self.vault.clone();
        self.transact(move |conn| {
            let entry = |event| Entry { event, actor: Actor::Citizen, about };
            let mut told = vec![entry(Event::ProofFailed)];
            if tries_left == 0 {
                told.push(entry(Event::Locked { what }));
            }
            Ok(audit::record(conn, &vault, now, &told)?)
        })
        .await
    }
}

/// The finding of an account that this person may prove, by the facts of now. Whoever came by another portal account than the person
/// has now, may prove nothing.
fn offered(
    conn: &mut PgConnection,
    vault: &Vault,
    asker: &Asker,
    account: AccountId,
    now: DateTime<Utc>,
) -> Result<Finding, AppError> {
    if lock_person_of(conn, &asker.subject)? != Some(asker.person) {
        return Err(AppError::NotFound);
    }
    let decision = decide(conn, vault, asker.person, now)?;
    let found = decision.and_then(|decision| decision.proof.into_iter().find(|finding| finding.account == account));
    found.ok_or_else(|| denied(conn, asker.person, Object::Account(account)))
}

fn table<'a>(vault: &'a Vault, asker: &'a Asker, now: DateTime<Utc>) -> Table<'a> {
    Table {
        vault,
        person: asker.person,
        by: &LinkActor::Proof,
        actor: &Actor::Citizen,
        portal: Some(&asker.subject),
        now,
    }
}

/// Links what was proven, makes its pair an alias, and runs the table again. `false`: the row is no longer the one that was checked.
fn link(
    conn: &mut PgConnection,
    vault: &Vault,
    (asker, account): (&Asker, AccountId),
    (checked, strong): (&OldPassword, &str),
    now: DateTime<Utc>,
) -> Result<bool, AppError> {
    if lock_person_of(conn, &asker.subject)? != Some(asker.person) {
        return Err(AppError::NotFound);
    }
    // Number, name and password are those of one moment: none of them is imported anew before the link stands.
    let stored = legacy_passwords::find_locked(conn, account)?;
    let finding = offered(conn, vault, asker, account, now)?;
    if stored.as_ref() != Some(checked) {
        return Ok(false);
    }
    // Nothing to replace where an earlier proof did so.
    legacy_passwords::replace(conn, account, checked, strong)?;
    let table = table(vault, asker, now);
    let (link, entry) = table.link(conn, &finding)?;
    let row = legacy::AccountRow::by_ids(conn, &[account])?.pop().ok_or(AppError::NotFound)?;
    let number = vault.open_text(Purpose::Number, &row.number_sealed)?;
    let name = vault.open_text(Purpose::Name, &row.name_sealed)?;
    table.grant(conn, (&number, &name), Source::Proof(link))?;
    let mut told = vec![entry];
    told.extend(table.settle(conn)?);
    audit::record(conn, vault, now, &told)?;
    Ok(true)
}

//! 修改密码.

use chrono::{DateTime, Utc};
use secrecy::{ExposeSecret, SecretString};

use super::address::{addresses_of, tell};
use super::renewal::{Choice, weakness};
use crate::app::audit::{self, About, Actor, Entry, Event, Locked};
use crate::app::dossier::own_accounts;
use crate::app::notices::Telling;
use crate::app::outbox::Notice;
use crate::app::tx::Tx;
use crate::app::{App, AppError, old_password};
use crate::db::account_credentials::{self, Credentials};
use crate::db::people;
use crate::domain::password::Weakness;
use crate::ids::{AccountId, PersonId};
use crate::store::Exhausted;

/// The hash of a row may be wrapped or imported again while a password is compared; then what is stored now decides. So often.
const ROUNDS: usize = 3;

/// A person who came by this account.
#[derive(Clone, Copy, Debug)]
pub struct Owner {
    pub person: PersonId,
    pub account: AccountId,
}

/// What became of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangedPassword {
    /// All sessions of the person have ended, the one that asked too: it is begun anew.
    Done,
    WrongOld {
        tries_left: u32,
    },
    /// Too many tries.
    Locked(Exhausted),
    Refused(Weakness),
}

/// Accounts that count as one, of which the old password was right.
#[derive(Clone)]
struct Right {
    checked: Vec<Credentials>,
    is_proof: bool,
}

impl Right {
    fn accounts(&self) -> Vec<AccountId> {
        self.checked.iter().map(|one| one.account).collect()
    }
}

impl App {
    /// Changes the password of the account and of those that count as the same, of which any one's old password will do.
    ///
    /// # Errors
    /// [`AppError::NotFound`] where the account's door is shut; [`AppError::Busy`] where too many passwords wait to be hashed.
    pub async fn change_password(
        &self,
        owner: Owner,
        old: &SecretString,
        new: &SecretString,
        now: DateTime<Utc>,
    ) -> Result<ChangedPassword, AppError> {
        // Counted before the password is looked at. Apart from the tries at the door: a stolen session shuts nobody out there.
        let keys = [format!("account:change:{}", owner.account)];
        let throttle = &self.config.throttle;
        let tries_left = match self.store.try_once(&keys, throttle.password_tries, throttle.password_lock).await? {
            Ok(left) => left,
            Err(exhausted) => return Ok(ChangedPassword::Locked(exhausted)),
        };
        let changed = self.try_change(owner, old, new, now).await;
        // What was right, and what was not looked at to the end, is no wrong try.
        if !matches!(changed, Ok(None)) {
            self.take_tries_back(&keys).await;
        }
        if let Some(changed) = changed? {
            return Ok(changed);
        }
        let wrong = move |tx: &mut Tx<'_>| record_wrong(tx, owner, tries_left);
        self.act::<_, AppError, _>(now, wrong).await?;
        Ok(ChangedPassword::WrongOld { tries_left })
    }

    /// `None`: the old password is wrong.
    async fn try_change(
        &self,
        owner: Owner,
        old: &SecretString,
        new: &SecretString,
        now: DateTime<Utc>,
    ) -> Result<Option<ChangedPassword>, AppError> {
        for _ in 0..ROUNDS {
            let Some(right) = self.right_old_password(owner, old).await? else { break };
            let (accounts, typed) = (right.accounts(), new.clone());
            let minimum = self.config.access.password_minimum;
            let weakness = self.read(move |tx| weakness(tx, &accounts, typed.expose_secret(), minimum)).await?;
            if let Some(weakness) = weakness {
                return Ok(Some(ChangedPassword::Refused(weakness)));
            }
            if self.renew(owner, right, new, now).await? {
                return Ok(Some(ChangedPassword::Done));
            }
        }
        Ok(None)
    }

    async fn right_old_password(&self, owner: Owner, old: &SecretString) -> Result<Option<Right>, AppError> {
        let stored = self.read(move |tx| own_credentials(tx, owner)).await?;
        let (vault, old) = (self.vault.clone(), old.clone());
        let compare = move || {
            for one in &stored {
                if old_password::opens(&vault, one, old.expose_secret())? {
                    let is_proof = one.chosen.password_wrapped.is_none() || one.chosen.password_is_proof;
                    return Ok(Some(Right { checked: stored, is_proof }));
                }
            }
            Ok::<_, AppError>(None)
        };
        self.hashing(compare).await?
    }

    /// Sets the new password and ends the sessions under the old one. Whether what was checked is still what is stored.
    async fn renew(
        &self,
        owner: Owner,
        right: Right,
        new: &SecretString,
        now: DateTime<Utc>,
    ) -> Result<bool, AppError> {
        let hash = self.hash_chosen(new).await?;
        let (accounts, told) = (right.accounts(), right.accounts());
        let addresses = self.read::<_, AppError, _>(move |tx| Ok(addresses_of(tx, &told)?)).await?;
        let notices = self.notices(&addresses, Some(owner.person), Telling::PasswordChanged, now)?;
        let changed = self.act(now, move |tx| change(tx, owner, &right, &hash, &notices)).await?;
        if changed {
            self.forget_recoveries(&accounts).await?;
            self.end_sessions(&[owner.person]).await?;
        }
        Ok(changed)
    }
}

/// Of the accounts whose passwords lead to the person.
fn own_credentials(tx: &mut Tx<'_>, owner: Owner) -> Result<Vec<Credentials>, AppError> {
    let accounts = own_accounts(tx, owner.person)?;
    if !accounts.contains(&owner.account) {
        return Err(AppError::NotFound);
    }
    Ok(account_credentials::of(tx.conn, &accounts)?)
}

fn change(
    tx: &mut Tx<'_>,
    owner: Owner,
    right: &Right,
    hash: &SecretString,
    notices: &[Notice],
) -> Result<bool, AppError> {
    let accounts = right.accounts();
    let choice = Choice { accounts: &accounts, hash, is_proof: right.is_proof };
    choice.lock(tx)?;
    people::lock_person(tx.conn, owner.person)?;
    if own_credentials(tx, owner)? != right.checked {
        return Ok(false);
    }
    choice.set(tx)?;
    let entries: Vec<Entry> = accounts.iter().map(|account| entry(Event::PasswordChanged, owner, *account)).collect();
    tell(tx, notices, &entries)?;
    Ok(true)
}

fn record_wrong(tx: &mut Tx<'_>, owner: Owner, tries_left: u32) -> Result<(), AppError> {
    let mut told = vec![entry(Event::ProofFailed, owner, owner.account)];
    if tries_left == 0 {
        told.push(entry(Event::Locked { what: Locked::Password }, owner, owner.account));
    }
    Ok(audit::record(tx, &told)?)
}

fn entry(event: Event, owner: Owner, account: AccountId) -> Entry {
    let about = About { person: Some(owner.person), account: Some(account), ..About::default() };
    Entry { event, actor: Actor::Citizen, about }
}

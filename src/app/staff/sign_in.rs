//! The first step of a sign-in: name and password.

use chrono::{DateTime, Utc};
use zeroize::Zeroizing;

use super::entry;
use crate::app::audit::{self, About, Actor, Entry, Event, Locked, StaffAct};
use crate::app::tx::Tx;
use crate::app::{App, AppError};
use crate::db::staff::{Credentials, Member};
use crate::domain::staff::{LONGEST, UserName};
use crate::ids::StaffId;
use crate::store::Exhausted;
use crate::vault::{LookUp, verify_password, verify_password_of_nobody};

/// Names that somebody tries from one network count together: so many lockouts of single names lock the network too. An office behind one address
/// has several people who mistype.
const NAMES_OF_A_NETWORK: u32 = 4;

/// What became of name and password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordAnswer {
    Right(StaffId),
    /// No such name, a wrong password, no password yet, disabled: all the same to whoever asks.
    Wrong,
    /// Too many wrong passwords for this name, whether or not there is one, or from this network.
    Locked(Exhausted),
}

/// Who may be behind a name.
#[derive(Clone)]
struct Candidate {
    id: StaffId,
    password: Option<String>,
    counts: bool,
}

impl App {
    /// Compares a password. Counted before, by name and by network, in a script that no second server can come between.
    ///
    /// # Errors
    /// [`AppError::Busy`] where too many passwords wait to be hashed; the try does not count.
    pub async fn staff_password(
        &self,
        name: &str,
        password: &str,
        network: &str,
        now: DateTime<Utc>,
    ) -> Result<PasswordAnswer, AppError> {
        let work = self.judge_staff_password(name, password, network, now);
        self.at_a_steady_pace_if(work, |answer| matches!(answer, Ok(PasswordAnswer::Wrong))).await
    }

    async fn judge_staff_password(
        &self,
        name: &str,
        password: &str,
        network: &str,
        now: DateTime<Utc>,
    ) -> Result<PasswordAnswer, AppError> {
        let of_network = [format!("staff-passwords:network:{network}")];
        let of_name = [name_key(self, name)];
        let throttle = &self.config.throttle;
        let (tries, lock) = (throttle.password_tries, throttle.password_lock);
        let many = tries.saturating_mul(NAMES_OF_A_NETWORK);
        if let Err(exhausted) = self.store.try_once(&of_network, many, lock).await? {
            return Ok(PasswordAnswer::Locked(exhausted));
        }
        let tries_left = match self.store.try_once(&of_name, tries, lock).await? {
            Ok(left) => left,
            Err(exhausted) => {
                self.take_tries_back(&of_network).await;
                return Ok(PasswordAnswer::Locked(exhausted));
            }
        };
        let judged = match self.compare_staff_password(name, password).await {
            Ok(judged) => judged,
            Err(error) => {
                // Nothing was compared: whoever is asked to come again has not tried.
                self.take_tries_back(&of_network).await;
                self.take_tries_back(&of_name).await;
                return Err(error);
            }
        };
        match judged {
            Some(Judged { id, is_right: true }) => {
                // Earlier failures are disregarded (NIST SP 800-63B-4 §3.2.2).
                self.take_tries_back(&of_network).await;
                self.store.delete(&of_name[0]).await?;
                Ok(PasswordAnswer::Right(id))
            }
            wrong => {
                self.record_failure(wrong.map(|judged| judged.id), tries_left, now).await?;
                Ok(PasswordAnswer::Wrong)
            }
        }
    }

    async fn compare_staff_password(&self, name: &str, password: &str) -> Result<Option<Judged>, AppError> {
        let name = UserName::typed(name);
        let candidate = self.read(move |tx| candidate(tx, name.as_ref())).await?;
        let typed = Zeroizing::new(password.trim().to_owned());
        let compare = move || {
            let id = candidate.as_ref().map(|candidate| candidate.id);
            let right = match candidate {
                Some(Candidate { password: Some(stored), counts, .. }) if typed.chars().count() <= LONGEST => {
                    verify_password(&typed, &stored) && counts
                }
                _ => verify_password_of_nobody(""),
            };
            id.map(|id| Judged { id, is_right: right })
        };
        self.hashing(compare).await
    }

    async fn record_failure(&self, id: Option<StaffId>, tries_left: u32, now: DateTime<Utc>) -> Result<(), AppError> {
        let mut told: Vec<Entry> = id.map(|id| entry(id, StaffAct::PasswordWrong, Actor::SignIn)).into_iter().collect();
        if tries_left == 0 {
            let event = Event::Locked { what: Locked::StaffPassword };
            told.push(Entry { event, actor: Actor::SignIn, about: About::default() });
        }
        self.act(now, move |tx| Ok::<_, AppError>(audit::record(tx, &told)?)).await
    }
}

/// A name that is known, and whether it was its password.
struct Judged {
    id: StaffId,
    is_right: bool,
}

/// Typed names may be anything: of none of them Redis learns more than a keyed hash.
fn name_key(app: &App, name: &str) -> String {
    let canonical = UserName::typed(name).map_or_else(|| name.trim().to_owned(), |name| name.to_string());
    format!("staff-passwords:name:{}", hex::encode(app.vault.look_up(LookUp::StaffName, &[&canonical])))
}

fn candidate(tx: &mut Tx<'_>, name: Option<&UserName>) -> Result<Option<Candidate>, AppError> {
    let Some(name) = name else { return Ok(None) };
    let Some(Member { person, .. }) = Member::named(tx.conn, name)? else { return Ok(None) };
    let credentials = Credentials::of(tx.conn, person.id)?;
    let password = credentials.and_then(|credentials| credentials.password_wrapped);
    Ok(Some(Candidate { id: person.id, password, counts: person.counts() }))
}

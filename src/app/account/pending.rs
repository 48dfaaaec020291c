//! What waits for the code that was mailed: sealed in Redis under the session that asked, one of each session.

use rand::random;
use serde::{Deserialize, Serialize};
use std::time::Duration;
use subtle::ConstantTimeEq;

use crate::app::notices::CODE_LIFE;
use crate::app::{App, AppError};
use crate::domain::form::text::half_width;
use crate::ids::PersonId;
use crate::session::random_token;
use crate::vault::{LookUp, Purpose, Vault};

/// How long a code is of use, as its mail says.
const LIFE: Duration = Duration::from_secs(CODE_LIFE.num_seconds().unsigned_abs());

/// How long after its use a code may come once more.
const REPETITION: Duration = Duration::from_mins(1);

/// Six random digits.
pub(super) struct Code(String);

impl Code {
    pub(super) fn draw() -> Self {
        // Of four thousand million, the last few are left over: nothing that a guess gains by.
        Self(format!("{:06}", random::<u32>() % 1_000_000))
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

/// What the right code does.
#[derive(Clone, Deserialize, Serialize)]
pub(super) enum Waiting {
    Registration {
        number: String,
        name: String,
        password_hash: String,
    },
    /// Another address for whoever is signed in.
    Address {
        person: PersonId,
    },
}

#[derive(Clone, Deserialize, Serialize)]
pub(super) struct Pending {
    id: String,
    /// A keyed hash; `None` where no code was mailed and none fits: whoever asked sees the page of everybody else.
    code: Option<Vec<u8>>,
    /// The address that was typed.
    pub(super) email: String,
    pub(super) waiting: Waiting,
}

/// What somebody typed into a registration that waits for its code.
#[derive(Clone, PartialEq, Eq)]
pub struct Unconfirmed {
    pub name: String,
    pub number: String,
    pub email: String,
}

/// Personal data stay out of logs.
impl std::fmt::Debug for Unconfirmed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Unconfirmed").finish_non_exhaustive()
    }
}

/// What a typed code comes to.
pub(super) enum Tried {
    Right(Pending),
    Wrong {
        tries_left: u32,
    },
    /// Nothing waits, or not any more.
    Gone,
}

impl Pending {
    /// `code`: the one that was mailed.
    pub(super) fn new(vault: &Vault, code: Option<&Code>, email: String, waiting: Waiting) -> Self {
        let id = random_token();
        let code = code.map(|code| keyed(vault, &id, code.as_str()));
        Self { id, code, email, waiting }
    }

    fn is_met_by(&self, vault: &Vault, typed: &str) -> bool {
        let typed: String = half_width(typed).chars().filter(|c| !c.is_whitespace()).collect();
        let given = keyed(vault, &self.id, &typed);
        self.code.as_ref().is_some_and(|code| code.ct_eq(&given).into())
    }
}

fn keyed(vault: &Vault, id: &str, code: &str) -> Vec<u8> {
    vault.look_up(LookUp::MailedCode, &[id, code])
}

fn key(session: &str) -> String {
    format!("account:pending:{session}")
}

impl App {
    /// Takes the place of what this session waited for before.
    pub(super) async fn wait_for_code(&self, session: &str, pending: &Pending) -> Result<(), AppError> {
        let sealed = self.vault.seal_json(Purpose::PendingAccount, pending)?;
        Ok(self.store.put(&key(session), &sealed, LIFE).await?)
    }

    /// The registration that waits for its code in this session (by its name), as long as the code is of use.
    pub async fn unconfirmed(&self, session: &str) -> Result<Option<Unconfirmed>, AppError> {
        let pending = self.store.get(&key(session)).await?;
        let pending = pending.and_then(|sealed| self.vault.open_json(Purpose::PendingAccount, &sealed).ok());
        let Some(Pending { email, waiting: Waiting::Registration { number, name, .. }, .. }) = pending else {
            return Ok(None);
        };
        Ok(Some(Unconfirmed { name, number, email }))
    }

    /// Whether anything waits for a code in this session (by its name).
    pub async fn waits_for_code(&self, session: &str) -> Result<bool, AppError> {
        Ok(self.store.exists(&key(session)).await?)
    }

    /// Holds a typed code against the mailed one. A try counts before it is looked at; the last wrong one ends what waits.
    pub(super) async fn try_code(
        &self,
        session: &str,
        person: Option<PersonId>,
        typed: &str,
    ) -> Result<Tried, AppError> {
        let Some(sealed) = self.store.get(&key(session)).await? else { return Ok(Tried::Gone) };
        let Ok(pending) = self.vault.open_json::<Pending>(Purpose::PendingAccount, &sealed) else {
            return Ok(Tried::Gone);
        };
        let of = match &pending.waiting {
            Waiting::Registration { .. } => None,
            Waiting::Address { person } => Some(*person),
        };
        if of != person {
            return Ok(Tried::Gone);
        }
        let tries = [format!("account:code:{}", pending.id)];
        let Ok(tries_left) = self.store.try_once(&tries, self.config.throttle.code_tries, LIFE).await? else {
            return Ok(Tried::Gone);
        };
        if pending.is_met_by(&self.vault, typed) {
            return Ok(Tried::Right(pending));
        }
        if tries_left > 0 {
            return Ok(Tried::Wrong { tries_left });
        }
        self.stop_waiting(session).await?;
        Ok(Tried::Gone)
    }

    /// The right code, sent once more by a double click, has the same outcome for a moment.
    pub(super) async fn wait_for_repetition(&self, session: &str, pending: &Pending) -> Result<(), AppError> {
        let sealed = self.vault.seal_json(Purpose::PendingAccount, pending)?;
        Ok(self.store.put(&key(session), &sealed, REPETITION).await?)
    }

    pub(super) async fn stop_waiting(&self, session: &str) -> Result<(), AppError> {
        Ok(self.store.delete(&key(session)).await?)
    }
}

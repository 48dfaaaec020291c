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

    pub(super) async fn stop_waiting(&self, session: &str) -> Result<(), AppError> {
        Ok(self.store.delete(&key(session)).await?)
    }
}

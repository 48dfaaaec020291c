//! Challenges of the forms of old accounts, each in Redis for two minutes and used up by its first answer, right or wrong.

use chrono::{DateTime, Utc};
use std::time::Duration;

use super::{App, AppError};
use crate::domain::challenge::{Challenge, RANDOM};
use crate::domain::word::words;
use crate::session::random_token;
use crate::store::Kept;
use crate::vault::Purpose;
use rand::Rng;

/// How long a challenge waits for its answer.
pub const LIFE: Duration = Duration::from_mins(2);

/// Challenges that wait at once for one session and form: of its tabs. Beyond it the oldest go.
const AT_ONCE: u32 = 4;

words! {
    /// The form that a challenge is for, and of no use to another.
    pub enum ChallengedForm {
        Login = "login",
        Register = "register",
        Recover = "recover",
        Profile = "profile",
    }
}

/// Whose challenge it is: a session's, for one form.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The session's name, as Redis knows it.
    pub session: &'a str,
    pub form: ChallengedForm,
}

impl App {
    /// Draws a challenge; answers its id and what it asks.
    pub async fn draw_challenge(&self, asked: Asked<'_>, now: DateTime<Utc>) -> Result<(String, Challenge), AppError> {
        let id = random_token();
        let mut random = [0; RANDOM];
        rand::rng().fill_bytes(&mut random);
        let challenge = Challenge::of(&random, &[asked.session, asked.form.as_str(), &id]);
        let sealed = self.vault.seal_json(Purpose::Challenge, &challenge)?;
        let list = format!("challenges-of:{}:{}", asked.session, asked.form);
        let (key, lists) = (key(asked, &id), [(list.as_str(), AT_ONCE)]);
        self.store.keep_among(Kept { key: &key, value: &sealed, lists: &lists, life: LIFE }, now).await?;
        Ok((id, challenge))
    }

    /// One that another is drawn for is of no use any more.
    pub async fn drop_challenge(&self, asked: Asked<'_>, id: &str) -> Result<(), AppError> {
        Ok(self.store.delete(&key(asked, id)).await?)
    }

    /// One that waits for its answer in this session, for whichever form it was drawn.
    pub async fn challenge_of(&self, session: &str, id: &str) -> Result<Challenge, AppError> {
        for form in ChallengedForm::ALL {
            match self.challenge(Asked { session, form }, id).await {
                Err(AppError::NotFound) => {}
                found => return found,
            }
        }
        Err(AppError::NotFound)
    }

    /// For which form one was drawn that waits for its answer in this session; of one that is over the sign-in's.
    pub async fn form_of_challenge(&self, session: &str, id: &str) -> Result<ChallengedForm, AppError> {
        for form in ChallengedForm::ALL {
            if self.store.exists(&key(Asked { session, form }, id)).await? {
                return Ok(form);
            }
        }
        Ok(ChallengedForm::Login)
    }

    /// One that waits for its answer, to be shown or spoken: only in the session and for the form that it was drawn for.
    pub async fn challenge(&self, asked: Asked<'_>, id: &str) -> Result<Challenge, AppError> {
        let sealed = self.store.get(&key(asked, id)).await?.ok_or(AppError::NotFound)?;
        self.vault.open_json(Purpose::Challenge, &sealed).map_err(|_| AppError::NotFound)
    }

    /// Whether an answer meets the challenge, which is used up by it. An empty answer counts as one; a challenge that is not there, of another
    /// session or form, or too old, is met by nothing.
    pub async fn meet_challenge(&self, asked: Asked<'_>, id: &str, answer: &str) -> Result<bool, AppError> {
        let Some(sealed) = self.store.take(&key(asked, id)).await? else { return Ok(false) };
        let challenge = self.vault.open_json::<Challenge>(Purpose::Challenge, &sealed);
        let answer = answer.to_owned();
        // Checking work takes some milliseconds of a core.
        Ok(tokio::task::spawn_blocking(move || challenge.is_ok_and(|challenge| challenge.is_met_by(&answer)))
            .await
            .map_err(crate::db::DbError::from)?)
    }
}

/// What a visitor sends as an id stands in it only where it may be one.
fn key(asked: Asked<'_>, id: &str) -> String {
    let id = if id.len() == 43 && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)) {
        id
    } else {
        ""
    };
    format!("challenge:{}:{}:{id}", asked.session, asked.form)
}

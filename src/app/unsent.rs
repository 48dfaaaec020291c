//! Forms that came when their session had ended: kept for the browser, sealed, until the same person has signed in again.
//!
//! Whose form it is, is known by what a session leaves behind ([`crate::session::Former`]) and by the form's CSRF token; the browser, by its login
//! cookie. Whoever else signs in there never sees it: it is deleted.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::time::Duration;

use super::drafts::{Cause, DraftOf, Kept as Draft};
use super::pending::Browser;
use super::{App, AppError};
use crate::ids::PersonId;
use crate::store::Kept;
use crate::vault::Purpose;

/// As long as a sign-in may take.
const LIFE: Duration = Duration::from_mins(30);

/// Forms kept for one browser: of its tabs.
const FORMS_OF_A_BROWSER: u32 = 4;

/// A form that was not submitted.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Unsent {
    /// The page that holds the form: a local path.
    pub address: String,
    /// `None` where nothing was typed that may be kept.
    pub draft: Option<UnsentDraft>,
}

/// What was typed.
#[derive(Clone, Serialize, Deserialize)]
pub struct UnsentDraft {
    pub of: DraftOf,
    /// As its draft holds it.
    typed: Value,
}

impl std::fmt::Debug for UnsentDraft {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("UnsentDraft").field("of", &self.of).finish_non_exhaustive()
    }
}

impl UnsentDraft {
    /// `None` for what cannot be written as JSON.
    pub fn new<T: Serialize>(of: DraftOf, typed: &T) -> Option<Self> {
        Some(Self { of, typed: serde_json::to_value(typed).ok()? })
    }
}

/// As it lies in Redis.
#[derive(Serialize, Deserialize)]
struct Sealed {
    person: PersonId,
    unsent: Unsent,
}

impl App {
    /// Keeps a form for the person whose session it was of, in this browser.
    pub async fn keep_unsent(&self, browser: &Browser, person: PersonId, unsent: Unsent) -> Result<(), AppError> {
        let form = unsent.draft.as_ref().map_or_else(|| unsent.address.clone(), |draft| draft.of.key());
        let key = format!("unsent:{}:{form}", browser.as_str());
        let sealed = self.vault.seal_json(Purpose::Draft, &Sealed { person, unsent })?;
        let list = unsent_of(browser);
        let lists = [(list.as_str(), FORMS_OF_A_BROWSER)];
        Ok(self.store.keep_among(Kept { key: &key, value: &sealed, lists: &lists, life: LIFE }, self.now()).await?)
    }

    /// The forms that wait in a browser, the newest last, whosever they are: to tell that there are some.
    pub async fn unsent(&self, browsers: &[Browser]) -> Result<Vec<Unsent>, AppError> {
        let mut all = Vec::new();
        for browser in browsers {
            all.extend(self.opened_unsent(&self.store.listed(&unsent_of(browser)).await?));
        }
        Ok(all.into_iter().map(|sealed| sealed.unsent).collect())
    }

    /// Gives the forms that wait in a browser to the person who has signed in there, once: each becomes the draft of its form. Those of others are
    /// deleted. Answers the person's, the newest last.
    pub async fn give_back(&self, browsers: &[Browser], person: PersonId) -> Result<Vec<Unsent>, AppError> {
        let mut given = Vec::new();
        for browser in browsers {
            let list = unsent_of(browser);
            let waiting = self.opened_unsent(&self.store.listed(&list).await?);
            for Sealed { unsent, .. } in waiting.into_iter().filter(|sealed| sealed.person == person) {
                self.draft_of_unsent(person, &unsent, Cause::Expired).await?;
                given.push(unsent);
            }
            // Not before: what could not become a draft waits for the next sign-in.
            self.store.forget_listed(&list).await?;
        }
        Ok(given)
    }

    /// Makes what was typed the draft of its form.
    pub async fn draft_of_unsent(&self, person: PersonId, unsent: &Unsent, cause: Cause) -> Result<(), AppError> {
        match &unsent.draft {
            Some(UnsentDraft { of, typed }) => self.keep_draft(person, of, &Draft { cause, typed }).await,
            None => Ok(()),
        }
    }

    /// What does not open is another server's, with a key that this one lacks, or of another version.
    fn opened_unsent(&self, values: &[Vec<u8>]) -> Vec<Sealed> {
        values.iter().filter_map(|sealed| self.vault.open_json(Purpose::Draft, sealed).ok()).collect()
    }
}

/// The forms that wait in one browser.
fn unsent_of(browser: &Browser) -> String {
    format!("unsent-of:{}", browser.as_str())
}

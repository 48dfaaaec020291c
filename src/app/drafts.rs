//! What was typed and not yet submitted: kept, sealed, for a person who steps back or whose form has other errors.

use serde::{Deserialize, Serialize};
use std::time::Duration;

use super::{App, AppError};
use crate::app::reissue::Target;
use crate::domain::form::Input;
use crate::ids::PersonId;
use crate::session::random_token;
use crate::vault::Purpose;

/// As long as a session may last by default.
const LIFE: Duration = Duration::from_hours(8);

/// A form as it was left.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Draft {
    pub input: Input,
    /// A photo that was handed in with it.
    pub photo_token: Option<String>,
    /// A photo that its owner has not agreed to yet.
    #[serde(default)]
    pub photo_proposal: Option<String>,
}

impl App {
    /// Keeps a form.
    pub async fn keep_draft(&self, person: PersonId, target: &Target, draft: &Draft) -> Result<(), AppError> {
        let sealed = self.vault.seal_json(Purpose::Draft, draft)?;
        Ok(self.store.put(&draft_key(person, target), &sealed, LIFE).await?)
    }

    /// The form that was kept, if any.
    pub async fn draft(&self, person: PersonId, target: &Target) -> Result<Option<Draft>, AppError> {
        let sealed = self.store.get(&draft_key(person, target)).await?;
        // A draft that no longer opens (a key was taken away, a field renamed) is no draft.
        Ok(sealed.and_then(|sealed| self.vault.open_json(Purpose::Draft, &sealed).ok()))
    }

    /// Forgets the form and its photo: it was submitted.
    pub async fn forget_draft(&self, person: PersonId, target: &Target, draft: &Draft) -> Result<(), AppError> {
        self.store.delete(&draft_key(person, target)).await?;
        if let Some(token) = &draft.photo_token {
            self.store.delete(&photo_key(person, token)).await?;
        }
        Ok(())
    }

    /// Keeps a photo that passed every rule, so that it need not be chosen again; answers its token.
    pub async fn keep_photo(&self, person: PersonId, photo: &[u8]) -> Result<String, AppError> {
        let token = random_token();
        let sealed = self.vault.seal(Purpose::Photo, photo);
        self.store.put(&photo_key(person, &token), &sealed, LIFE).await?;
        Ok(token)
    }

    /// A photo kept for this very person.
    pub async fn kept_photo(&self, person: PersonId, token: &str) -> Result<Option<Vec<u8>>, AppError> {
        let sealed = self.store.get(&photo_key(person, token)).await?;
        Ok(sealed.and_then(|sealed| self.vault.open(Purpose::Photo, &sealed).ok()))
    }
}

fn draft_key(person: PersonId, target: &Target) -> String {
    match target {
        Target::Certificate(id) => format!("draft:{person}:certificate:{id}"),
        Target::Exam(code) => format!("draft:{person}:exam:{code}"),
    }
}

fn photo_key(person: PersonId, token: &str) -> String {
    format!("photo:{person}:{token}")
}

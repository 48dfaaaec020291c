//! Photos that wait for their owner's consent: made by the server of a picture that did not fit, or come from a phone.

use std::time::Duration;

use super::{App, AppError};
use crate::ids::PersonId;
use crate::session::random_token;
use crate::vault::Purpose;

/// As long as a draft.
const LIFE: Duration = Duration::from_hours(8);

impl App {
    /// Keeps a photo that keeps every rule, to be shown to its owner; answers its token.
    pub async fn propose_photo(&self, person: PersonId, photo: &[u8]) -> Result<String, AppError> {
        let token = random_token();
        let sealed = self.vault.seal(Purpose::Photo, photo);
        self.store.put(&key(person, &token), &sealed, LIFE).await?;
        Ok(token)
    }

    /// A photo proposed to this very person.
    pub async fn proposed_photo(&self, person: PersonId, token: &str) -> Result<Option<Vec<u8>>, AppError> {
        let sealed = self.store.get(&key(person, token)).await?;
        Ok(sealed.and_then(|sealed| self.vault.open(Purpose::Photo, &sealed).ok()))
    }

    /// Whether a photo is proposed to this person.
    pub async fn has_proposal(&self, person: PersonId, token: &str) -> Result<bool, AppError> {
        Ok(self.store.exists(&key(person, token)).await?)
    }

    /// Forgets a proposal after its form was stored: one that stays behind expires.
    pub async fn drop_proposal(&self, person: PersonId, token: &str) {
        if let Err(error) = self.store.delete(&key(person, token)).await {
            tracing::warn!(error = &error as &dyn std::error::Error, "a proposed photo stays behind");
        }
    }
}

fn key(person: PersonId, token: &str) -> String {
    format!("photo-proposal:{person}:{token}")
}

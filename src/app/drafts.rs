//! What was typed and not yet submitted: kept, sealed, for a person who steps back, whose form was refused, or whose session ended meanwhile.

mod forms;
mod pictures;

pub use forms::{ApplicationDraft, Cause, Chosen, ClaimDraft, DraftOf, EditDraft, Kept, RequestDraft};
pub use pictures::{PictureKind, PictureName};

use forms::LIFE;
use serde::{Serialize, de::DeserializeOwned};

use super::{App, AppError};
use crate::ids::PersonId;
use crate::vault::Purpose;

impl App {
    /// Keeps a form. Of each form a person has one draft: the newest.
    pub async fn keep_draft<T: Serialize + Sync>(
        &self,
        person: PersonId,
        form: &DraftOf,
        draft: &Kept<T>,
    ) -> Result<(), AppError> {
        let sealed = self.vault.seal_json(Purpose::Draft, draft)?;
        Ok(self.store.put(&draft_key(person, form), &sealed, LIFE).await?)
    }

    /// The form that was kept, if any.
    pub async fn draft<T: DeserializeOwned>(
        &self,
        person: PersonId,
        form: &DraftOf,
    ) -> Result<Option<Kept<T>>, AppError> {
        let sealed = self.store.get(&draft_key(person, form)).await?;
        // A draft that no longer opens (a key was taken away, a field renamed) is no draft.
        Ok(sealed.and_then(|sealed| self.vault.open_json(Purpose::Draft, &sealed).ok()))
    }

    /// Forgets the form and its picture: it was submitted.
    pub async fn forget_draft(
        &self,
        person: PersonId,
        form: &DraftOf,
        picture: Option<&PictureName>,
    ) -> Result<(), AppError> {
        self.store.delete(&draft_key(person, form)).await?;
        if let Some(name) = picture {
            self.store.delete(&name.key(person)).await?;
        }
        Ok(())
    }

    /// [`forget_draft`](Self::forget_draft) after a form was stored: a draft that stays behind expires.
    pub async fn drop_draft(&self, person: PersonId, form: &DraftOf, picture: Option<&PictureName>) {
        if let Err(error) = self.forget_draft(person, form, picture).await {
            tracing::warn!(error = &error as &dyn std::error::Error, "a draft stays behind");
        }
    }
}

fn draft_key(person: PersonId, form: &DraftOf) -> String {
    format!("draft:{person}:{}", form.key())
}

//! What a person sees of an application without the form of 申请信息维护: its receipt and its photo.

use chrono::{DateTime, Utc};

use super::denied::{Object, denied};
use super::dossier::Dossier;
use super::tx::Tx;
use super::{App, AppError};
use crate::db::DbError;
use crate::db::applications::{self, Application, Version};
use crate::db::legacy::LegacyApplication;
use crate::domain::form::Input;
use crate::ids::{ApplicationId, LegacyApplicationId, PersonId};
use crate::vault::Purpose;

/// What step 3 of 补证申请 confirms.
pub struct Receipt {
    /// 受理号.
    pub reference: String,
    /// The fields of the newest version.
    pub input: Input,
    /// When that was saved.
    pub saved_at: DateTime<Utc>,
    /// A photo was handed in, here or with the old application that it began as.
    pub has_photo: bool,
}

/// One of a person's applications: a row of ours, the old application that it is or began as, or both.
pub(super) struct Found {
    pub(super) ours: Option<Application>,
    pub(super) old: Option<LegacyApplication>,
}

impl Found {
    /// What was made here without an old application, or is the person's for good, is theirs by its row alone.
    pub(super) fn stands_alone(ours: &Application) -> bool {
        ours.legacy_application_id.is_none() || ours.detached_at.is_some()
    }

    /// Looks among what is the person's now. What was edited from an old application is theirs while that is.
    pub(super) fn among(
        applications: &[LegacyApplication],
        ours: Option<Application>,
        id: ApplicationId,
    ) -> Option<Self> {
        if let Some(ours) = ours.as_ref().filter(|ours| Self::stands_alone(ours)) {
            return Some(Self { ours: Some(ours.clone()), old: None });
        }
        let began_as = ours.as_ref().and_then(|ours| ours.legacy_application_id);
        let wanted = began_as.unwrap_or_else(|| LegacyApplicationId::from_uuid(*id.as_uuid()));
        let old = applications.iter().find(|row| row.id == wanted)?.clone();
        Some(Self { ours, old: Some(old) })
    }

    /// The same, reading what is the person's only where it decides.
    fn find(tx: &mut Tx<'_>, person: PersonId, id: ApplicationId) -> Result<Option<Self>, DbError> {
        match Application::of_person_by_id(tx.conn, person, id)? {
            Some(ours) if Self::stands_alone(&ours) => Ok(Some(Self { ours: Some(ours), old: None })),
            ours => {
                let old = Dossier::of(tx, person)?.old_applications(tx)?;
                Ok(Self::among(&old, ours, id))
            }
        }
    }
}

impl App {
    /// The receipt of one of a person's applications. An old one has none before it is edited here; another person's is not found.
    pub async fn receipt(&self, person: PersonId, id: ApplicationId) -> Result<Receipt, AppError> {
        self.read(move |tx| {
            let Some(found) = Found::find(tx, person, id)? else {
                return Err(denied(tx, person, Object::Application(id)));
            };
            let ours = found.ours.ok_or(AppError::NotFound)?;
            let version = Version::find(tx.conn, ours.id, ours.version)?;
            let input = tx.vault.open_json(Purpose::Form, &version.form_sealed)?;
            let has_photo = version.photo_id.is_some() || has_old_photo(tx, found.old.as_ref())?;
            Ok(Receipt { reference: ours.reference, input, saved_at: ours.updated_at, has_photo })
        })
        .await
    }

    /// The photo of one of a person's applications.
    pub async fn application_photo(&self, person: PersonId, id: ApplicationId) -> Result<Vec<u8>, AppError> {
        self.read(move |tx| {
            let Some(found) = Found::find(tx, person, id)? else {
                return Err(denied(tx, person, Object::Photo(id)));
            };
            let of_version = match &found.ours {
                Some(ours) => applications::photo_of_version(tx.conn, ours)?,
                None => None,
            };
            let sealed = match (of_version, found.old) {
                (None, Some(old)) => old.photo(tx.conn)?,
                (sealed, _) => sealed,
            };
            Ok(tx.vault.open(Purpose::Photo, &sealed.ok_or(AppError::NotFound)?)?)
        })
        .await
    }
}

/// Whether a photo came with the old application that one is or began as.
pub(super) fn has_old_photo(tx: &mut Tx<'_>, old: Option<&LegacyApplication>) -> Result<bool, DbError> {
    let Some(old) = old else { return Ok(false) };
    Ok(!LegacyApplication::with_photo(tx.conn, &[old.id])?.is_empty())
}

//! Objects that somebody asked for and did not get (OWASP ASVS 16.3.2): the log tells who asked for what, and whether it was another person's or
//! is nowhere. The visitor is told neither. Ids only: nothing of the object itself.

use super::AppError;
use super::tx::Tx;
use crate::db::{applications, legacy};
use crate::ids::{AccountId, ApplicationId, CertificateId, LegacyApplicationId, PersonId};

/// What was asked for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Object {
    /// An application, ours or an old system's.
    Application(ApplicationId),
    /// The photo of one.
    Photo(ApplicationId),
    /// A registered certificate.
    Certificate(CertificateId),
    /// An account of an old system.
    Account(AccountId),
}

impl Object {
    fn kind(self) -> &'static str {
        match self {
            Self::Application(_) => "application",
            Self::Photo(_) => "photo",
            Self::Certificate(_) => "certificate",
            Self::Account(_) => "account",
        }
    }

    fn id(self) -> String {
        match self {
            Self::Application(id) | Self::Photo(id) => id.to_string(),
            Self::Certificate(id) => id.to_string(),
            Self::Account(id) => id.to_string(),
        }
    }

    fn exists(self, tx: &mut Tx<'_>) -> Result<bool, AppError> {
        Ok(match self {
            Self::Application(id) | Self::Photo(id) => {
                applications::Application::exists(tx.conn, id)?
                    || legacy::LegacyApplication::exists(tx.conn, LegacyApplicationId::from_uuid(*id.as_uuid()))?
            }
            Self::Certificate(id) => legacy::Certificate::exists(tx.conn, id)?,
            Self::Account(id) => !legacy::AccountRow::by_ids(tx.conn, &[id])?.is_empty(),
        })
    }
}

/// "Not found", with its line in the log.
pub(super) fn denied(tx: &mut Tx<'_>, person: PersonId, object: Object) -> AppError {
    match object.exists(tx) {
        Ok(true) => {
            tracing::warn!(%person, object = object.kind(), id = object.id(), "denied: the object is not this person's");
        }
        Ok(false) => {
            tracing::info!(%person, object = object.kind(), id = object.id(), "denied: there is no such object");
        }
        Err(error) => return error,
    }
    AppError::NotFound
}

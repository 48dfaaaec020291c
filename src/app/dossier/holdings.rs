//! Everything that is a person's.

use super::{Accounts, Dossier};
use crate::app::tx::Tx;
use crate::db::DbError;
use crate::db::legacy::{Certificate, LegacyApplication};
use crate::ids::PersonId;

/// Everything that is a person's.
pub struct Holdings {
    pub accounts: Accounts,
    /// Certificates, newest year first.
    pub certificates: Vec<Certificate>,
    /// Applications of old systems, newest first.
    pub applications: Vec<LegacyApplication>,
    /// A record under this number exists that cannot be shown: under another name, or of doubtful fit.
    pub other_name_record: bool,
}

impl Holdings {
    /// Reads everything that is a person's.
    pub fn of(tx: &mut Tx<'_>, person: PersonId) -> Result<Self, DbError> {
        let dossier = Dossier::of(tx, person)?;
        let accounts = dossier.accounts(tx)?;
        let certificates = dossier.certificates(tx)?;
        let applications = dossier.applications(tx, &accounts)?;
        Ok(Self {
            accounts,
            certificates: certificates.shown,
            applications: applications.shown,
            other_name_record: certificates.has_unclear || applications.has_unclear,
        })
    }
}

//! What stands in the way of another application for the same certificate.

use diesel::PgConnection;

use super::JudgedCertificate;
use crate::app::holdings::AllApplications;
use crate::db::DbError;
use crate::db::legacy::{self, Certificate};
use crate::domain::application::DuplicateKey;
use crate::domain::certificate;
use crate::domain::form::text::comparison_key;
use crate::domain::form::{Field, Input};
use crate::ids::{CertificateId, PersonId};
use crate::vault::{LookUp, Vault};

/// Whether a certificate is the one that a form without its id is about.
pub(in crate::app) fn is_about(row: &Certificate, exam_code: &str, input: &Input) -> bool {
    row.exam_code == exam_code
        && [(&row.year, &input.year), (&row.level, &input.level), (&row.specialty, &input.specialty)]
            .into_iter()
            .all(|(a, b)| comparison_key(a) == comparison_key(b))
}

/// What makes two applications of a person the same one where no certificate's id tells.
pub(in crate::app) fn same_lookup(vault: &Vault, person: PersonId, exam_code: &str, input: &Input) -> Vec<u8> {
    let (year, level, specialty) = (input.get(Field::Year), input.get(Field::Level), input.get(Field::Specialty));
    let key = DuplicateKey::for_details(&person.to_string(), exam_code, year, level, specialty);
    vault.look_up(LookUp::Application, &[key.as_str()])
}

/// The applications that stand in the way of another one: pending or rejected, old ones included.
pub(in crate::app) struct OpenApplications(Vec<Open>);

struct Open {
    id: String,
    certificate: Option<CertificateId>,
    same_lookup: Vec<u8>,
}

impl OpenApplications {
    pub(in crate::app) fn of(
        conn: &mut PgConnection,
        vault: &Vault,
        person: PersonId,
        old: Vec<legacy::LegacyApplication>,
    ) -> Result<Self, DbError> {
        let all = AllApplications::beside(conn, person, old)?;
        let ours = all.ours.into_iter().filter(|row| row.status.is_open()).map(|row| Open {
            id: row.id.to_string(),
            certificate: row.certificate_id,
            same_lookup: row.same_lookup,
        });
        let old = all.old.into_iter().filter(|row| row.status.is_open()).map(|row| {
            let details = Input {
                year: row.year.clone(),
                level: row.level.clone(),
                specialty: row.specialty.clone(),
                ..Input::default()
            };
            let same_lookup = same_lookup(vault, person, &row.exam_code, &details);
            Open { id: row.id.to_string(), certificate: None, same_lookup }
        });
        Ok(Self(ours.chain(old).collect()))
    }

    /// The open application that is about the same exam, year, level and specialty.
    pub(in crate::app) fn alike(&self, same_lookup: &[u8]) -> Option<String> {
        self.0.iter().find(|open| open.same_lookup == same_lookup).map(|open| open.id.clone())
    }

    pub(in crate::app) fn judge(&self, vault: &Vault, person: PersonId, certificate: Certificate) -> JudgedCertificate {
        let details = Input {
            year: certificate.year.clone(),
            level: certificate.level.clone(),
            specialty: certificate.specialty.clone(),
            ..Input::default()
        };
        let same = same_lookup(vault, person, &certificate.exam_code, &details);
        let open = self.0.iter().find(|open| match open.certificate {
            Some(id) => id == certificate.id,
            None => open.same_lookup == same,
        });
        let eligibility = certificate::eligibility(certificate::Facts {
            status: certificate.status,
            open_application: open.is_some(),
            electronic_only: false,
        });
        JudgedCertificate { certificate, eligibility, open: open.map(|open| open.id.clone()) }
    }
}

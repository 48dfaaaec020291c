//! A person's open applications, and the certificates that they stand in the way of.

use super::JudgedCertificate;
use super::same::same_as;
use crate::app::dossier::AllApplications;
use crate::db::legacy::Certificate;
use crate::domain::application::{Details, Open, OpenApplications};
use crate::domain::certificate;
use crate::domain::exam::Exam;
use crate::domain::policy::Policy;
use crate::ids::PersonId;
use crate::vault::Vault;

/// The applications that stand in the way of another one, old ones included.
pub(in crate::app) fn open_applications(vault: &Vault, person: PersonId, all: &AllApplications) -> OpenApplications {
    let ours = all.ours.iter().filter(|row| row.status.is_open()).map(|row| Open {
        id: row.id.to_string(),
        certificate: row.certificate_id,
        same: row.same_lookup.clone(),
    });
    let old = all.old.iter().filter(|row| row.status.is_open()).map(|row| {
        let details = Details { exam: &row.exam_code, year: &row.year, level: &row.level, specialty: &row.specialty };
        Open { id: row.id.to_string(), certificate: None, same: same_as(vault, person, details) }
    });
    OpenApplications(ours.chain(old).collect())
}

/// What a certificate is judged by.
pub(super) struct Judge<'a> {
    pub(super) vault: &'a Vault,
    pub(super) person: PersonId,
    pub(super) open: &'a OpenApplications,
    pub(super) policy: &'a Policy,
}

impl Judge<'_> {
    /// Whether a certificate may be reissued.
    pub(super) fn judge(&self, certificate: Certificate) -> JudgedCertificate {
        let row = &certificate;
        let details = Details { exam: &row.exam_code, year: &row.year, level: &row.level, specialty: &row.specialty };
        let open = self.open.about(certificate.id, &same_as(self.vault, self.person, details));
        let exam = Exam { code: row.exam_code.clone(), name: row.exam_name.clone() };
        let electronic = self.policy.electronic(&exam, &row.year).cloned();
        let eligibility = certificate::eligibility(certificate::Facts {
            status: certificate.status,
            open_application: open.is_some(),
            electronic_only: electronic.as_ref().is_some_and(|electronic| electronic.only),
        });
        JudgedCertificate { eligibility, open: open.map(|open| open.id.clone()), electronic, certificate }
    }
}

//! A person's open applications, and the certificates that they stand in the way of.

use super::JudgedCertificate;
use super::same::same_as;
use crate::app::dossier::AllApplications;
use crate::db::legacy::Certificate;
use crate::domain::application::{Details, Open, OpenApplications};
use crate::domain::certificate;
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

/// Whether a certificate may be reissued.
pub(super) fn judge(
    vault: &Vault,
    person: PersonId,
    open: &OpenApplications,
    certificate: Certificate,
) -> JudgedCertificate {
    let row = &certificate;
    let details = Details { exam: &row.exam_code, year: &row.year, level: &row.level, specialty: &row.specialty };
    let open = open.about(certificate.id, &same_as(vault, person, details));
    let eligibility = certificate::eligibility(certificate::Facts {
        status: certificate.status,
        open_application: open.is_some(),
        electronic_only: false,
    });
    JudgedCertificate { eligibility, open: open.map(|open| open.id.clone()), certificate }
}

//! 补证申请: which certificates may be reissued, and what the form of step 2 holds.

mod open;
mod submit;

use diesel::PgConnection;

use super::denied::{Object, denied};
use super::holdings::{Holdings, Parts};
use super::{App, AppError};
use crate::db::legacy::{self, Certificate};
use crate::db::{DbError, exams, people};
use crate::domain::application::{Applicant, Locked, Path, Registered, locked_fields};
use crate::domain::certificate::Eligibility;
use crate::domain::document::Number;
use crate::domain::exam::{Catalogue, Exam, Row};
use crate::domain::form::text::comparison_key;
use crate::ids::{CertificateId, PersonId};
use crate::vault::{Purpose, Vault};

pub(super) use open::{OpenApplications, is_about, same_lookup};
pub use submit::{Photo, Submission, Submitted};
pub(super) use submit::{check, insert_version, new_application, store_photo};

/// What an application is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A registered certificate: 申请补证.
    Certificate(CertificateId),
    /// An exam, by code or name: 填写补证申请.
    Exam(String),
}

/// One certificate with the answer whether it may be reissued.
pub struct JudgedCertificate {
    /// As registered.
    pub certificate: Certificate,
    /// 可申请 or not.
    pub eligibility: Eligibility,
    /// The open application that stands in the way.
    pub open: Option<String>,
}

/// Step 1.
pub struct Step1 {
    /// Every exam of the catalogue, and those of the person's certificates that it lacks.
    pub exams: Vec<Exam>,
    /// The chosen one with its certificates.
    pub chosen: Option<(Exam, Vec<JudgedCertificate>)>,
    /// A record under another name exists.
    pub other_name_record: bool,
}

/// Step 2: everything that the form needs.
pub struct Form {
    /// What it is about.
    pub target: Target,
    /// The exam.
    pub exam: Exam,
    /// Which fields are locked, to what.
    pub locked: Locked,
    /// Years, levels and specialties to choose from.
    pub catalogue: Catalogue,
}

impl App {
    /// Every exam of the catalogue.
    pub async fn exams(&self) -> Result<Vec<Exam>, AppError> {
        let read = |conn: &mut PgConnection| Ok::<_, DbError>(exams::all(conn)?);
        let all = self.db.transaction(read).await?;
        Ok(all.into_iter().map(|(code, name)| Exam { code, name }).collect())
    }

    /// The exams, and the certificates of the chosen one.
    pub async fn step1(&self, person: PersonId, exam: Option<String>) -> Result<Step1, AppError> {
        let vault = self.vault.clone();
        self.db
            .transaction(move |conn| {
                let parts = if exam.is_some() { Parts::All } else { Parts::Certificates };
                let holdings = Holdings::parts(conn, &vault, person, parts)?;
                let mut all = exams::all(conn)?.into_iter().map(|(code, name)| Exam { code, name }).collect::<Vec<_>>();
                for certificate in &holdings.certificates {
                    if !all.iter().any(|exam| exam.code == certificate.exam_code) {
                        all.push(Exam { code: certificate.exam_code.clone(), name: certificate.exam_name.clone() });
                    }
                }
                let chosen = exam.and_then(|wanted| {
                    let wanted = comparison_key(&wanted);
                    let by = |key: fn(&Exam) -> &str| all.iter().find(|exam| comparison_key(key(exam)) == wanted);
                    by(|exam| &exam.code).or_else(|| by(|exam| &exam.name)).cloned()
                });
                let chosen = match chosen {
                    Some(exam) => {
                        let open = OpenApplications::of(conn, &vault, person, holdings.applications)?;
                        let of_exam = holdings.certificates.into_iter().filter(|row| row.exam_code == exam.code);
                        let rows = of_exam.map(|certificate| open.judge(&vault, person, certificate)).collect();
                        Some((exam, rows))
                    }
                    None => None,
                };
                Ok(Step1 { exams: all, chosen, other_name_record: holdings.other_name_record })
            })
            .await
    }

    /// The form of step 2, and whether the certificate may be reissued at all. A foreign or unknown target is not found.
    pub async fn step2(&self, person: PersonId, target: Target) -> Result<(Form, Eligibility), AppError> {
        let vault = self.vault.clone();
        self.db
            .transaction(move |conn| {
                let prepared = prepare(conn, &vault, person, target)?;
                let Some(certificate) = prepared.certificate else { return Ok((prepared.form, Eligibility::Eligible)) };
                let open = OpenApplications::of(conn, &vault, person, prepared.old_applications)?;
                Ok((prepared.form, open.judge(&vault, person, certificate).eligibility))
            })
            .await
    }
}

struct Prepared {
    form: Form,
    certificate: Option<Certificate>,
    /// All of the person's.
    certificates: Vec<Certificate>,
    old_applications: Vec<legacy::LegacyApplication>,
}

fn prepare(conn: &mut PgConnection, vault: &Vault, person: PersonId, target: Target) -> Result<Prepared, AppError> {
    let identity = identity(conn, vault, person)?;
    let Holdings { certificates, applications: old_applications, .. } = Holdings::of(conn, vault, person)?;
    let (exam, certificate) = match &target {
        Target::Certificate(id) => {
            let Some(certificate) = certificates.iter().find(|row| row.id == *id) else {
                return Err(denied(conn, person, Object::Certificate(*id)));
            };
            let exam = Exam { code: certificate.exam_code.clone(), name: certificate.exam_name.clone() };
            (exam, Some(certificate.clone()))
        }
        Target::Exam(wanted) => {
            let in_catalogue = catalogue(conn, wanted)?.find(wanted).cloned();
            // Step 1 offers the exams of the person's certificates too, whether or not the catalogue has them.
            let of_certificates = || {
                let row = certificates.iter().find(|row| row.exam_code == *wanted || row.exam_name == *wanted)?;
                Some(Exam { code: row.exam_code.clone(), name: row.exam_name.clone() })
            };
            (in_catalogue.or_else(of_certificates).ok_or(AppError::NotFound)?, None)
        }
    };
    let locked = match &certificate {
        Some(row) => {
            let registered = registered(vault, row)?;
            locked_fields(Path::Registered { certificate: &registered }, &with_resident_number(identity, &registered))
        }
        None => locked_fields(Path::Manual { exam: &exam.name }, &identity),
    };
    let catalogue = catalogue(conn, &exam.code)?;
    Ok(Prepared { form: Form { target, exam, locked, catalogue }, certificate, certificates, old_applications })
}

/// One exam's part of the catalogue.
pub(super) fn catalogue(conn: &mut PgConnection, exam: &str) -> Result<Catalogue, DbError> {
    let rows = exams::combinations(conn, exam)?.into_iter().map(|(code, name, year, level, specialty)| Row {
        code,
        name,
        year: year.to_string(),
        level,
        specialty,
    });
    Ok(Catalogue::new(rows))
}

/// The person as the portal vouched for them last.
pub(super) fn identity(conn: &mut PgConnection, vault: &Vault, person: PersonId) -> Result<Applicant, AppError> {
    let row = people::IdentityRow::newest_of_person(conn, person)?.ok_or(AppError::NotFound)?;
    let document_number = vault.open_text(Purpose::Number, &row.number_sealed)?;
    let number = Number::new(&document_number, row.document_type);
    Ok(Applicant {
        name: vault.open_text(Purpose::Name, &row.name_sealed)?,
        document_number: number.canonical().to_owned(),
        resident_number: resident(&number),
    })
}

fn resident(number: &Number) -> Option<String> {
    (number.is_resident() && number.check_digit_holds()).then(|| number.canonical().to_owned())
}

/// Birth month and gender come from the portal's number where that is a resident's, else from the certificate's.
pub(super) fn with_resident_number(identity: Applicant, registered: &Registered) -> Applicant {
    let of_certificate = || resident(&Number::new(&registered.document_number, None));
    Applicant { resident_number: identity.resident_number.or_else(of_certificate), ..identity }
}

/// A certificate's row in clear.
pub(super) fn registered(vault: &Vault, row: &Certificate) -> Result<Registered, AppError> {
    Ok(Registered {
        exam: row.exam_name.clone(),
        year: row.year.clone(),
        name: vault.open_text(Purpose::Name, &row.name_sealed)?,
        document_number: vault.open_text(Purpose::Number, &row.number_sealed)?,
        level: row.level.clone(),
        specialty: row.specialty.clone(),
        city: row.city.clone(),
        certificate_number: row.certificate_number.clone(),
        approval_date: row.approval_date.clone(),
    })
}

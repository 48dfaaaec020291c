//! Step 2: what stands in the form, and which of it is locked.

use super::open::Judge;
use super::{Target, open_applications};
use crate::app::denied::{Object, denied};
use crate::app::dossier::{AllApplications, Dossier, open_account, own_accounts};
use crate::app::tx::Tx;
use crate::app::{App, AppError};
use crate::db::applications::Application;
use crate::db::legacy::{AccountRow, Certificate};
use crate::db::{DbError, exams, people};
use crate::domain::application::{Applicant, Locked, OpenApplications, Path, Registered, locked_fields};
use crate::domain::certificate::Eligibility;
use crate::domain::document::Number;
use crate::domain::exam::{Catalogue, Exam, Row};
use crate::domain::linking::{Account, Door};
use crate::ids::PersonId;
use crate::vault::{Purpose, Vault};

/// Step 2: everything that the form needs.
pub struct Form {
    /// What it is about.
    pub target: Target,
    pub exam: Exam,
    /// Which fields are locked, to what.
    pub locked: Locked,
    /// Years, levels and specialties to choose from.
    pub catalogue: Catalogue,
}

/// A form with what a submission is measured by.
pub(super) struct Prepared {
    pub(super) form: Form,
    /// The one that it is about.
    pub(super) certificate: Option<Certificate>,
    /// All of the person's.
    pub(super) certificates: Vec<Certificate>,
    /// Applications made here, whether or not they show.
    pub(super) ours: Vec<Application>,
    pub(super) open: OpenApplications,
    /// By which the person comes.
    pub(super) door: Door,
}

/// What a form is about, found among what is the person's.
struct Subject {
    exam: Exam,
    certificate: Option<Certificate>,
    catalogue: Catalogue,
}

impl App {
    /// The form of step 2, and whether the certificate may be reissued at all. A foreign or unknown target is not found.
    pub async fn step2(&self, person: PersonId, target: Target) -> Result<(Form, Eligibility), AppError> {
        let policy = self.policy.clone();
        self.read(move |tx| {
            let Prepared { form, certificate, open, .. } = Prepared::read(tx, person, &target)?;
            let judge = Judge { vault: tx.vault, person, open: &open, policy: &policy };
            let judged = certificate.map(|row| judge.judge(row).eligibility);
            Ok((form, judged.unwrap_or(Eligibility::Eligible)))
        })
        .await
    }

    /// The exam that step 2 is about, for the way back to step 1.
    pub async fn exam_of(&self, person: PersonId, target: Target) -> Result<Exam, AppError> {
        self.read(move |tx| {
            let certificates = Dossier::of(tx, person)?.certificates(tx)?.shown;
            Ok(subject(tx, person, &target, &certificates)?.exam)
        })
        .await
    }
}

impl Prepared {
    /// Reads what a form about a target needs. A foreign or unknown one is not found.
    pub(super) fn read(tx: &mut Tx<'_>, person: PersonId, target: &Target) -> Result<Self, AppError> {
        let identity = identity(tx, person)?;
        let dossier = Dossier::of(tx, person)?;
        let certificates = dossier.certificates(tx)?.shown;
        let Subject { exam, certificate, catalogue } = subject(tx, person, target, &certificates)?;
        let locked = match &certificate {
            Some(row) => {
                let certificate = &registered(tx.vault, row)?;
                locked_fields(Path::Registered { certificate }, &with_resident_number(identity, certificate))
            }
            None => locked_fields(Path::Manual { exam: &exam.name }, &identity),
        };
        let accounts = dossier.accounts(tx)?;
        let old = dossier.applications(tx, &accounts)?.shown;
        let ours = Application::of_person(tx.conn, person)?;
        let open = open_applications(tx.vault, person, &AllApplications::of(ours.clone(), old));
        let form = Form { target: target.clone(), exam, locked, catalogue };
        Ok(Self { form, certificate, certificates, ours, open, door: dossier.door() })
    }
}

fn subject(
    tx: &mut Tx<'_>,
    person: PersonId,
    target: &Target,
    certificates: &[Certificate],
) -> Result<Subject, AppError> {
    match target {
        Target::Certificate(id) => {
            let Some(certificate) = certificates.iter().find(|row| row.id == *id) else {
                return Err(denied(tx, person, Object::Certificate(*id)));
            };
            let exam = Exam { code: certificate.exam_code.clone(), name: certificate.exam_name.clone() };
            let catalogue = catalogue(tx, &exam.code)?;
            Ok(Subject { exam, certificate: Some(certificate.clone()), catalogue })
        }
        Target::Exam(wanted) => {
            let found = catalogue(tx, wanted)?;
            if let Some(exam) = found.find(wanted).cloned() {
                return Ok(Subject { exam, certificate: None, catalogue: found });
            }
            // Step 1 offers the exams of the person's certificates too, whether or not the catalogue has them.
            let row = certificates.iter().find(|row| row.exam_code == *wanted || row.exam_name == *wanted);
            let row = row.ok_or(AppError::NotFound)?;
            let exam = Exam { code: row.exam_code.clone(), name: row.exam_name.clone() };
            let catalogue = catalogue(tx, &exam.code)?;
            Ok(Subject { exam, certificate: None, catalogue })
        }
    }
}

/// One exam's part of the catalogue, by code or name.
pub(in crate::app) fn catalogue(tx: &mut Tx<'_>, exam: &str) -> Result<Catalogue, DbError> {
    let rows = exams::combinations(tx.conn, exam)?.into_iter().map(|(code, name, year, level, specialty)| Row {
        code,
        name,
        year: year.to_string(),
        level,
        specialty,
    });
    Ok(Catalogue::new(rows))
}

/// The person as the portal vouched for them last.
pub(in crate::app) fn identity(tx: &mut Tx<'_>, person: PersonId) -> Result<Applicant, AppError> {
    let Some(row) = people::IdentityRow::newest_of_person(tx.conn, person)? else { return of_account(tx, person) };
    let document_number = tx.vault.open_text(Purpose::Number, &row.number_sealed)?;
    let number = Number::new(&document_number, row.document_type);
    Ok(Applicant {
        name: tx.vault.open_text(Purpose::Name, &row.name_sealed)?,
        document_number: number.canonical().to_owned(),
        resident_number: resident(&number),
    })
}

/// Of a person who comes by an account: as the account bears it.
fn of_account(tx: &mut Tx<'_>, person: PersonId) -> Result<Applicant, AppError> {
    let account = own_accounts(tx, person)?.first().copied().ok_or(AppError::NotFound)?;
    let row = AccountRow::by_ids(tx.conn, &[account])?.pop().ok_or(AppError::NotFound)?;
    let Account { number, name, .. } = open_account(tx.vault, &row)?;
    Ok(Applicant {
        name: name.trim().to_owned(),
        document_number: number.canonical().to_owned(),
        resident_number: resident(&number),
    })
}

fn resident(number: &Number) -> Option<String> {
    (number.is_resident() && number.check_digit_holds()).then(|| number.canonical().to_owned())
}

/// Birth month and gender come from the portal's number where that is a resident's, else from the certificate's.
pub(in crate::app) fn with_resident_number(identity: Applicant, registered: &Registered) -> Applicant {
    let of_certificate = || resident(&Number::new(&registered.document_number, None));
    Applicant { resident_number: identity.resident_number.or_else(of_certificate), ..identity }
}

/// A certificate's row in clear.
pub(in crate::app) fn registered(vault: &Vault, row: &Certificate) -> Result<Registered, AppError> {
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

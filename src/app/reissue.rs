//! 补证申请: which certificates may be reissued, what the form of step 2 holds, and the submission.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::PgConnection;
use uuid::Uuid;

use super::holdings::{AllApplications, Holdings};
use super::{App, AppError};
use crate::db::applications::{self, Application, Version};
use crate::db::legacy::{self, Certificate};
use crate::db::{DbError, exams, people};
use crate::domain::application::{
    DuplicateKey, Identity, Locked, Path, Reference, Registered, Status, locked_fields, merge,
};
use crate::domain::certificate::{self, CertificateStatus, Eligibility};
use crate::domain::document::{DocumentType, Number};
use crate::domain::exam::{Catalogue, Exam, Row};
use crate::domain::form::text::comparison_key;
use crate::domain::form::{Field, FieldError, Input, PhotoState, Rules, Valid, china_date, photo_state, validate};
use crate::ids::{ApplicationId, CertificateId, PersonId, PhotoId};
use crate::vault::{LookUp, Purpose, Vault};

/// How often a reference number is drawn anew because it was taken, or an insertion lost a race.
const TRIES: u32 = 5;

/// What an application is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A registered certificate: 申请补证.
    Certificate(CertificateId),
    /// An exam, by code or name: 填写补证申请.
    Exam(String),
}

/// One certificate with the answer whether it may be reissued.
pub struct Row1 {
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
    pub chosen: Option<(Exam, Vec<Row1>)>,
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

/// What became of a submission.
pub enum Submitted {
    /// An application was made, or this submission had made one before.
    Done(ApplicationId),
    /// Fields are wrong.
    Invalid(Form, Input, Vec<FieldError>),
    /// Another application for the same certificate is open: its id.
    AlreadyOpen(Form, Input, String),
    /// What was filled in by hand is a registered certificate: step 1 offers it, or says why not.
    Registered(Form, Input),
    /// The certificate may not be reissued: the sentence that says why.
    NotEligible(Form, Input, String),
}

/// The photo that came with a form.
#[derive(Clone)]
pub enum Photo {
    /// None came.
    None,
    /// One that keeps every rule.
    Good(Vec<u8>),
    /// One that breaks a rule: the sentence that says which.
    Refused(String),
}

impl Photo {
    pub(super) fn is_given(&self) -> bool {
        !matches!(self, Self::None)
    }

    /// Adds what is wrong with the photo, where one is due for that year; a photo that nobody needs is put aside unread.
    pub(super) fn complain(&self, year: &str, photo_required_through: i32, errors: &mut Vec<FieldError>) {
        if let Self::Refused(message) = self
            && photo_state(year, photo_required_through) == PhotoState::Required
        {
            errors.push(FieldError { field: Field::Photo, message: message.clone() });
        }
    }

    /// The picture, where one is due for that year.
    pub(super) fn needed(&self, year: &str, photo_required_through: i32) -> Option<&[u8]> {
        match self {
            Self::Good(bytes) if photo_state(year, photo_required_through) == PhotoState::Required => Some(bytes),
            _ => None,
        }
    }
}

/// What a submission brings.
#[derive(Clone)]
pub struct Submission {
    /// What it is about.
    pub target: Target,
    /// The fields as sent.
    pub input: Input,
    /// The photo that came with them.
    pub photo: Photo,
    /// Of the form that was handed out.
    pub token: Uuid,
}

impl App {
    /// The exams, and the certificates of the chosen one.
    pub async fn step1(&self, person: PersonId, exam: Option<String>) -> Result<Step1, AppError> {
        let vault = self.vault.clone();
        self.db
            .transaction(move |conn| {
                let holdings = Holdings::of(conn, &vault, person)?;
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

    /// The form of step 2; `None` where the certificate is not eligible. A foreign or unknown target is not found.
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

    /// Submits step 2.
    pub async fn submit(
        &self,
        person: PersonId,
        submission: Submission,
        now: DateTime<Utc>,
    ) -> Result<Submitted, AppError> {
        let photo_required_through = self.config.reissue.photo_required_through;
        let mut tries = 1;
        loop {
            let (vault, submission) = (self.vault.clone(), submission.clone());
            let result = self
                .db
                .transaction(move |conn| submit(conn, &vault, (person, submission, now), photo_required_through))
                .await;
            match result {
                // Someone was faster: the next try sees what they did. A reference that is taken is drawn anew.
                Err(AppError::Db(error)) if tries < TRIES && error.violated_constraint().is_some() => tries += 1,
                other => return other,
            }
        }
    }
}

fn submit(
    conn: &mut PgConnection,
    vault: &Vault,
    (person, submission, now): (PersonId, Submission, DateTime<Utc>),
    photo_required_through: i32,
) -> Result<Submitted, AppError> {
    people::lock_person(conn, person)?;
    let before = Application::by_submission(conn, person, submission.token)?;
    let Prepared { form, certificate, certificates, old_applications } =
        prepare(conn, vault, person, submission.target)?;
    let open = OpenApplications::of(conn, vault, person, old_applications)?;
    let typed = merge(&form.locked, submission.input.clone());
    if let Some(before) = before {
        let first: Input = vault.open_json(Purpose::Form, &Version::find(conn, before.id, 1)?.form_sealed)?;
        return Ok(submitted_again(before.id, &first, form, typed, china_date(now)));
    }
    if let Some(certificate) = &certificate {
        let row = open.judge(vault, person, certificate.clone());
        if let Some(id) = row.open {
            return Ok(Submitted::AlreadyOpen(form, typed, id));
        }
        if let Some(reason) = row.eligibility.reason() {
            return Ok(Submitted::NotEligible(form, typed, reason.sentence(&certificate.city)));
        }
    }
    let rules = Rules {
        today: china_date(now),
        exam_years: &form.catalogue.years(&form.exam.code),
        photo_required_through,
        photo_given: submission.photo.is_given(),
    };
    let valid = match check(submission.input, &submission.photo, &form.locked, &rules) {
        Ok(valid) => valid,
        Err(errors) => return Ok(Submitted::Invalid(form, typed, errors)),
    };
    let same_lookup = same_lookup(vault, person, &form.exam.code, valid.input());
    if certificate.is_none() {
        if let Some(id) = open.alike(&same_lookup) {
            return Ok(Submitted::AlreadyOpen(form, typed, id));
        }
        if certificates.iter().any(|row| is_about(row, &form.exam.code, valid.input())) {
            return Ok(Submitted::Registered(form, typed));
        }
    }
    let photo = submission.photo.needed(&valid.input().year, photo_required_through);
    let photo_id = store_photo(conn, vault, person, photo, now)?;
    let application = Application {
        submission_token: Some(submission.token),
        certificate_id: certificate.map(|certificate| certificate.id),
        same_lookup,
        ..new_application(person, &form.exam, valid.input(), now)
    };
    application.insert(conn)?;
    insert_version(conn, vault, &application, &valid, photo_id)?;
    tracing::info!(%person, application = %application.id, "application submitted");
    Ok(Submitted::Done(application.id))
}

pub(super) fn new_application(person: PersonId, exam: &Exam, input: &Input, now: DateTime<Utc>) -> Application {
    Application {
        id: ApplicationId::generate(),
        person_id: person,
        reference: Reference::new(china_date(now), rand::random()).as_str().to_owned(),
        submission_token: None,
        certificate_id: None,
        legacy_application_id: None,
        same_lookup: Vec::new(),
        status: Status::Pending.as_str().to_owned(),
        feedback: String::new(),
        exam_code: exam.code.clone(),
        exam_name: exam.name.clone(),
        year: input.year.clone(),
        certificate_number: input.certificate_number.clone(),
        version: 1,
        submitted_at: now,
        updated_at: now,
    }
}

/// The same form once more is a double submission; the form gone back to and changed is an edit in the wrong place.
fn submitted_again(before: ApplicationId, first: &Input, form: Form, typed: Input, today: NaiveDate) -> Submitted {
    let rules = Rules { today, exam_years: &[], photo_required_through: 0, photo_given: true };
    match validate(typed.clone(), &form.locked, &rules) {
        Ok(valid) if valid.input() == first => Submitted::Done(before),
        _ => Submitted::AlreadyOpen(form, typed, before.to_string()),
    }
}

/// The form's rules and the photo's together: everything that is wrong is told at once.
pub(super) fn check(input: Input, photo: &Photo, locked: &Locked, rules: &Rules<'_>) -> Result<Valid, Vec<FieldError>> {
    let year = merge(locked, input.clone()).year;
    let (valid, mut errors) = match validate(input, locked, rules) {
        Ok(valid) => (Some(valid), Vec::new()),
        Err(errors) => (None, errors),
    };
    photo.complain(&year, rules.photo_required_through, &mut errors);
    valid.filter(|_| errors.is_empty()).ok_or(errors)
}

/// Stores the newest version's fields.
pub(super) fn insert_version(
    conn: &mut PgConnection,
    vault: &Vault,
    application: &Application,
    valid: &Valid,
    photo_id: Option<PhotoId>,
) -> Result<(), AppError> {
    Version {
        application_id: application.id,
        version: application.version,
        form_sealed: vault.seal_json(Purpose::Form, valid.input())?,
        photo_id,
        submitted_at: application.updated_at,
    }
    .insert(conn)?;
    Ok(())
}

/// Seals and stores a photo, if there is one.
pub(super) fn store_photo(
    conn: &mut PgConnection,
    vault: &Vault,
    person: PersonId,
    photo: Option<&[u8]>,
    now: DateTime<Utc>,
) -> Result<Option<PhotoId>, AppError> {
    let Some(photo) = photo else { return Ok(None) };
    let id = PhotoId::generate();
    applications::insert_photo(conn, id, person, &vault.seal(Purpose::Photo, photo), now)?;
    Ok(Some(id))
}

struct Prepared {
    form: Form,
    certificate: Option<Certificate>,
    /// All of the person's.
    certificates: Vec<Certificate>,
    old_applications: Vec<legacy::Application>,
}

fn prepare(conn: &mut PgConnection, vault: &Vault, person: PersonId, target: Target) -> Result<Prepared, AppError> {
    let identity = identity(conn, vault, person)?;
    let Holdings { certificates, applications: old_applications, .. } = Holdings::of(conn, vault, person)?;
    let (exam, certificate) = match &target {
        Target::Certificate(id) => {
            let certificate = certificates.iter().find(|row| row.id == *id).ok_or(AppError::NotFound)?;
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
pub(super) fn identity(conn: &mut PgConnection, vault: &Vault, person: PersonId) -> Result<Identity, AppError> {
    let row = people::Identity::newest_of_person(conn, person)?.ok_or(AppError::NotFound)?;
    let document_number = vault.open_text(Purpose::Number, &row.number_sealed)?;
    let kind = row.document_type.as_deref().and_then(DocumentType::from_word);
    let number = Number::new(&document_number, kind);
    Ok(Identity {
        name: vault.open_text(Purpose::Name, &row.name_sealed)?,
        document_number: number.canonical().to_owned(),
        resident_number: resident(&number),
    })
}

fn resident(number: &Number) -> Option<String> {
    (number.is_resident() && number.check_digit_holds()).then(|| number.canonical().to_owned())
}

/// Birth month and gender come from the portal's number where that is a resident's, else from the certificate's.
pub(super) fn with_resident_number(identity: Identity, registered: &Registered) -> Identity {
    let of_certificate = || resident(&Number::new(&registered.document_number, None));
    Identity { resident_number: identity.resident_number.or_else(of_certificate), ..identity }
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

/// Whether a certificate is the one that a form without its id is about.
pub(super) fn is_about(row: &Certificate, exam_code: &str, input: &Input) -> bool {
    row.exam_code == exam_code
        && [(&row.year, &input.year), (&row.level, &input.level), (&row.specialty, &input.specialty)]
            .into_iter()
            .all(|(a, b)| comparison_key(a) == comparison_key(b))
}

/// What makes two applications of a person the same one where no certificate's id tells.
pub(super) fn same_lookup(vault: &Vault, person: PersonId, exam_code: &str, input: &Input) -> Vec<u8> {
    let (year, level, specialty) = (input.get(Field::Year), input.get(Field::Level), input.get(Field::Specialty));
    let key = DuplicateKey::for_details(&person.to_string(), exam_code, year, level, specialty);
    vault.look_up(LookUp::Application, &[key.as_str()])
}

/// The applications that stand in the way of another one: pending or rejected, old ones included.
pub(super) struct OpenApplications(Vec<Open>);

struct Open {
    id: String,
    certificate: Option<CertificateId>,
    same_lookup: Vec<u8>,
}

impl OpenApplications {
    pub(super) fn of(
        conn: &mut PgConnection,
        vault: &Vault,
        person: PersonId,
        old: Vec<legacy::Application>,
    ) -> Result<Self, DbError> {
        let all = AllApplications::beside(conn, person, old)?;
        let is_open = |status: &str| Status::from_code(status).is_some_and(Status::is_open);
        let ours = all.ours.into_iter().filter(|row| is_open(&row.status)).map(|row| Open {
            id: row.id.to_string(),
            certificate: row.certificate_id,
            same_lookup: row.same_lookup,
        });
        let old = all.old.into_iter().filter(|row| is_open(&row.status)).map(|row| {
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
    pub(super) fn alike(&self, same_lookup: &[u8]) -> Option<String> {
        self.0.iter().find(|open| open.same_lookup == same_lookup).map(|open| open.id.clone())
    }

    fn judge(&self, vault: &Vault, person: PersonId, certificate: Certificate) -> Row1 {
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
            status: CertificateStatus::from_code(&certificate.status).unwrap_or(CertificateStatus::Unknown),
            open_application: open.is_some(),
            electronic_only: false,
        });
        Row1 { certificate, eligibility, open: open.map(|open| open.id.clone()) }
    }
}

//! The submission of step 2: checked, refused with everything typed kept, or made an application once.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::PgConnection;
use uuid::Uuid;

use super::open::{OpenApplications, is_about, same_lookup};
use super::{Form, Prepared, Target, prepare};
use crate::app::audit::{self, Entry, Event};
use crate::app::{App, AppError};
use crate::db::Tries;
use crate::db::applications::{self, Application, Version};
use crate::db::people;
use crate::domain::application::{Locked, Reference, Status, merge};
use crate::domain::exam::Exam;
use crate::domain::form::{Field, FieldError, Input, PhotoState, Rules, Valid, china_date, photo_state, validate};
use crate::ids::{ApplicationId, PersonId, PhotoId};
use crate::vault::{Purpose, Vault};

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
    pub(in crate::app) fn is_given(&self) -> bool {
        !matches!(self, Self::None)
    }

    /// Adds what is wrong with the photo, where one is due for that year; a photo that nobody needs is put aside unread.
    pub(in crate::app) fn complain(&self, year: &str, photo_required_through: i32, errors: &mut Vec<FieldError>) {
        if let Self::Refused(message) = self
            && photo_state(year, photo_required_through) == PhotoState::Required
        {
            errors.push(FieldError { field: Field::Photo, message: message.clone() });
        }
    }

    /// The picture, where one is due for that year.
    pub(in crate::app) fn needed(&self, year: &str, photo_required_through: i32) -> Option<&[u8]> {
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
    /// Submits step 2.
    pub async fn submit(
        &self,
        person: PersonId,
        submission: Submission,
        now: DateTime<Utc>,
    ) -> Result<Submitted, AppError> {
        let photo_required_through = self.config.reissue.photo_required_through;
        let mut tries = Tries::new();
        loop {
            let (vault, submission) = (self.vault.clone(), submission.clone());
            let result = self
                .db
                .transaction(move |conn| submit(conn, &vault, (person, submission, now), photo_required_through))
                .await;
            match result {
                // Someone was faster: the next try sees what they did. A reference that is taken is drawn anew.
                Err(AppError::Db(error)) if tries.another(&error) => {}
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
    Application::detach_others(conn, person, (None, application.certificate_id), now)?;
    application.insert(conn)?;
    insert_version(conn, vault, &application, &valid, photo_id)?;
    tracing::info!(%person, application = %application.id, "application submitted");
    audit::record(conn, vault, now, &[Entry::of_citizen(Event::ApplicationSubmitted, person, application.id)])?;
    Ok(Submitted::Done(application.id))
}

pub(in crate::app) fn new_application(person: PersonId, exam: &Exam, input: &Input, now: DateTime<Utc>) -> Application {
    Application {
        id: ApplicationId::generate(),
        person_id: person,
        reference: Reference::new(china_date(now), rand::random()).as_str().to_owned(),
        submission_token: None,
        certificate_id: None,
        legacy_application_id: None,
        same_lookup: Vec::new(),
        status: Status::Pending,
        feedback: String::new(),
        exam_code: exam.code.clone(),
        exam_name: exam.name.clone(),
        year: input.year.clone(),
        certificate_number: input.certificate_number.clone(),
        version: 1,
        submitted_at: now,
        updated_at: now,
        detached_at: None,
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
pub(in crate::app) fn check(
    input: Input,
    photo: &Photo,
    locked: &Locked,
    rules: &Rules<'_>,
) -> Result<Valid, Vec<FieldError>> {
    let year = merge(locked, input.clone()).year;
    let (valid, mut errors) = match validate(input, locked, rules) {
        Ok(valid) => (Some(valid), Vec::new()),
        Err(errors) => (None, errors),
    };
    photo.complain(&year, rules.photo_required_through, &mut errors);
    valid.filter(|_| errors.is_empty()).ok_or(errors)
}

/// Stores the newest version's fields.
pub(in crate::app) fn insert_version(
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
pub(in crate::app) fn store_photo(
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

//! The submission of step 2: refused with everything typed kept, or made an application once.

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::Target;
use super::attempt::{Measure, Outcome, Refusal, Sent};
use super::form::{Form, Prepared};
use super::open::Judge;
use crate::app::audit::{self, Entry, Event};
use crate::app::entering::enter;
use crate::app::tx::Tx;
use crate::app::{App, AppError};
use crate::db::applications::{Application, Origin, Version};
use crate::db::people;
use crate::domain::application::{Reference, Status, merge};
use crate::domain::china::china_date;
use crate::domain::exam::Exam;
use crate::domain::form::{Input, Rules, validate};
use crate::domain::linking::Door;
use crate::domain::policy::Policy;
use crate::ids::{ApplicationId, PersonId};
use crate::vault::Purpose;

/// What a submission brings.
#[derive(Clone)]
pub struct Submission {
    /// What it is about.
    pub target: Target,
    pub sent: Sent,
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
    ) -> Result<Outcome<Form>, AppError> {
        let policy = self.policy.clone();
        self.act(now, move |tx| submit(tx, person, &submission, &policy)).await
    }
}

/// Said to whoever comes by an account.
const OPEN_ELSEWHERE: &str = "该证书已有补证申请正在办理，是由同一证件号码的另一个账户提交的，不能重复申请";

fn submit(
    tx: &mut Tx<'_>,
    person: PersonId,
    submission: &Submission,
    policy: &Policy,
) -> Result<Outcome<Form>, AppError> {
    people::lock_person(tx.conn, person)?;
    let Prepared { form, certificate, certificates, ours, open, door } =
        Prepared::read(tx, person, &submission.target)?;
    let typed = merge(&form.locked, submission.sent.input.clone());
    if let Some(before) = ours.iter().find(|row| row.submission_token == Some(submission.token)) {
        let first = Version::find(tx.conn, before.id, 1)?;
        let first: Input = tx.vault.open_json(Purpose::Form, &first.form_sealed)?;
        return Ok(submitted_again(before.id, &first, form, typed, china_date(tx.now)));
    }
    if let Some(certificate) = &certificate {
        let judged = Judge { vault: tx.vault, person, open: &open, policy }.judge(certificate.clone());
        if let Some(id) = judged.open {
            return Ok(Outcome::refused(form, typed, Refusal::AlreadyOpen(id)));
        }
        // Two accounts may hold one certificate, and neither password counts for more. The portal's word does.
        if door == Door::Account && Application::is_open_elsewhere(tx.conn, person, certificate.id)? {
            return Ok(Outcome::refused(form, typed, Refusal::NotEligible(OPEN_ELSEWHERE.to_owned())));
        }
        if let Some(reason) = judged.eligibility.reason() {
            return Ok(Outcome::refused(form, typed, Refusal::NotEligible(reason.sentence(&certificate.city))));
        }
    }
    let measure = Measure {
        person,
        exam: &form.exam,
        catalogue: &form.catalogue,
        locked: &form.locked,
        open: &open,
        by_hand: certificate.is_none().then_some(&certificates),
        itself: None,
        year_before: None,
        has_photo: false,
        policy,
        contact_before: None,
    };
    let sound = match measure.check(tx, &submission.sent) {
        Ok(sound) => sound,
        Err(why) => return Ok(Outcome::refused(form, typed, why)),
    };
    let application = Application {
        submission_token: Some(submission.token),
        certificate_id: certificate.map(|certificate| certificate.id),
        same_lookup: sound.same_lookup.clone(),
        ..new_application(person, &form.exam, sound.valid.input(), tx.now)
    };
    let origin = Origin { certificate: application.certificate_id, ..Origin::default() };
    Application::detach_others(tx.conn, person, origin, tx.now)?;
    application.insert(tx.conn)?;
    sound.store(tx, &application, None)?;
    enter(tx, &application, sound.valid.input(), policy)?;
    tracing::info!(%person, application = %application.id, "application submitted");
    audit::record(tx, &[Entry::of_citizen(Event::ApplicationSubmitted, person, application.id)])?;
    Ok(Outcome::Done(application.id))
}

/// An application that waits for review, with a reference of its own. One that is drawn already violates a unique constraint, and is
/// drawn again with the next try.
pub(in crate::app) fn new_application(person: PersonId, exam: &Exam, input: &Input, now: DateTime<Utc>) -> Application {
    Application {
        id: ApplicationId::generate(),
        person_id: person,
        reference: Reference::new(china_date(now), rand::random()).as_str().to_owned(),
        submission_token: None,
        certificate_id: None,
        legacy_application_id: None,
        same_lookup: Vec::new(),
        status: Status::submit(),
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
fn submitted_again(before: ApplicationId, first: &Input, form: Form, typed: Input, today: NaiveDate) -> Outcome<Form> {
    let rules =
        Rules { today, photo_required_through: 0, photo_given: true, newest_year: None, contact_confirmed: true };
    match validate(typed.clone(), &form.locked, &rules) {
        Ok(valid) if valid.input() == first => Outcome::Done(before),
        _ => Outcome::refused(form, typed, Refusal::AlreadyOpen(before.to_string())),
    }
}

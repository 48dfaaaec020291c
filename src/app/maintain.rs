//! 申请信息维护: looking at an application and editing it, also one of an old system.

use chrono::{DateTime, Utc};
use diesel::PgConnection;

use super::audit::{self, Entry, Event};
use super::denied::{Object, denied};
use super::holdings::Holdings;
use super::reissue::{
    OpenApplications, Photo, catalogue, check, identity, insert_version, is_about, new_application, registered,
    same_lookup, store_photo, with_resident_number,
};
use super::submitted::Found;
use super::{App, AppError};
use crate::db::applications::{Application, Version};
use crate::db::people;
use crate::db::{Tries, legacy};
use crate::domain::application::{Applicant, Locked, Path, Registered, Status, locked_fields, merge};
use crate::domain::document::Number;
use crate::domain::exam::{Catalogue, Exam};
use crate::domain::form::{FieldError, Input, Rules, china_date};
use crate::ids::{ApplicationId, LegacyApplicationId, PersonId, PhotoId};
use crate::vault::{Purpose, Vault};

/// One application as its owner sees it.
pub struct Shown {
    /// Of ours; the same as the old application's where it began as one.
    pub id: ApplicationId,
    /// 受理号; an old application has none before it is edited here.
    pub reference: Option<String>,
    /// The old system it comes from.
    pub system: Option<String>,
    /// 审核状态.
    pub status: Status,
    /// 审核结果反馈.
    pub feedback: String,
    /// Of the newest version; 0 for an old application that was never edited here.
    pub version: i32,
    /// When it was saved last; `None` for an old application that was never edited here.
    pub saved_at: Option<DateTime<Utc>>,
    /// The newest version's fields.
    pub input: Input,
    /// Which fields cannot change, and why.
    pub locked: Locked,
    /// The exam.
    pub exam: Exam,
    /// To choose from.
    pub catalogue: Catalogue,
    /// Whether a photo belongs to it.
    pub has_photo: bool,
    ours: Option<Application>,
    photo_id: Option<PhotoId>,
    /// The person's others.
    other_certificates: Vec<legacy::Certificate>,
    old_applications: Vec<legacy::LegacyApplication>,
}

/// What became of an edit.
pub enum Edited {
    /// Saved.
    Done,
    /// Fields are wrong.
    Invalid(Shown, Input, Vec<FieldError>),
    /// Another application for the same certificate is open: its id.
    AlreadyOpen(Shown, Input, String),
    /// What was filled in by hand is another certificate, a registered one.
    Registered(Shown, Input),
    /// Someone saved, or a reviewer decided, meanwhile.
    Conflict(Shown, Input),
}

/// What an edit brings.
#[derive(Clone)]
pub struct Edit {
    /// The version that was on the form.
    pub version: i32,
    /// The fields as sent.
    pub input: Input,
    /// A new photo.
    pub photo: Photo,
}

impl App {
    /// One of a person's applications; another person's is not found.
    pub async fn application(&self, person: PersonId, id: ApplicationId) -> Result<Shown, AppError> {
        let vault = self.vault.clone();
        self.db.transaction(move |conn| show(conn, &vault, person, id)).await
    }

    /// Saves an edit as a new version.
    pub async fn edit(
        &self,
        person: PersonId,
        id: ApplicationId,
        edit: Edit,
        now: DateTime<Utc>,
    ) -> Result<Edited, AppError> {
        let photo_required_through = self.config.reissue.photo_required_through;
        let mut tries = Tries::new();
        loop {
            let (vault, edit) = (self.vault.clone(), edit.clone());
            let result = self
                .db
                .transaction(move |conn| save(conn, &vault, (person, id), edit, (now, photo_required_through)))
                .await;
            match result {
                Err(AppError::Db(error)) if tries.another(&error) => {}
                other => return other,
            }
        }
    }
}

fn save(
    conn: &mut PgConnection,
    vault: &Vault,
    (person, id): (PersonId, ApplicationId),
    edit: Edit,
    (now, photo_required_through): (DateTime<Utc>, i32),
) -> Result<Edited, AppError> {
    people::lock_person(conn, person)?;
    let shown = show(conn, vault, person, id)?;
    let typed = merge(&shown.locked, edit.input.clone());
    let Ok(status) = shown.status.edit() else { return Ok(Edited::Conflict(shown, typed)) };
    if shown.version != edit.version {
        return Ok(Edited::Conflict(shown, typed));
    }
    let rules = Rules {
        today: china_date(now),
        exam_years: &shown.catalogue.years(&shown.exam.code),
        photo_required_through,
        photo_given: edit.photo.is_given() || shown.has_photo,
    };
    let valid = match check(edit.input, &edit.photo, &shown.locked, &rules) {
        Ok(valid) => valid,
        Err(errors) => return Ok(Edited::Invalid(shown, typed, errors)),
    };
    let same_lookup = same_lookup(vault, person, &shown.exam.code, valid.input());
    let by_certificate = shown.ours.as_ref().is_some_and(|ours| ours.certificate_id.is_some());
    if !by_certificate
        && let Some(other) =
            OpenApplications::of(conn, vault, person, shown.old_applications.clone())?.alike(&same_lookup)
        && other != id.to_string()
    {
        return Ok(Edited::AlreadyOpen(shown, typed, other));
    }
    if !by_certificate && shown.other_certificates.iter().any(|row| is_about(row, &shown.exam.code, valid.input())) {
        return Ok(Edited::Registered(shown, typed));
    }
    let photo = edit.photo.needed(&valid.input().year, photo_required_through);
    let photo_id = store_photo(conn, vault, person, photo, now)?.or(shown.photo_id);
    let next = Application {
        status,
        same_lookup,
        year: valid.input().year.clone(),
        certificate_number: valid.input().certificate_number.clone(),
        version: edit.version + 1,
        updated_at: now,
        ..match shown.ours.clone() {
            Some(ours) => ours,
            None => first_of_old(conn, person, &shown, now)?,
        }
    };
    if shown.ours.is_some() {
        if !next.advance(conn, edit.version)? {
            return Ok(Edited::Conflict(show(conn, vault, person, id)?, typed));
        }
    } else {
        Application::detach_others(conn, person, (next.legacy_application_id, None), now)?;
        next.insert(conn)?;
    }
    insert_version(conn, vault, &next, &valid, photo_id)?;
    tracing::info!(%person, application = %id, version = next.version, "application edited");
    audit::record(
        conn,
        vault,
        now,
        &[Entry::of_citizen(Event::ApplicationEdited { version: next.version }, person, id)],
    )?;
    Ok(Edited::Done)
}

/// The row beside the frozen one. It keeps the old application's id, so that its address stays; unless that id is taken by the
/// work of someone who had the old application before and has it no longer.
fn first_of_old(
    conn: &mut PgConnection,
    person: PersonId,
    shown: &Shown,
    now: DateTime<Utc>,
) -> Result<Application, AppError> {
    let new = new_application(person, &shown.exam, &shown.input, now);
    let id = if Application::exists(conn, shown.id)? { new.id } else { shown.id };
    Ok(Application {
        id,
        legacy_application_id: Some(LegacyApplicationId::from_uuid(*shown.id.as_uuid())),
        feedback: shown.feedback.clone(),
        ..new
    })
}

fn show(conn: &mut PgConnection, vault: &Vault, person: PersonId, id: ApplicationId) -> Result<Shown, AppError> {
    let shown = shown(conn, vault, person, id)?;
    shown.ok_or_else(|| denied(conn, person, Object::Application(id)))
}

/// One of a person's applications.
fn shown(
    conn: &mut PgConnection,
    vault: &Vault,
    person: PersonId,
    id: ApplicationId,
) -> Result<Option<Shown>, AppError> {
    let ours = Application::of_person_by_id(conn, person, id)?;
    let holdings = Holdings::of(conn, vault, person)?;
    let viewer = Viewer { vault, identity: identity(conn, vault, person)?, holdings: &holdings };
    match Found::among(&holdings, ours, id) {
        Some(Found { ours: Some(ours), old }) => viewer.show_ours(conn, ours, old.as_ref()).map(Some),
        Some(Found { ours: None, old: Some(old) }) => viewer.show_old(conn, &old).map(Some),
        _ => Ok(None),
    }
}

/// Who looks, and what they hold.
struct Viewer<'a> {
    vault: &'a Vault,
    identity: Applicant,
    holdings: &'a Holdings,
}

impl Viewer<'_> {
    fn show_ours(
        &self,
        conn: &mut PgConnection,
        ours: Application,
        old: Option<&legacy::LegacyApplication>,
    ) -> Result<Shown, AppError> {
        let version = Version::find(conn, ours.id, ours.version)?;
        let input: Input = self.vault.open_json(Purpose::Form, &version.form_sealed)?;
        let exam = Exam { code: ours.exam_code.clone(), name: ours.exam_name.clone() };
        let old_photo = match old {
            Some(old) => old.photo(conn)?.is_some(),
            None => false,
        };
        let certificate = self.holdings.certificates.iter().find(|row| match ours.certificate_id {
            Some(id) => row.id == id,
            None => old.is_some() && is_about(row, &exam.code, &input),
        });
        let locked = match (certificate, ours.certificate_id) {
            (Some(row), _) => self.lock_as_registered(&registered(self.vault, row)?),
            // The certificate is no longer this person's to see; what was registered stays as it was submitted.
            (None, Some(_)) => self.lock_as_registered(&as_submitted(&input)),
            (None, None) if ours.legacy_application_id.is_some() => lock_as_old(&exam, &input),
            (None, None) => lock_as_made(&exam, &input),
        };
        Ok(Shown {
            id: ours.id,
            reference: Some(ours.reference.clone()),
            system: old.map(|old| old.system.clone()),
            status: ours.status,
            feedback: ours.feedback.clone(),
            version: ours.version,
            saved_at: Some(ours.updated_at),
            catalogue: catalogue(conn, &exam.code)?,
            has_photo: version.photo_id.is_some() || old_photo,
            photo_id: version.photo_id,
            input: merge(&locked, input),
            locked,
            exam,
            other_certificates: self.others(certificate),
            old_applications: self.holdings.applications.clone(),
            ours: Some(ours),
        })
    }

    fn show_old(&self, conn: &mut PgConnection, old: &legacy::LegacyApplication) -> Result<Shown, AppError> {
        let exam = Exam { code: old.exam_code.clone(), name: old.exam_name.clone() };
        let input = Input {
            exam: old.exam_name.clone(),
            year: old.year.clone(),
            name: self.vault.open_text(Purpose::Name, &old.name_sealed)?,
            document_number: self.vault.open_text(Purpose::Number, &old.number_sealed)?,
            certificate_number: old.certificate_number.clone(),
            approval_date: old.approval_date.clone(),
            level: old.level.clone(),
            specialty: old.specialty.clone(),
            city: old.city.clone(),
            contact: self.vault.open_text(Purpose::Contact, &old.contact_sealed)?,
            ..Input::default()
        };
        let certificate = self.holdings.certificates.iter().find(|row| is_about(row, &exam.code, &input));
        let locked = match certificate {
            Some(row) => self.lock_as_registered(&registered(self.vault, row)?),
            None => lock_as_old(&exam, &input),
        };
        Ok(Shown {
            id: ApplicationId::from_uuid(*old.id.as_uuid()),
            reference: None,
            status: old.status,
            feedback: old.feedback.clone(),
            version: 0,
            saved_at: None,
            input: merge(&locked, input),
            locked,
            catalogue: catalogue(conn, &exam.code)?,
            has_photo: old.photo(conn)?.is_some(),
            exam,
            system: Some(old.system.clone()),
            other_certificates: self.others(certificate),
            old_applications: self.holdings.applications.clone(),
            ours: None,
            photo_id: None,
        })
    }

    /// Registered values stay the certificate's.
    fn lock_as_registered(&self, registered: &Registered) -> Locked {
        let identity = with_resident_number(self.identity.clone(), registered);
        locked_fields(Path::Registered { certificate: registered }, &identity)
    }

    fn others(&self, certificate: Option<&legacy::Certificate>) -> Vec<legacy::Certificate> {
        let id = certificate.map(|row| row.id);
        self.holdings.certificates.iter().filter(|row| Some(row.id) != id).cloned().collect()
    }
}

/// Exam and person stay those that the application was made with.
fn lock_as_made(exam: &Exam, input: &Input) -> Locked {
    locked_fields(Path::Manual { exam: &exam.name }, &made_with(&input.name, &input.document_number))
}

/// The same for what an old system registered.
fn lock_as_old(exam: &Exam, input: &Input) -> Locked {
    locked_fields(Path::Old { exam: &exam.name }, &made_with(&input.name, &input.document_number))
}

fn as_submitted(input: &Input) -> Registered {
    Registered {
        exam: input.exam.clone(),
        year: input.year.clone(),
        name: input.name.clone(),
        document_number: input.document_number.clone(),
        level: input.level.clone(),
        specialty: input.specialty.clone(),
        city: input.city.clone(),
        certificate_number: input.certificate_number.clone(),
        approval_date: input.approval_date.clone(),
    }
}

fn made_with(name: &str, document_number: &str) -> Applicant {
    let number = Number::new(document_number, None);
    let resident = number.is_resident() && number.check_digit_holds();
    Applicant {
        name: name.to_owned(),
        document_number: document_number.to_owned(),
        resident_number: resident.then(|| number.canonical().to_owned()),
    }
}

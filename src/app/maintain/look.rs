//! One application as its owner sees it, and what an edit of it starts from.

use chrono::{DateTime, Utc};

use super::story::Story;
use crate::app::AppError;
use crate::app::denied::{Object, denied};
use crate::app::dossier::Dossier;
use crate::app::reissue::{catalogue, identity, is_about, registered, with_resident_number};
use crate::app::submitted::{Found, has_old_photo};
use crate::app::tx::Tx;
use crate::db::applications::{Application, Version};
use crate::db::legacy::{Certificate, LegacyApplication};
use crate::domain::application::{Applicant, Locked, Path, Registered, Status, locked_fields, merge};
use crate::domain::document::Number;
use crate::domain::exam::{Catalogue, Exam};
use crate::domain::form::Input;
use crate::ids::{ApplicationId, CertificateId, PersonId, PhotoId};
use crate::vault::Purpose;

/// One application as its owner sees it.
#[derive(Clone)]
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
    pub exam: Exam,
    /// To choose from.
    pub catalogue: Catalogue,
    /// Whether a photo belongs to it.
    pub has_photo: bool,
    pub story: Story,
}

/// An application that was looked at.
pub(super) struct Looked {
    pub(super) shown: Shown,
    /// The row of ours, where there is one.
    pub(super) ours: Option<Application>,
    pub(super) photo_id: Option<PhotoId>,
    /// The registered certificate that it is about.
    certificate: Option<CertificateId>,
    /// All of the person's.
    certificates: Vec<Certificate>,
    dossier: Dossier,
    /// The person's old applications, where they had to be read.
    old: Option<Vec<LegacyApplication>>,
}

/// What stands in the form, and by which certificate it is locked.
struct Content {
    input: Input,
    exam: Exam,
    locked: Locked,
    certificate: Option<CertificateId>,
}

impl Looked {
    /// Looks at one of a person's applications. Another person's is not found.
    pub(super) fn at(tx: &mut Tx<'_>, person: PersonId, id: ApplicationId) -> Result<Self, AppError> {
        let found = Application::with_version(tx.conn, person, id)?;
        let dossier = Dossier::of(tx, person)?;
        let (ours, version) = found.unzip();
        let stands_alone = ours.as_ref().is_some_and(Found::stands_alone);
        let old = if stands_alone { None } else { Some(dossier.old_applications(tx)?) };
        let Some(Found { ours, old: began_as }) = Found::among(old.as_deref().unwrap_or_default(), ours, id) else {
            return Err(denied(tx, person, Object::Application(id)));
        };
        let certificates = dossier.certificates(tx)?.shown;
        let viewer = Viewer { identity: identity(tx, person)?, certificates: &certificates };
        let content = match (&ours, &version, &began_as) {
            (Some(ours), Some(version), _) => viewer.read_ours(tx, ours, version, began_as.is_some())?,
            (_, _, Some(old)) => viewer.read_old(tx, old)?,
            _ => return Err(AppError::NotFound),
        };
        let photo_id = version.as_ref().and_then(|version| version.photo_id);
        let has_photo = photo_id.is_some() || has_old_photo(tx, began_as.as_ref())?;
        let Content { input, exam, locked, certificate } = content;
        let catalogue = catalogue(tx, &exam.code)?;
        let (of_ours, of_old) = (ours.as_ref(), began_as.as_ref());
        let shown = Shown {
            id: of_ours
                .map_or_else(|| of_old.map_or(id, |old| ApplicationId::from_uuid(*old.id.as_uuid())), |row| row.id),
            reference: of_ours.map(|row| row.reference.clone()),
            system: of_old.map(|row| row.system.clone()),
            status: of_ours.map(|row| row.status).or(of_old.map(|row| row.status)).ok_or(AppError::NotFound)?,
            feedback: of_ours.map(|row| &row.feedback).or(of_old.map(|row| &row.feedback)).cloned().unwrap_or_default(),
            version: of_ours.map_or(0, |row| row.version),
            saved_at: of_ours.map(|row| row.updated_at),
            input,
            locked,
            exam,
            catalogue,
            has_photo,
            story: Story::default(),
        };
        Ok(Self { shown, ours, photo_id, certificate, certificates, dossier, old })
    }

    /// The person's certificates that it is not about.
    pub(super) fn other_certificates(&self) -> impl Iterator<Item = &Certificate> {
        self.certificates.iter().filter(|row| Some(row.id) != self.certificate)
    }

    /// The person's old applications.
    pub(super) fn old_applications(&self, tx: &mut Tx<'_>) -> Result<Vec<LegacyApplication>, AppError> {
        match &self.old {
            Some(old) => Ok(old.clone()),
            None => Ok(self.dossier.old_applications(tx)?),
        }
    }
}

/// Who looks, and what certificates they hold.
struct Viewer<'a> {
    identity: Applicant,
    certificates: &'a [Certificate],
}

impl Viewer<'_> {
    fn read_ours(
        &self,
        tx: &Tx<'_>,
        ours: &Application,
        version: &Version,
        began_as_old: bool,
    ) -> Result<Content, AppError> {
        let input: Input = tx.vault.open_json(Purpose::Form, &version.form_sealed)?;
        let exam = Exam { code: ours.exam_code.clone(), name: ours.exam_name.clone() };
        let certificate = self.certificates.iter().find(|row| match ours.certificate_id {
            Some(id) => row.id == id,
            None => began_as_old && is_about(row, &exam.code, &input),
        });
        let locked = match (certificate, ours.certificate_id) {
            (Some(row), _) => self.lock_as_registered(&registered(tx.vault, row)?),
            // The certificate is no longer this person's to see; what was registered stays as it was submitted.
            (None, Some(_)) => self.lock_as_registered(&as_submitted(&input)),
            (None, None) if ours.legacy_application_id.is_some() => lock_as_old(&exam, &input),
            (None, None) => lock_as_made(&exam, &input),
        };
        Ok(Content { input: merge(&locked, input), exam, locked, certificate: certificate.map(|row| row.id) })
    }

    fn read_old(&self, tx: &Tx<'_>, old: &LegacyApplication) -> Result<Content, AppError> {
        let exam = Exam { code: old.exam_code.clone(), name: old.exam_name.clone() };
        let input = Input {
            exam: old.exam_name.clone(),
            year: old.year.clone(),
            name: tx.vault.open_text(Purpose::Name, &old.name_sealed)?,
            document_number: tx.vault.open_text(Purpose::Number, &old.number_sealed)?,
            certificate_number: old.certificate_number.clone(),
            approval_date: old.approval_date.clone(),
            level: old.level.clone(),
            specialty: old.specialty.clone(),
            city: old.city.clone(),
            contact: tx.vault.open_text(Purpose::Contact, &old.contact_sealed)?,
            ..Input::default()
        };
        let certificate = self.certificates.iter().find(|row| is_about(row, &exam.code, &input));
        let locked = match certificate {
            Some(row) => self.lock_as_registered(&registered(tx.vault, row)?),
            None => lock_as_old(&exam, &input),
        };
        Ok(Content { input: merge(&locked, input), exam, locked, certificate: certificate.map(|row| row.id) })
    }

    /// Registered values stay the certificate's.
    fn lock_as_registered(&self, certificate: &Registered) -> Locked {
        locked_fields(Path::Registered { certificate }, &with_resident_number(self.identity.clone(), certificate))
    }
}

/// Exam and person stay those that the application was made with.
fn lock_as_made(exam: &Exam, input: &Input) -> Locked {
    locked_fields(Path::Manual { exam: &exam.name }, &made_with(&input.name, &input.document_number))
}

/// The locked fields of an application that an old system registered.
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

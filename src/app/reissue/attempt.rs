//! A form that was sent, of step 2 or of 申请信息维护: measured by the same rules, and refused for the same reasons.

use super::same::{details, is_about, same_as};
use crate::app::AppError;
use crate::app::tx::Tx;
use crate::db::applications::{self, Application, Version};
use crate::db::legacy::Certificate;
use crate::domain::application::{Locked, OpenApplications, merge};
use crate::domain::certificate::Electronic;
use crate::domain::china::china_date;
use crate::domain::day::year_digits;
use crate::domain::exam::{Catalogue, Exam};
use crate::domain::form::{Field, FieldError, Input, PhotoState, Rules, Valid, parse_year, photo_state, validate};
use crate::domain::policy::Policy;
use crate::ids::{ApplicationId, PersonId, PhotoId};
use crate::vault::Purpose;

/// The photo that came with a form.
#[derive(Clone)]
pub enum Photo {
    None,
    /// One that keeps every rule.
    Good(Vec<u8>),
    /// One that breaks a rule: the sentence that says which.
    Refused(String),
}

/// What was sent.
#[derive(Clone)]
pub struct Sent {
    pub input: Input,
    /// The photo that came with them.
    pub photo: Photo,
    /// A contact that is in doubt was confirmed.
    pub contact_confirmed: bool,
}

/// Why a form was not saved.
pub enum Refusal {
    /// Fields are wrong.
    Invalid(Vec<FieldError>),
    /// Another application for the same certificate is open: its id.
    AlreadyOpen(String),
    /// What was filled in by hand is a registered certificate: step 1 offers it, or says why not.
    Registered,
    /// The certificate may not be reissued: the sentence that says why.
    NotEligible(String),
    /// There is no paper to reissue: what was filled in by hand is of a year whose certificates are electronic alone.
    Electronic(Electronic),
    /// Someone saved, or a reviewer decided, meanwhile.
    Conflict,
}

/// A form that was not saved, to be shown again.
pub struct Refused<F> {
    /// As it stands now.
    pub form: F,
    /// What was typed, with every locked value in its place.
    pub input: Input,
    pub why: Refusal,
}

/// What became of a form that was sent.
pub enum Outcome<F> {
    /// Saved, or this very submission had been saved before.
    Done(ApplicationId),
    /// Nothing was changed.
    Refused(Box<Refused<F>>),
}

impl<F> Outcome<F> {
    pub(in crate::app) fn refused(form: F, input: Input, why: Refusal) -> Self {
        Self::Refused(Box::new(Refused { form, input, why }))
    }
}

/// What a form is measured by.
pub(in crate::app) struct Measure<'a> {
    pub(in crate::app) person: PersonId,
    pub(in crate::app) exam: &'a Exam,
    pub(in crate::app) catalogue: &'a Catalogue,
    pub(in crate::app) locked: &'a Locked,
    pub(in crate::app) open: &'a OpenApplications,
    /// Registered certificates that may not be filled in by hand; `None` where the form is about a certificate itself.
    pub(in crate::app) by_hand: Option<&'a [Certificate]>,
    /// The application that is edited, which does not stand in its own way.
    pub(in crate::app) itself: Option<ApplicationId>,
    /// The year that the application had before, which a rule of today does not take back.
    pub(in crate::app) year_before: Option<&'a str>,
    /// A photo was handed in before.
    pub(in crate::app) has_photo: bool,
    pub(in crate::app) policy: &'a Policy,
    /// The contact that was saved here before, which is not asked about again.
    pub(in crate::app) contact_before: Option<&'a str>,
}

/// A form that keeps all rules.
pub(in crate::app) struct Sound<'a> {
    pub(in crate::app) valid: Valid,
    pub(in crate::app) same_lookup: Vec<u8>,
    /// The picture, where one is due.
    photo: Option<&'a [u8]>,
}

impl Measure<'_> {
    /// Measures what was sent.
    pub(in crate::app) fn check<'s>(&self, tx: &Tx<'_>, sent: &'s Sent) -> Result<Sound<'s>, Refusal> {
        let rules = Rules {
            today: china_date(tx.now),
            photo_required_through: self.policy.photo_required_through,
            newest_year: self.newest_year(&sent.input.year),
            photo_given: self.has_photo || !matches!(sent.photo, Photo::None),
            contact_confirmed: sent.contact_confirmed || self.contact_before == Some(sent.input.contact.as_str()),
        };
        let valid = check(sent, self.locked, &rules).map_err(Refusal::Invalid)?;
        let input = valid.input();
        let same_lookup = same_as(tx.vault, self.person, details(&self.exam.code, input));
        if let Some(registered) = self.by_hand {
            let itself = self.itself.map(|id| id.to_string());
            let other = self.open.alike(&same_lookup).filter(|other| Some(&other.id) != itself.as_ref());
            if let Some(other) = other {
                return Err(Refusal::AlreadyOpen(other.id.clone()));
            }
            if registered.iter().any(|row| is_about(row, &self.exam.code, input)) {
                return Err(Refusal::Registered);
            }
            if let Some(electronic) = self.electronic_only(&input.year) {
                return Err(Refusal::Electronic(electronic.clone()));
            }
        }
        let is_due = photo_state(&input.year, self.policy.photo_required_through) == PhotoState::Required;
        let photo = match &sent.photo {
            Photo::Good(bytes) if is_due => Some(bytes.as_slice()),
            _ => None,
        };
        Ok(Sound { valid, same_lookup, photo })
    }
}

impl Measure<'_> {
    /// The newest year that may be typed. What says more of a newer one goes before: that it has no paper, or that the application has it already.
    fn newest_year(&self, typed: &str) -> Option<i32> {
        let year = parse_year(year_digits(typed)).map(|year| year.to_string()).unwrap_or_default();
        let is_told_otherwise = self.year_before == Some(year.as_str()) || self.electronic_only(&year).is_some();
        self.catalogue.newest_year(&self.exam.code).filter(|_| !is_told_otherwise)
    }

    /// Of a year without paper, which is not the application's already.
    fn electronic_only(&self, year: &str) -> Option<&Electronic> {
        let electronic = self.policy.electronic(self.exam, year).filter(|electronic| electronic.only);
        electronic.filter(|_| self.year_before != Some(year))
    }
}

impl Sound<'_> {
    /// Stores the photo that came with the form, or keeps the one of before, and the fields as the application's newest version.
    pub(in crate::app) fn store(
        &self,
        tx: &mut Tx<'_>,
        application: &Application,
        photo_before: Option<PhotoId>,
    ) -> Result<(), AppError> {
        let mut photo_id = photo_before;
        if let Some(photo) = self.photo {
            let id = PhotoId::generate();
            let sealed = tx.vault.seal(Purpose::Photo, photo);
            applications::insert_photo(tx.conn, id, application.person_id, &sealed, tx.now)?;
            photo_id = Some(id);
        }
        Version {
            application_id: application.id,
            version: application.version,
            form_sealed: tx.vault.seal_json(Purpose::Form, self.valid.input())?,
            photo_id,
            submitted_at: application.updated_at,
        }
        .insert(tx.conn)?;
        Ok(())
    }
}

/// The form's rules and the photo's together: everything that is wrong is told at once. A photo that nobody needs is put aside unread.
fn check(sent: &Sent, locked: &Locked, rules: &Rules) -> Result<Valid, Vec<FieldError>> {
    let year = merge(locked, sent.input.clone()).year;
    let (valid, mut errors) = match validate(sent.input.clone(), locked, rules) {
        Ok(valid) => (Some(valid), Vec::new()),
        Err(errors) => (None, errors),
    };
    if let Photo::Refused(message) = &sent.photo
        && photo_state(&year, rules.photo_required_through) == PhotoState::Required
    {
        errors.push(FieldError { field: Field::Photo, message: message.clone() });
    }
    valid.filter(|_| errors.is_empty()).ok_or(errors)
}

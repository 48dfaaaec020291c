//! The application form's fields as step 2 and 申请信息维护 show them.

use crate::domain::application::{Locked, Source};
use crate::domain::case::Reason;
use crate::domain::exam::Catalogue;
use crate::domain::form::{
    CITIES, Field, FieldError, Gender, Input, LAIWU, PhotoState, is_doubtful_contact, parse_year, photo_state,
};
use crate::domain::linking::Door;
use crate::views::{FormField, KeptPhoto, PhotoField};

pub(super) struct Fields<'a> {
    /// By which the applicant came, who is known by it.
    pub(super) door: Door,
    pub(super) exam_code: &'a str,
    pub(super) locked: &'a Locked,
    pub(super) catalogue: &'a Catalogue,
    /// Locked values in place.
    pub(super) input: &'a Input,
    pub(super) errors: &'a [FieldError],
    /// Why it was refused.
    pub(super) reasons: &'a [Reason],
    /// What another editor has saved meanwhile.
    pub(super) saved: Option<&'a Input>,
    pub(super) photo_required_through: i32,
    /// The contact by which whoever typed it stands.
    pub(super) confirmed_contact: Option<&'a str>,
}

impl Fields<'_> {
    /// In the manual's order.
    pub(super) fn texts(&self) -> Vec<FormField> {
        Field::ALL.into_iter().filter(|field| *field != Field::Photo).map(|field| self.text(field)).collect()
    }

    /// The photo, where one may belong to the application: the year is free, or is one that needs it.
    pub(super) fn photo(&self, kept: Option<KeptPhoto>) -> Option<PhotoField> {
        let year = self.input.get(Field::Year);
        let due = photo_state(year, self.photo_required_through) == PhotoState::Required;
        let free = !self.locked.is_locked(Field::Year);
        (due || free || kept.is_some()).then(|| PhotoField {
            required: due && !year.is_empty() && kept.is_none(),
            required_through: self.photo_required_through,
            error: self.error(Field::Photo),
            remark: self.remark(Field::Photo),
            kept,
            proposal: None,
            slot: None,
        })
    }

    fn text(&self, field: Field) -> FormField {
        let shown = FormField::new(field.as_str(), field.label(), self.input.get(field)).remark(self.remark(field));
        if let Some(locked) = self.locked.get(field) {
            return shown.locked(self.words(locked.source));
        }
        let shown = match self.saved {
            Some(saved) => shown.saved(saved.get(field)),
            None => shown,
        };
        let year = parse_year(self.input.get(Field::Year));
        let shown = match field {
            Field::Year => shown.suggest(self.catalogue.years(self.exam_code).into_iter().map(|year| year.to_string())),
            Field::Gender => shown.select(Gender::ALL.map(Gender::as_str)),
            Field::City => shown.select(CITIES.into_iter().chain([LAIWU])),
            Field::Level => shown.suggest(self.catalogue.levels(self.exam_code, year)),
            Field::Specialty => {
                let level = Some(self.input.get(Field::Level)).filter(|level| !level.is_empty());
                shown.suggest(self.catalogue.specialties(self.exam_code, year, level))
            }
            // Asked about after the form was sent; ticked where the answer was given.
            Field::Contact if is_doubtful_contact(self.input.get(field)) => {
                let is_confirmed = self.confirmed_contact == Some(self.input.get(field));
                let is_accepted = !self.errors.is_empty() && self.error(field).is_none();
                if self.errors.is_empty() && !is_confirmed {
                    shown
                } else {
                    shown.confirm("联系方式无误", is_confirmed || is_accepted)
                }
            }
            _ => shown,
        };
        shown.error(self.error(field))
    }

    fn words(&self, source: Source) -> &'static str {
        match (source, self.door) {
            (Source::Portal, Door::Account) => "账户注册信息",
            _ => source.words(),
        }
    }

    /// The words of every reason that is about a field, one a line.
    fn remark(&self, field: Field) -> Option<String> {
        let about = self.reasons.iter().filter(|reason| reason.field == Some(field));
        let words: Vec<&str> = about.map(|reason| reason.for_citizen.as_str()).collect();
        (!words.is_empty()).then(|| words.join("\n"))
    }

    fn error(&self, field: Field) -> Option<String> {
        self.errors.iter().find(|error| error.field == field).map(|error| error.message.clone())
    }
}

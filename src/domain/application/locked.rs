//! Locked fields: what the service knows already is shown with its source and cannot be changed by the applicant.
//!
//! Creating and 申请信息维护 use the same function. In maintenance the caller passes the exam and the identity that the
//! application was made with, so that neither ever changes afterwards.

use std::collections::BTreeMap;

use crate::domain::form::born::birth_month_and_gender;
use crate::domain::form::field::{Field, Input};
use crate::domain::form::text::tidy;

/// What the certificate's row says, as stored; empty where the old system had nothing.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Registered {
    pub exam: String,
    pub year: String,
    pub name: String,
    pub document_number: String,
    pub level: String,
    pub specialty: String,
    pub city: String,
    pub certificate_number: String,
    pub approval_date: String,
}

#[derive(Clone, Default, PartialEq, Eq)]
pub struct Applicant {
    pub name: String,
    pub document_number: String,
    /// The canonical 18-character number where the document is of the resident family; birth month and gender come from it.
    pub resident_number: Option<String>,
}

/// How step 2 was reached.
#[derive(Clone, Copy)]
pub enum Path<'a> {
    /// 申请补证 on a registered certificate.
    Registered { certificate: &'a Registered },
    /// 填写补证申请: no certificate found for this exam.
    Manual { exam: &'a str },
    /// 申请信息维护 of an old system's application: exam and person as registered there.
    Old { exam: &'a str },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    Registered,
    /// The application's row in an old system.
    OldApplication,
    Portal,
    /// Computed from the document number.
    DocumentNumber,
    /// The exam chosen in step 1.
    Chosen,
    /// Typed by the applicant: the field is free.
    Entered,
}

impl Source {
    /// Shown beside a locked field; empty for a free one.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Registered => "证书登记信息",
            Self::OldApplication => "原系统申请信息",
            Self::Portal => "统一身份认证信息",
            Self::DocumentNumber => "由证件号码得出",
            Self::Chosen => "第 1 步所选考试",
            Self::Entered => "",
        }
    }
}

/// A value that the applicant cannot change.
#[derive(Clone, PartialEq, Eq)]
pub struct LockedValue {
    pub value: String,
    pub source: Source,
}

/// The locked fields of one form. The default has none.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Locked(BTreeMap<Field, LockedValue>);

impl Locked {
    pub fn get(&self, field: Field) -> Option<&LockedValue> {
        self.0.get(&field)
    }

    pub fn is_locked(&self, field: Field) -> bool {
        self.0.contains_key(&field)
    }

    pub fn source(&self, field: Field) -> Source {
        self.get(field).map_or(Source::Entered, |locked| locked.source)
    }

    pub fn iter(&self) -> impl Iterator<Item = (Field, &LockedValue)> {
        self.0.iter().map(|(field, locked)| (*field, locked))
    }

    /// Locks a field unless the value is blank or the field is locked already.
    fn lock(&mut self, field: Field, value: &str, source: Source) {
        if !tidy(value).is_empty() {
            self.0.entry(field).or_insert_with(|| LockedValue { value: value.to_owned(), source });
        }
    }
}

/// Says which fields are locked, to which values.
///
/// Registered path: every non-blank value of the certificate. Both paths: the exam; name and document number (the
/// portal's where the certificate has none, so that nobody types another person's); birth month and gender where the
/// document number tells them. Everything else is free.
pub fn locked_fields(path: Path<'_>, person: &Applicant) -> Locked {
    let mut locked = Locked::default();
    match path {
        Path::Registered { certificate: c } => {
            let values = [
                (Field::Exam, &c.exam),
                (Field::Year, &c.year),
                (Field::Name, &c.name),
                (Field::DocumentNumber, &c.document_number),
                (Field::Level, &c.level),
                (Field::Specialty, &c.specialty),
                (Field::City, &c.city),
                (Field::CertificateNumber, &c.certificate_number),
                (Field::ApprovalDate, &c.approval_date),
            ];
            for (field, value) in values {
                locked.lock(field, value, Source::Registered);
            }
        }
        Path::Manual { exam } => locked.lock(Field::Exam, exam, Source::Chosen),
        Path::Old { exam } => {
            locked.lock(Field::Exam, exam, Source::OldApplication);
            locked.lock(Field::Name, &person.name, Source::OldApplication);
            locked.lock(Field::DocumentNumber, &person.document_number, Source::OldApplication);
        }
    }
    locked.lock(Field::Name, &person.name, Source::Portal);
    locked.lock(Field::DocumentNumber, &person.document_number, Source::Portal);
    if let Some((month, gender)) = person.resident_number.as_deref().and_then(birth_month_and_gender) {
        locked.lock(Field::BirthMonth, &month, Source::DocumentNumber);
        locked.lock(Field::Gender, gender.as_str(), Source::DocumentNumber);
    }
    locked
}

/// `submitted` with every locked value in its place, whatever was sent for it.
pub fn merge(locked: &Locked, submitted: Input) -> Input {
    let mut merged = submitted;
    for (field, value) in locked.iter() {
        merged.set(field, value.value.as_str());
    }
    merged
}

/// Values are personal data, and none of these types may print one through `{:?}`.
macro_rules! debug_without_values {
    ($($name:ty),*) => {$(
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(stringify!($name)).finish_non_exhaustive()
            }
        }
    )*};
}
debug_without_values!(Registered, Applicant, Path<'_>, LockedValue);

impl std::fmt::Debug for Locked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_map().entries(self.iter().map(|(field, locked)| (field.as_str(), locked.source))).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn certificate() -> Registered {
        Registered {
            exam: "ZJ".into(),
            year: "2017".into(),
            name: "测试".into(),
            document_number: "110101900307123".into(),
            level: "级别".into(),
            specialty: "专业".into(),
            city: "济南市".into(),
            certificate_number: "16039686".into(),
            approval_date: String::new(),
        }
    }

    fn person() -> Applicant {
        Applicant {
            name: "测 试".into(),
            document_number: "110101199003071233".into(),
            resident_number: Some("110101199003071233".into()),
        }
    }

    fn sources(locked: &Locked) -> Vec<(Field, Source)> {
        locked.iter().map(|(field, value)| (field, value.source)).collect()
    }

    #[test]
    fn the_registered_path_locks_what_is_registered_and_leaves_the_rest_free() {
        let certificate = certificate();
        let locked = locked_fields(Path::Registered { certificate: &certificate }, &person());
        assert_eq!(
            sources(&locked),
            [
                (Field::Exam, Source::Registered),
                (Field::Year, Source::Registered),
                (Field::Name, Source::Registered),
                (Field::DocumentNumber, Source::Registered),
                (Field::BirthMonth, Source::DocumentNumber),
                (Field::Gender, Source::DocumentNumber),
                (Field::CertificateNumber, Source::Registered),
                (Field::Level, Source::Registered),
                (Field::Specialty, Source::Registered),
                (Field::City, Source::Registered),
            ]
        );
        let value = |field| locked.get(field).map(|locked| locked.value.as_str());
        assert_eq!(value(Field::Name), Some("测试"));
        assert_eq!(value(Field::DocumentNumber), Some("110101900307123"));
        assert_eq!(value(Field::BirthMonth), Some("199003"));
        assert_eq!(locked.source(Field::ApprovalDate), Source::Entered);
        assert_eq!(locked.source(Field::Contact), Source::Entered);
    }

    #[test]
    fn a_certificate_without_a_name_takes_the_portals_rather_than_a_typed_one() {
        let certificate = Registered { name: " ".into(), document_number: String::new(), ..certificate() };
        let locked = locked_fields(Path::Registered { certificate: &certificate }, &person());
        assert_eq!(locked.source(Field::Name), Source::Portal);
        assert_eq!(locked.source(Field::DocumentNumber), Source::Portal);
    }

    #[test]
    fn the_manual_path_locks_exam_and_identity() {
        let locked = locked_fields(Path::Manual { exam: "JSJ" }, &person());
        assert_eq!(
            sources(&locked),
            [
                (Field::Exam, Source::Chosen),
                (Field::Name, Source::Portal),
                (Field::DocumentNumber, Source::Portal),
                (Field::BirthMonth, Source::DocumentNumber),
                (Field::Gender, Source::DocumentNumber),
            ]
        );
    }

    #[test]
    fn a_passport_leaves_birth_month_and_gender_free() {
        let person = Applicant { name: "A".into(), document_number: "E12345678".into(), resident_number: None };
        let locked = locked_fields(Path::Manual { exam: "JSJ" }, &person);
        assert!(!locked.is_locked(Field::BirthMonth) && !locked.is_locked(Field::Gender));
    }

    #[test]
    fn debug_output_holds_no_value() {
        let certificate = certificate();
        let path = Path::Registered { certificate: &certificate };
        let locked = locked_fields(path, &person());
        let printed = format!("{locked:?} {path:?} {certificate:?} {:?} {:?}", person(), locked.get(Field::Name));
        assert!(!printed.contains("测试") && !printed.contains("110101"), "{printed}");
    }

    proptest! {
        #[test]
        fn what_the_browser_sends_for_a_locked_field_has_no_effect(sent in any::<String>()) {
            let certificate = certificate();
            let locked = locked_fields(Path::Registered { certificate: &certificate }, &person());
            let mut submitted = Input::default();
            for field in Field::ALL {
                submitted.set(field, sent.as_str());
            }
            let merged = merge(&locked, submitted);
            for field in Field::ALL.into_iter().filter(|field| *field != Field::Photo) {
                let expected = locked.get(field).map_or(sent.as_str(), |locked| locked.value.as_str());
                prop_assert_eq!(merged.get(field), expected);
            }
        }
    }
}

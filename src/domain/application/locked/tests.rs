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

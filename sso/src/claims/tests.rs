use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::blank::trimmed;
use crate::config::PortalConfig;
use crate::words::DocumentTypeWord;

fn identity(claims: &Value) -> Result<PortalIdentity, LoginError> {
    let claims = claims.as_object().unwrap().clone();
    Claims::new(claims).identity(&PortalConfig::default(), PortalSession::none())
}

#[test]
fn numbers_are_read_as_the_text_they_are_written_with() {
    let identity =
        identity(&json!({ "userid": 12, "papersnumber": 110_101_199_003_071_233_u64, "authlevel": 1 })).unwrap();
    assert_eq!(identity.subject, "12");
    assert_eq!(identity.document_number.as_deref(), Some("110101199003071233"));
    assert_eq!(identity.level, Some(1));
}

#[test]
fn the_first_place_that_holds_a_value_wins() {
    let identity =
        identity(&json!({ "sub": "s", "name": " ", "cn": null, "username": "甲", "realname": "乙" })).unwrap();
    assert_eq!(identity.name.as_deref(), Some("甲"));
}

#[test]
fn a_value_of_another_shape_is_not_taken_for_an_absent_one() {
    let identity =
        identity(&json!({ "sub": "s", "usertype": ["1"], "paperstype": {}, "level": true, "cn": [1] })).unwrap();
    assert_eq!(identity.user_type, UserType::Unmapped);
    assert_eq!(identity.document_type, DocumentType::Unmapped);
    assert_eq!(identity.document_type.word(), None);
    assert_eq!((identity.level, identity.name), (None, None));
}

#[test]
fn codes_are_mapped() {
    let identity = identity(&json!({ "sub": "s", "type": "2", "idcardtype": "1" })).unwrap();
    assert_eq!(identity.user_type, UserType::Corporate);
    assert_eq!(identity.document_type.word(), Some(DocumentTypeWord::ResidentId));
}

#[test]
fn blanks_around_attributes_are_taken_away_and_those_of_a_subject_refused() {
    let answer = |key: &str, value: &str| {
        let mut answer = json!({ "sub": "s", "cn": "甲", "papersnumber": "1", "authlevel": "1", "usertype": "2" });
        answer[key] = json!(value);
        identity(&answer)
    };
    for blank in ["\t", "\n", "\u{3000}", "\u{a0}", "\u{85}"] {
        assert_eq!(answer("cn", &format!("{blank}乙{blank}")).unwrap().name.as_deref(), Some("乙"));
        let number = answer("papersnumber", &format!("{blank}12{blank}34{blank}")).unwrap().document_number.unwrap();
        assert_eq!(number.chars().filter(char::is_ascii_digit).collect::<String>(), "1234");
        assert_eq!(answer("authlevel", &format!("{blank}2{blank}")).unwrap().level, Some(2));
        assert_eq!(answer("usertype", &format!("1{blank}")).unwrap().user_type, UserType::Personal);
        assert!(answer("sub", &format!("s{blank}")).is_err() && answer("sub", &format!("{blank}s")).is_err());
        assert_eq!(answer("cn", blank).unwrap().name, None);
    }
    assert!(answer("cn", "甲\t乙").is_err() && answer("papersnumber", "1\u{0}").is_err());
}

#[test]
fn without_a_subject_there_is_no_identity() {
    for claims in [json!({}), json!({ "sub": "" }), json!({ "sub": null }), json!({ "sub": ["s"] })] {
        assert!(matches!(identity(&claims), Err(LoginError::BadAnswer { .. })), "{claims}");
    }
}

proptest! {
    #[test]
    fn accepted_subjects_are_short_trimmed_and_without_control_characters(subject in "\\PC{0,300}|.{0,8}") {
        if check_subject(&subject).is_ok() {
            prop_assert!(!subject.is_empty() && subject.chars().count() <= 255);
            prop_assert_eq!(subject.trim(), subject.as_str());
            prop_assert!(!subject.chars().any(char::is_control));
        }
    }

    #[test]
    fn accepted_attributes_never_hold_control_characters(name in ".{0,300}") {
        if let Ok(identity) = identity(&json!({ "sub": "s", "cn": name })) {
            let accepted = identity.name.unwrap_or_default();
            prop_assert!(!accepted.chars().any(char::is_control));
            prop_assert!(accepted.is_empty() || accepted == trimmed(&name));
        }
    }
}

#[test]
fn what_cannot_be_read_is_never_passed_over_for_a_lesser_place() {
    let person = |extra: Value| {
        let mut answer = json!({ "sub": "s", "name": "甲", "papersnumber": "1", "authlevel": "1" });
        answer.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        identity(&answer)
    };
    for usertype in [json!(["2"]), json!(""), json!({}), json!(2.5), json!(true)] {
        let identity = person(json!({ "usertype": usertype, "type": "1" })).unwrap();
        assert_eq!(identity.user_type, UserType::Unmapped, "{usertype}");
    }
    assert_eq!(person(json!({ "usertype": null, "type": "2" })).unwrap().user_type, UserType::Corporate);
    assert_eq!(person(json!({ "authlevel": [], "creditable_level_of_account": "2" })).unwrap().level, None);
    for subject in [json!({}), json!(""), json!(123_456_789_012_345_678_901_f64), json!(["s"])] {
        let refused = identity(&json!({ "sub": subject, "userid": "of-another-kind", "name": "甲" }));
        assert!(matches!(refused, Err(LoginError::BadAnswer { .. })), "{subject}");
    }
}

#[test]
fn two_subjects_beyond_64_bits_do_not_become_one() {
    for digits in ["123456789012345678901", "123456789012345678902"] {
        let answer: Value = serde_json::from_str(&format!("{{\"userid\":{digits}}}")).unwrap();
        assert!(identity(&answer).is_err(), "{digits}");
        let answer = json!({ "userid": digits });
        assert_eq!(identity(&answer).unwrap().subject, digits, "as a text it is kept to the last digit");
    }
}

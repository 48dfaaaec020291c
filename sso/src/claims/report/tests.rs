use serde_json::json;

use super::*;
use serde_json::Value;

fn report(answer: &Value) -> Vec<FieldReport> {
    Claims::new(answer.as_object().unwrap().clone()).report(&PortalConfig::default())
}

#[test]
fn places_and_meanings_are_shown_and_values_are_not() {
    let report = report(&json!({
        "userid": "citizen-77", "cn": "测试", "papersnumber": "110101199003071233", "paperstype": "1", "authlevel": "2",
        "usertype": 1, "mobile": "13800000000"
    }));
    let told = format!("{report:?}");
    for secret in ["citizen-77", "测试", "110101199003071233", "13800000000"] {
        assert!(!told.contains(secret), "{told}");
    }
    let shown: Vec<_> =
        report.iter().map(|field| (field.attribute.as_str(), field.place.as_deref(), field.shown.as_str())).collect();
    assert_eq!(shown[0], ("subject", Some("userid"), "c********7"));
    assert_eq!(shown[1], ("name", Some("cn"), "测*"));
    assert_eq!(shown[4], ("level", Some("authlevel"), "2"));
    assert_eq!(shown[6], ("", Some("/mobile"), "a text"));
    assert!(report.iter().all(|field| field.severity == Severity::Ok));
}

#[test]
fn what_would_be_refused_is_a_problem_with_the_key_to_look_at() {
    let report =
        report(&json!({ "sub": "s", "papersnumber": "1101**********1233", "authlevel": "A9", "usertype": {} }));
    let problems: Vec<_> = report.iter().filter(|field| field.severity == Severity::Problem).collect();
    let attributes: Vec<_> = problems.iter().map(|field| field.attribute.as_str()).collect();
    assert_eq!(attributes, ["name", "document_number", "level", "user_type"], "{report:#?}");
    assert!(problems[0].message.contains("portal.claims.name"));
    assert!(problems[2].message.contains("portal.levels"));
}

#[test]
fn fields_within_fields_are_listed_by_the_pointer_to_write_down() {
    let report = report(
        &json!({ "sub": "s", "userobj": { "a/b": 1 }, "data": "{\"XM\":\"测试\",\"more\":{\"SFZHM\":\"110101199003071233\"}}" }),
    );
    let places: Vec<_> =
        report.iter().filter(|field| field.attribute.is_empty()).map(|field| field.place.clone().unwrap()).collect();
    assert_eq!(places, ["/data/XM", "/data/more/SFZHM", "/userobj/a~1b"]);
    assert!(!format!("{report:?}").contains("测试"));
}

#[test]
fn a_number_behind_a_wrong_name_is_not_shown_as_a_code() {
    let report = report(&json!({ "sub": "s", "level": "110101199003071233", "usertype": "91370100MA3TEXT004" }));
    let told = format!("{report:?}");
    assert!(!told.contains("110101199003071233") && !told.contains("91370100MA3TEXT004"), "{told}");
}

#[test]
fn an_account_whose_kind_is_nowhere_is_a_warning_unless_the_portal_has_one_kind_alone() {
    let kind = |report: &[FieldReport]| report[5].severity;
    assert_eq!(kind(&report(&json!({ "sub": "s", "userType": "2" }))), Severity::Warning);
}

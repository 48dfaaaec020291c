use proptest::prelude::*;
use reqwest::StatusCode;
use serde_json::json;

use super::*;
use crate::config::DataFormat;

fn config() -> JisConfig {
    let refusals = [("100101", Refusal::Ticket), ("000201", Refusal::Service), ("E9", Refusal::Outage)];
    JisConfig {
        app_word: "0123456789abcdef".into(),
        refusals: refusals.map(|(code, meaning)| (code.to_owned(), meaning)).into(),
        ..JisConfig::default()
    }
}

fn answer(status: u16, body: &Value) -> JsonAnswer {
    let status = StatusCode::from_u16(status).unwrap();
    JsonAnswer { status, body: body.as_object().cloned().unwrap_or_default(), date: None }
}

fn told(body: &Value) -> Verdict {
    verdict(&answer(200, body), &config())
}

#[test]
fn success_is_the_configured_code_as_a_text_or_a_number() {
    for code in [json!("000000"), json!(" 000000 "), json!(0)] {
        assert_eq!(told(&json!({ "retcode": code })), Verdict::Success, "{code}");
    }
    for code in
        [json!("0"), json!("00000"), json!(1), json!(-0.5), json!(true), json!({}), json!([0]), json!(null), json!("")]
    {
        assert!(matches!(told(&json!({ "retcode": code })), Verdict::Refused(_)), "{code}");
    }
    assert_eq!(told(&json!({})), Verdict::Refused(None));
    assert!(matches!(verdict(&answer(404, &json!({ "retcode": "000000" })), &config()), Verdict::Refused(_)));
}

#[test]
fn refusals_mean_what_the_configuration_says_and_what_is_not_listed_means_an_old_ticket() {
    let meaning = |service, status, code| refusal(&config(), service, status, code);
    for service in [Service::Ticket, Service::Person] {
        assert!(matches!(meaning(service, 200, Some("100101")), LoginError::Expired { .. }));
        assert!(
            matches!(meaning(service, 200, Some("201")), LoginError::Rejected { .. }),
            "a number without its zeros"
        );
        assert!(matches!(meaning(service, 200, Some("E9")), LoginError::Unavailable { .. }));
        assert!(matches!(meaning(service, 401, None), LoginError::Rejected { .. }));
        assert!(matches!(meaning(service, 403, Some("7")), LoginError::Rejected { .. }));
        assert!(matches!(meaning(service, 200, None), LoginError::BadAnswer { .. }));
    }
    assert!(matches!(meaning(Service::Ticket, 200, Some("7")), LoginError::Expired { .. }));
    assert!(matches!(meaning(Service::Person, 200, Some("7")), LoginError::BadAnswer { .. }));
}

#[test]
fn data_is_an_object_or_a_text_that_holds_one() {
    let open = |data: Value| unpack(&config(), answer(200, &json!({ "data": data })).body, Service::Person);
    for data in [json!({ "a": 1 }), json!("{\"a\":1}"), json!("\"{\\\"a\\\":1}\"")] {
        assert_eq!(open(data).unwrap(), *json!({ "a": 1 }).as_object().unwrap());
    }
    for data in [json!(null), json!(""), json!("token"), json!(7), json!([{ "a": 1 }]), json!("[1]"), json!(true)] {
        assert!(matches!(open(data.clone()), Err(LoginError::BadAnswer { .. })), "{data}");
    }
    let whole = JisConfig { data_pointer: String::new(), ..config() };
    let body = answer(200, &json!({ "retcode": "000000", "token": "t" })).body;
    assert_eq!(unpack(&whole, body.clone(), Service::Ticket).unwrap(), body);
}

#[test]
fn where_data_is_packed_a_person_told_openly_is_refused_and_an_open_token_is_not() {
    let config = JisConfig { data: DataFormat::AesEcbHex, ..config() };
    let open = |data: &Value, service| unpack(&config, answer(200, &json!({ "data": data })).body, service);
    for data in [json!({ "token": "t" }), json!("{\"token\":\"t\"}")] {
        assert!(open(&data, Service::Ticket).is_ok());
        assert_eq!(open(&data, Service::Person), Err(bad_answer("its data cannot be deciphered")));
    }
    for data in [json!(""), json!("00"), json!("00".repeat(16)), json!("abcde"), json!("0".repeat(33))] {
        for service in [Service::Ticket, Service::Person] {
            assert_eq!(open(&data, service), Err(bad_answer("its data cannot be deciphered")), "{data}");
        }
    }
}

#[test]
fn data_has_a_key_of_its_own_where_one_is_configured() {
    assert_eq!(config().cipher_key(), b"0123456789abcdef");
    assert_eq!(JisConfig { data_key: "fedcba9876543210".into(), ..config() }.cipher_key(), b"fedcba9876543210");
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "[0-9a-fA-F]{0,64}|.{0,20}|\\{.{0,10}\\}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map("retcode|data|token|[a-z]{1,4}", inner, 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn no_answer_makes_it_panic_and_only_success_is_opened(
        status in prop_oneof![Just(200u16), 200u16..500], body in any_json(), good in any::<bool>(), packed in any::<bool>()
    ) {
        let mut body = if body.is_object() { body } else { json!({ "data": body }) };
        if good {
            body["retcode"] = json!("000000");
        }
        let data = if packed { DataFormat::AesEcbHex } else { DataFormat::Json };
        let config = JisConfig { data, ..config() };
        let answer = answer(status, &body);
        match verdict(&answer, &config) {
            Verdict::Success => {
                prop_assert!(good && answer.status.is_success());
                let _ = unpack(&config, answer.body.clone(), Service::Ticket);
                if unpack(&config, answer.body, Service::Person).is_ok() {
                    prop_assert!(!packed, "garbage was deciphered");
                }
            }
            Verdict::Refused(code) => {
                prop_assert!(!good || !answer.status.is_success());
                let told = refusal(&config, Service::Ticket, status, code.as_deref()).to_string();
                if let Some(code) = code.filter(|code| code.len() > 8) {
                    prop_assert!(!told.contains(&code));
                }
            }
        }
    }
}

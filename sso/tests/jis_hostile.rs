//! Tickets: every broken or hostile answer of the interface, and what becomes of it.

mod common;

use std::time::Duration;

use common::{Stage, bad_answer, is_unavailable};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};
use sso::simulator::{Dress, Endpoint, Fault, JisShape, Packing, Protocol, SimulatorConfig};
use sso::{LoginError, PortalConfig, PortalIdentity};

const BOTH: [Endpoint; 2] = [Endpoint::Ticket, Endpoint::Person];

fn speaking(shape: JisShape) -> SimulatorConfig {
    SimulatorConfig { protocol: Protocol::Jis(shape), ..SimulatorConfig::default() }
}

async fn stage() -> Stage {
    stage_with(|_| {}).await
}

async fn stage_with(adjust: impl FnOnce(&mut PortalConfig)) -> Stage {
    Stage::of(speaking(JisShape::shandong()), adjust).await
}

/// One sign-in under one fault, which must have been used.
async fn under(stage: &Stage, fault: Fault) -> Result<PortalIdentity, LoginError> {
    stage.simulator.fault(fault.clone());
    let result = stage.ticket_sign_in("ceshi").await;
    assert_eq!(stage.simulator.unused_faults(), 0, "{fault:?} was never used");
    result
}

#[tokio::test]
async fn a_portal_that_fails_or_breaks_off_is_unavailable() {
    let stage = stage().await;
    for endpoint in BOTH {
        assert!(is_unavailable(&under(&stage, Fault::ServerError(endpoint)).await), "{endpoint:?}");
        assert!(is_unavailable(&under(&stage, Fault::retcode(endpoint, JisShape::BUSY)).await), "{endpoint:?}");
    }
}

#[tokio::test]
async fn a_portal_that_is_silent_or_drips_is_given_up_in_time() {
    // The other request of the same sign-in has to be answered within it, on a busy machine too.
    let patience = Duration::from_secs(2);
    let mut cases = tokio::task::JoinSet::new();
    for endpoint in BOTH {
        for fault in [Fault::Slow(endpoint), Fault::Drip(endpoint)] {
            cases.spawn(async move {
                let stage = stage_with(|config| config.jis.request_timeout = patience).await;
                let result = tokio::time::timeout(Duration::from_secs(30), under(&stage, fault.clone())).await;
                assert!(is_unavailable(&result.expect("in time")), "{fault:?}");
            });
        }
    }
    assert_eq!(cases.join_all().await.len(), 4);
}

#[tokio::test]
async fn answers_that_are_too_large_redirected_or_no_json_are_refused() {
    let stage = stage().await;
    for endpoint in BOTH {
        assert_eq!(bad_answer(&under(&stage, Fault::Endless(endpoint)).await), "it is larger than max_body");
        assert_eq!(bad_answer(&under(&stage, Fault::Huge(endpoint)).await), "it is larger than max_body");
        let elsewhere = Fault::Redirect(endpoint, "http://127.0.0.1:1/".to_owned());
        assert_eq!(bad_answer(&under(&stage, elsewhere).await), "it redirected a request of our server");
        for fault in
            [Fault::NotJson(endpoint), Fault::Raw(endpoint, vec![0xff; 40]), Fault::Raw(endpoint, b"[{}]".to_vec())]
        {
            assert_eq!(bad_answer(&under(&stage, fault).await), "it is not a JSON object");
        }
    }
}

#[tokio::test]
async fn oddly_dressed_answers_are_read() {
    let stage = stage().await;
    for endpoint in BOTH {
        for dress in [Dress::Html, Dress::SpacedContentType, Dress::ByteOrderMark, Dress::Created, Dress::Gbk] {
            let identity = under(&stage, Fault::Dressed(endpoint, dress)).await;
            assert_eq!(identity.unwrap_or_else(|error| panic!("{dress:?}: {error}")).subject, "ceshi");
        }
        for retcode in [json!(0), json!(" 000000")] {
            assert!(under(&stage, Fault::Patch(endpoint, json!({ "retcode": retcode }))).await.is_ok());
        }
    }
}

#[tokio::test]
async fn refusals_say_what_the_visitor_or_the_operator_can_do() {
    let stage = stage().await;
    for endpoint in BOTH {
        let result = under(&stage, Fault::retcode(endpoint, JisShape::BAD_TICKET)).await;
        assert!(matches!(result, Err(LoginError::Expired { .. })), "{result:?}");
        for code in [JisShape::BAD_MARK, JisShape::BAD_SIGN, JisShape::BAD_TIME] {
            let result = under(&stage, Fault::retcode(endpoint, code)).await;
            assert!(matches!(result, Err(LoginError::Rejected { .. })), "{result:?}");
        }
        for body in [json!({ "retcode": null }), json!({ "retcode": {} }), json!({ "retcode": "" })] {
            assert_eq!(
                bad_answer(&under(&stage, Fault::Patch(endpoint, body)).await),
                "it does not say whether it succeeded"
            );
        }
        let result = under(&stage, Fault::Error(endpoint, "bad_request")).await;
        assert_eq!(bad_answer(&result), "it does not say whether it succeeded");
    }
    let unlisted = under(&stage, Fault::retcode(Endpoint::Ticket, "424242")).await;
    assert!(matches!(unlisted, Err(LoginError::Expired { .. })), "{unlisted:?}");
    let unlisted = under(&stage, Fault::retcode(Endpoint::Person, "424242")).await;
    assert_eq!(bad_answer(&unlisted), "it refuses its own token");
}

#[tokio::test]
async fn a_wrong_word_mark_or_clock_of_ours_is_told_as_such() {
    type Change = fn(&mut PortalConfig);
    let changes: [Change; 2] = [
        |config| config.jis.app_word = "another word 016".into(),
        |config| config.jis.interface_app_param = "x".into(),
    ];
    for change in changes {
        let result = stage_with(change).await.ticket_sign_in("ceshi").await;
        assert!(matches!(result, Err(LoginError::Rejected { .. })), "{result:?}");
    }
    let stage = stage().await;
    let late = chrono::Utc::now() + chrono::TimeDelta::minutes(6);
    let returned = stage.fetch_ticket("ceshi").await.unwrap();
    let callback = stage.callback(&returned).unwrap();
    let result = stage.portal.finish(returned.pending, callback, late).await;
    assert!(matches!(result, Err(LoginError::Rejected { .. })), "{result:?}");
}

#[tokio::test]
async fn data_that_cannot_be_deciphered_is_refused_with_one_and_the_same_reason() {
    for packing in [Packing::PersonSealed, Packing::Sealed] {
        let stage = Stage::of(speaking(JisShape { packing, ..JisShape::shandong() }), |_| {}).await;
        let blocks = "00".repeat(16);
        let broken =
            [json!(""), json!("00"), json!("not hexadecimal"), json!(blocks), json!(blocks[1..]), json!({}), json!(7)];
        let broken = broken.map(|data| Fault::Patch(Endpoint::Person, json!({ "data": data })));
        for fault in broken.into_iter().chain([Fault::ForeignKey(Endpoint::Person)]) {
            let result = under(&stage, fault.clone()).await;
            assert_eq!(bad_answer(&result), "its data cannot be deciphered", "{fault:?}");
        }
    }
    let sealed = JisShape { packing: Packing::Sealed, ..JisShape::shandong() };
    let stage = Stage::of(speaking(sealed), |_| {}).await;
    let result = under(&stage, Fault::ForeignKey(Endpoint::Ticket)).await;
    assert_eq!(bad_answer(&result), "its data cannot be deciphered");
}

#[tokio::test]
async fn success_without_data_or_with_data_of_another_shape_is_refused() {
    for packing in [Packing::Object, Packing::Text] {
        let stage = Stage::of(speaking(JisShape { packing, ..JisShape::shandong() }), |_| {}).await;
        for endpoint in BOTH {
            let absent = under(&stage, Fault::Patch(endpoint, json!({ "data": null }))).await;
            assert_eq!(bad_answer(&absent), "it tells success and holds no data");
            for data in [json!("测试"), json!([]), json!("[{}]"), json!(1), json!(true), json!("")] {
                let result = under(&stage, Fault::Patch(endpoint, json!({ "data": data }))).await;
                assert_eq!(bad_answer(&result), "its data is not a JSON object", "{data}");
            }
        }
    }
}

#[tokio::test]
async fn tokens_that_are_none_go_nowhere() {
    let stage = stage().await;
    for token in [json!(null), json!(""), json!("  "), json!({}), json!(["t"]), json!(true)] {
        let result = under(&stage, Fault::PatchData(Endpoint::Ticket, json!({ "token": token }))).await;
        assert_eq!(bad_answer(&result), "its answer to the ticket holds no token", "{token}");
    }
    for token in [json!("a b"), json!("令牌"), json!("a\u{0}b"), json!("a\r\nb"), json!("t".repeat(16 * 1024 + 1))] {
        let result = under(&stage, Fault::PatchData(Endpoint::Ticket, json!({ "token": token }))).await;
        assert_eq!(bad_answer(&result), "its token holds characters that it cannot hold", "{token}");
    }
    assert_eq!(stage.simulator.requests(Endpoint::Person), 0);
    // The token of somebody else, or none that the portal knows.
    let result = under(&stage, Fault::PatchData(Endpoint::Ticket, json!({ "token": "\"}{\"x\":\"" }))).await;
    assert!(matches!(result, Err(LoginError::Expired { .. })), "{result:?}");
}

#[tokio::test]
async fn persons_without_a_usable_subject_or_with_odd_attributes_are_refused() {
    let stage = stage().await;
    for (patch, reason) in [
        (json!({ "uuid": null }), "there is no subject"),
        (json!({ "uuid": {} }), "there is no subject"),
        (json!({ "uuid": "a\u{200b}" }), "the subject holds invisible characters"),
        (json!({ "uuid": "a\u{0}b" }), "the subject holds control characters"),
        (json!({ "uuid": " a" }), "the subject begins or ends with a blank"),
        (json!({ "uuid": "a".repeat(256) }), "the subject is too long"),
        (json!({ "name": "测\u{0}试" }), "an attribute holds control characters"),
        (json!({ "papersnumber": "1".repeat(257) }), "an attribute is too long"),
    ] {
        assert_eq!(bad_answer(&under(&stage, Fault::PatchData(Endpoint::Person, patch)).await), reason);
    }
    let nested =
        under(&stage, Fault::PatchData(Endpoint::Person, json!({ "papersnumber": ["1"], "authlevel": {} }))).await;
    let identity = nested.unwrap();
    assert_eq!((identity.document_number, identity.level), (None, None));
}

#[tokio::test]
async fn nothing_of_what_was_sent_or_answered_stands_in_an_error() {
    let stage = stage().await;
    let words = json!({ "retcode": "110101199003071233", "msg": "测试 simulator secret", "data": "ceshi" });
    for endpoint in BOTH {
        let error = under(&stage, Fault::Patch(endpoint, words.clone())).await.unwrap_err();
        let shown = format!("{error} {error:?}");
        for private in ["110101199003071233", "测试", "simulator secret", "ceshi"] {
            assert!(!shown.contains(private), "{shown}");
        }
    }
}

#[tokio::test]
async fn a_number_that_loses_digits_in_reading_is_neither_a_token_nor_a_subject() {
    let stage = Stage::of(speaking(JisShape { packing: Packing::Object, ..JisShape::open() }), |_| {}).await;
    for number in ["110101199003071233445566", "18446744073709551616", "1.5", "4711e3"] {
        let body = format!("{{\"retcode\":\"000000\",\"data\":{{\"token\":{number},\"uuid\":{number}}}}}");
        for endpoint in BOTH {
            bad_answer(&under(&stage, Fault::Raw(endpoint, body.clone().into_bytes())).await);
        }
    }
}

/// Any JSON, with the names that are looked for.
fn any_answer() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        Just(json!("000000")),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        // Beyond 64 bits: these travel with an exponent.
        "[1-9][0-9]{19,40}(\\.[0-9]{1,20})?".prop_filter_map("a number", |digits| serde_json::from_str(&digits).ok()),
        "[0-9a-f]{32}|.{0,12}|\\{\"uuid\":.{0,8}\\}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::hash_map("data|token|msg|name|x", inner, 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

#[test]
fn no_answer_of_either_service_makes_it_panic_or_makes_a_person_out_of_garbage() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for packing in [Packing::Text, Packing::Sealed] {
        let stage = runtime.block_on(Stage::of(speaking(JisShape { packing, ..JisShape::shandong() }), |_| {}));
        let mut runner = TestRunner::new(ProptestConfig { cases: 60, ..ProptestConfig::default() });
        let cases = (any_answer(), prop::sample::select(&BOTH[..]), any::<bool>());
        let tried = runner.run(&cases, |(answer, endpoint, whole)| {
            let fault = if whole {
                Fault::Patch(endpoint, json!({ "retcode": "000000", "data": answer }))
            } else {
                Fault::PatchData(endpoint, json!({ "token": answer, "uuid": answer }))
            };
            match runtime.block_on(under(&stage, fault)) {
                Ok(identity) => {
                    prop_assert!(identity.check().is_ok());
                    prop_assert!(!whole || packing == Packing::Text, "garbage was deciphered");
                }
                Err(error) => {
                    let is_ours = matches!(error, LoginError::StateMismatch | LoginError::BadCallback { .. });
                    prop_assert!(!is_ours, "{error}");
                }
            }
            Ok(())
        });
        tried.unwrap();
    }
}

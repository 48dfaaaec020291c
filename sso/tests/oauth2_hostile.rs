//! Each answer of an OAuth 2.0 portal that must not lead to a session, and that none of them hangs, panics or tells secrets.
// A failed preparation may panic.
#![allow(clippy::unwrap_used)]

mod common;

use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::Utc;
use common::{Stage, bad_answer, is_unavailable};
use proptest::prelude::*;
use serde_json::{Value, json};
use sso::simulator::{self, Endpoint, Fault, OAuth2Shape, Persona, Protocol, SimulatorConfig};
use sso::{LoginError, PortalConfig};
use tracing_subscriber::layer::SubscriberExt;

async fn stage(shape: OAuth2Shape) -> Stage {
    adjusted(shape, |_| {}).await
}

async fn adjusted(shape: OAuth2Shape, adjust: impl FnOnce(&mut PortalConfig)) -> Stage {
    let config = SimulatorConfig { protocol: Protocol::OAuth2(Box::new(shape)), ..SimulatorConfig::default() };
    Stage::of(config, adjust).await
}

const ASKED: [Endpoint; 2] = [Endpoint::Token, Endpoint::UserInfo];

#[tokio::test]
async fn huge_and_endless_answers_are_cut_off() {
    let stage = stage(OAuth2Shape::hunan()).await;
    for endpoint in ASKED {
        for fault in [Fault::Huge(endpoint), Fault::Endless(endpoint)] {
            assert_eq!(bad_answer(&stage.under(fault).await), "it is larger than max_body", "{endpoint:?}");
        }
    }
    stage.sign_in("ceshi").await.unwrap();
}

#[tokio::test]
async fn slow_and_dripping_answers_end_with_the_time_out() {
    let mut cases = tokio::task::JoinSet::new();
    for endpoint in ASKED {
        for fault in [Fault::Slow(endpoint), Fault::Drip(endpoint)] {
            cases.spawn(async move {
                let stage =
                    adjusted(OAuth2Shape::standard(), |config| config.oauth2.timeout = Duration::from_secs(4)).await;
                assert!(is_unavailable(&stage.under(fault).await), "{endpoint:?}");
                stage.sign_in("ceshi").await.unwrap();
            });
        }
    }
    assert_eq!(cases.join_all().await.len(), 4);
}

#[tokio::test]
async fn server_errors_are_unavailability_and_pass() {
    let stage = stage(OAuth2Shape::guangdong()).await;
    for endpoint in ASKED {
        assert!(is_unavailable(&stage.under(Fault::ServerError(endpoint)).await), "{endpoint:?}");
        let told = stage.under(Fault::Patch(endpoint, json!({ "error": "temporarily_unavailable" }))).await;
        assert!(is_unavailable(&told), "{endpoint:?}");
    }
    stage.sign_in("ceshi").await.unwrap();
}

#[tokio::test]
async fn redirects_are_not_followed_with_the_secret() {
    let elsewhere = stage(OAuth2Shape::guangdong()).await;
    for endpoint in ASKED {
        let stage = stage(OAuth2Shape::guangdong()).await;
        for path in ["/tif/sso/connect/page/oauth2/access_token", "/tif/sso/connect/page/oauth2/tokeninfo"] {
            let place = format!("{}{path}", elsewhere.simulator.base_url());
            let result = stage.under(Fault::Redirect(endpoint, place)).await;
            assert_eq!(bad_answer(&result), "it redirected a request of our server");
        }
    }
    assert_eq!(
        (elsewhere.simulator.requests(Endpoint::Token), elsewhere.simulator.requests(Endpoint::UserInfo)),
        (0, 0)
    );
}

#[tokio::test]
async fn what_is_no_answer_at_all_is_refused() {
    let stage = stage(OAuth2Shape::standard()).await;
    for endpoint in ASKED {
        for fault in [
            Fault::NotJson(endpoint),
            Fault::Patch(endpoint, json!([1])),
            Fault::Patch(endpoint, Value::Null),
            Fault::Raw(endpoint, Vec::new()),
            Fault::Raw(endpoint, b"{\"sub\":\"s\",".to_vec()),
            Fault::Raw(endpoint, b"callback({\"sub\":\"s\",\"access_token\":\"t\"})".to_vec()),
            Fault::Raw(endpoint, vec![0xff; 400]),
            Fault::Raw(endpoint, "[".repeat(100_000).into_bytes()),
            Fault::Raw(endpoint, "{\"data\":".repeat(100_000).into_bytes()),
        ] {
            bad_answer(&stage.under(fault).await);
        }
    }
    stage.sign_in("ceshi").await.unwrap();
}

#[tokio::test]
async fn an_error_inside_a_200_is_an_error() {
    let standard = stage(OAuth2Shape::standard()).await;
    let hunan = stage(OAuth2Shape::hunan()).await;
    let expired = LoginError::Expired { what: "it no longer accepts the code" };
    for (stage, endpoint, patch, expected) in [
        (&standard, Endpoint::Token, json!({ "error": "invalid_grant" }), Some(expired)),
        (
            &standard,
            Endpoint::Token,
            json!({ "error": "invalid_client" }),
            Some(LoginError::Rejected { what: "invalid_client" }),
        ),
        (&standard, Endpoint::Token, json!({ "error": 500 }), None),
        (&standard, Endpoint::UserInfo, json!({ "error": "invalid_token" }), None),
        (&hunan, Endpoint::Token, json!({ "code": "40001" }), Some(expired)),
        (&hunan, Endpoint::Token, json!({ "code": 40001 }), Some(expired)),
        (&hunan, Endpoint::Token, json!({ "code": "500" }), None),
        (&hunan, Endpoint::Token, json!({ "code": null }), None),
        (&hunan, Endpoint::Token, json!({ "code": "2000" }), None),
        (&hunan, Endpoint::Token, json!({ "code": ["200"] }), None),
        (&hunan, Endpoint::UserInfo, json!({ "code": "500" }), None),
        (&hunan, Endpoint::UserInfo, json!({ "code": null }), None),
    ] {
        let result = stage.under(Fault::Patch(endpoint, patch.clone())).await;
        match expected {
            Some(expected) => assert_eq!(result.unwrap_err(), expected, "{patch}"),
            None => assert!(matches!(result, Err(LoginError::BadAnswer { .. })), "{patch}: {result:?}"),
        }
    }
}

#[tokio::test]
async fn errors_of_the_token_endpoint_say_whose_fault_it_is() {
    let stage = stage(OAuth2Shape::standard()).await;
    let used = stage.under(Fault::Error(Endpoint::Token, "invalid_grant")).await;
    assert!(matches!(used, Err(LoginError::Expired { .. })));
    let ours = stage.under(Fault::Error(Endpoint::Token, "unauthorized_client")).await;
    assert_eq!(ours.unwrap_err(), LoginError::Rejected { what: "unauthorized_client" });
    let theirs = stage.under(Fault::Error(Endpoint::Token, "their_own_word")).await;
    bad_answer(&theirs);
    bad_answer(&stage.under(Fault::Error(Endpoint::UserInfo, "invalid_token")).await);
}

#[tokio::test]
async fn a_wrong_client_secret_is_our_own_fault() {
    for shape in [OAuth2Shape::standard(), OAuth2Shape::guangdong()] {
        let stage = adjusted(shape, |config| config.oauth2.client_secret = "wrong".into()).await;
        assert_eq!(stage.sign_in("ceshi").await.unwrap_err(), LoginError::Rejected { what: "invalid_client" });
    }
}

#[tokio::test]
async fn access_tokens_that_cannot_stand_where_they_go_are_refused_without_using_them() {
    let long = "x".repeat(20_000);
    for shape in [OAuth2Shape::standard(), OAuth2Shape::guangdong()] {
        let stage = stage(shape).await;
        for token in ["a\r\nX-Evil: 1", "a\u{0}", "a b", "", "令牌", "a\u{7f}", "a\tb", &long] {
            bad_answer(&stage.under(Fault::access_token(token)).await);
        }
        for token in [json!(null), json!(true), json!({}), json!([])] {
            bad_answer(&stage.under(Fault::Patch(Endpoint::Token, json!({ "access_token": token }))).await);
        }
        assert_eq!(stage.simulator.requests(Endpoint::UserInfo), 0);
    }
}

#[tokio::test]
async fn a_token_in_a_query_stays_one_parameter() {
    let stage = stage(OAuth2Shape::guangdong()).await;
    // It is not the token that the portal gave out, so it knows nobody by it, and no parameter was smuggled in.
    for token in ["a&access_token=b", "a#b", "%00", "a?b=c"] {
        bad_answer(&stage.under(Fault::access_token(token)).await);
    }
    assert_eq!(stage.simulator.requests(Endpoint::UserInfo), 4);
}

#[tokio::test]
async fn odd_subjects_are_refused() {
    let stage = stage(OAuth2Shape::guangdong()).await;
    let long = "x".repeat(256);
    for subject in ["", " ", "a\u{0}b", "a\nb", " a", "a ", "a\u{3000}", "a\u{200b}", "\u{fffd}", &long] {
        stage.simulator.add_persona(Persona { subject: subject.to_owned(), ..Persona::citizen("guai", "怪", "1") });
        bad_answer(&stage.sign_in("guai").await);
    }
    for person in [
        json!({ "useridcode": null }),
        json!({ "useridcode": ["ceshi"] }),
        json!({ "useridcode": true }),
        json!({ "useridcode": {} }),
        json!(null),
        json!("{\"cn\":\"测试\"}"),
        json!("ceshi"),
    ] {
        let result = stage.under(Fault::Patch(Endpoint::UserInfo, json!({ "userobj": person }))).await;
        assert_eq!(bad_answer(&result), "there is no subject", "{person}");
    }
}

#[tokio::test]
async fn control_characters_and_endless_attributes_are_refused() {
    let stage = stage(OAuth2Shape::guangdong()).await;
    for (field, value) in
        [("cn", "测\u{0}试"), ("cn", "测\n试"), ("idcardnumber", "1101\u{7f}"), ("cn", &"名".repeat(300))]
    {
        bad_answer(&stage.under(Fault::Patch(Endpoint::UserInfo, json!({ "userobj": { field: value } }))).await);
    }
}

#[tokio::test]
async fn a_return_without_a_code_or_with_two_is_refused() {
    let stage = stage(OAuth2Shape::standard()).await;
    let result = stage.under(Fault::Patch(Endpoint::Authorize, json!({ "code": null }))).await;
    assert!(matches!(result, Err(LoginError::BadCallback { .. })));
    let result = stage.under(Fault::Patch(Endpoint::Authorize, json!({ "state": null }))).await;
    assert!(matches!(result, Err(LoginError::BadCallback { .. })));
    let result = stage.under(Fault::Patch(Endpoint::Authorize, json!({ "state": "another" }))).await;
    assert_eq!(result.unwrap_err(), LoginError::StateMismatch);
    for code in ["", "a\u{0}", "码", &"x".repeat(9000)] {
        let result = stage.under(Fault::Patch(Endpoint::Authorize, json!({ "code": code }))).await;
        assert!(matches!(result, Err(LoginError::BadCallback { .. })), "{code:.20}");
    }
    let forged = stage.under(Fault::Patch(Endpoint::Authorize, json!({ "code": "a&client_secret=x" }))).await;
    assert!(matches!(forged, Err(LoginError::Expired { .. })));
    assert!(matches!(stage.portal.receive("", "code=a&code=b&state=s"), Err(LoginError::BadCallback { .. })));
}

#[tokio::test]
async fn the_portals_sign_in_page_may_break_in_every_way_too() {
    let stage = stage(OAuth2Shape::standard()).await;
    for fault in [
        Fault::ServerError(Endpoint::Authorize),
        Fault::NotJson(Endpoint::Authorize),
        Fault::Huge(Endpoint::Authorize),
        Fault::Raw(Endpoint::Authorize, b"out of order".to_vec()),
    ] {
        stage.simulator.fault(fault.clone());
        let (url, _) = stage.portal.begin(Utc::now()).await.unwrap();
        assert!(simulator::sign_in(&url, "ceshi").await.is_err(), "{fault:?} sends nobody back");
        assert_eq!(stage.simulator.unused_faults(), 0);
    }
    stage.simulator.fault(Fault::Redirect(Endpoint::Authorize, "http://elsewhere.example/".to_owned()));
    let (url, _) = stage.portal.begin(Utc::now()).await.unwrap();
    assert_eq!(simulator::sign_in(&url, "ceshi").await.unwrap().host_str(), Some("elsewhere.example"));
}

/// Everything that any library logs, as text.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn neither_errors_nor_logs_nor_debug_prints_tell_secrets_or_persons() {
    let log = Log::default();
    let writer = log.clone();
    let layer = tracing_subscriber::fmt::layer().with_writer(move || writer.clone());
    let _guard = tracing::subscriber::set_default(tracing_subscriber::registry().with(layer));

    let shown = |value: &dyn std::fmt::Debug| write!(log.clone(), "{value:?}").unwrap();
    let stage = stage(OAuth2Shape::hunan()).await;
    shown(&stage.simulator.portal_config());
    shown(&stage.portal);
    let secret = "SECRET-110101199003071233";
    for fault in [
        Fault::access_token(&format!("{secret}\u{7}")),
        Fault::Patch(Endpoint::Token, json!({ "code": secret, "message": secret })),
        Fault::Patch(Endpoint::Token, json!({ "error": secret })),
        Fault::Patch(Endpoint::UserInfo, json!({ "code": secret })),
        Fault::Patch(Endpoint::UserInfo, json!({ "data": { "userid": format!("{secret}\n") } })),
        Fault::Patch(Endpoint::UserInfo, json!({ "data": { "userid": "s", "authlevel": secret, "usertype": secret } })),
        Fault::Raw(Endpoint::UserInfo, secret.as_bytes().to_vec()),
        Fault::Redirect(Endpoint::Token, format!("http://{secret}.example/")),
        Fault::ServerError(Endpoint::UserInfo),
    ] {
        let returned = stage.go_to_portal("ceshi").await.unwrap();
        stage.simulator.fault(fault);
        let callback = stage.receive(&returned.url).unwrap();
        let code = returned.url.query_pairs().find(|(name, _)| name == "code").unwrap().1.into_owned();
        let handle = returned.pending.handle().to_owned();
        shown(&callback);
        shown(&returned.pending);
        let result = stage.portal.finish(returned.pending, callback, Utc::now()).await;
        if let Err(error) = &result {
            write!(log.clone(), "{error}").unwrap();
        }
        shown(&result);
        let told = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
        for private in
            [&code, &handle, "110101199003071233", "测试", "simulator secret", "simulator+secret", "simulator%20secret"]
        {
            assert!(!told.contains(private), "{private} in {told}");
        }
    }
    shown(&stage.portal.check(Utc::now()).await);
    let Stage { simulator, portal } = stage;
    let (_, pending) = portal.begin(Utc::now()).await.unwrap();
    let callback = portal.receive(&format!("/{}", pending.handle()), "code=the-code-itself").unwrap();
    simulator.shutdown().await;
    shown(&portal.finish(pending, callback, Utc::now()).await);
    let told = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(told.contains("portal.claims.level"), "the log was listened to: {told}");
    for private in ["the-code-itself", "simulator secret", "simulator+secret", "simulator%20secret"] {
        assert!(!told.contains(private), "{private} in {told}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn whatever_the_portal_sends_over_the_wire_nobody_is_signed_in_by_garbage(
        bodies in prop::collection::vec((any::<bool>(), prop::collection::vec(any::<u8>(), 0..200)), 8)
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let stage = stage(OAuth2Shape::hunan()).await;
            for (token, body) in bodies {
                let endpoint = if token { Endpoint::Token } else { Endpoint::UserInfo };
                let result = stage.under(Fault::Raw(endpoint, body)).await;
                assert!(matches!(result, Err(LoginError::BadAnswer { .. })), "{result:?}");
            }
            stage.sign_in("ceshi").await.unwrap();
        });
    }

    #[test]
    fn no_return_of_the_browser_signs_anyone_in_but_the_one_the_portal_made(
        tail in "(/[A-Za-z0-9_-]{0,60}|[ -~]{0,30})", query in "((code|state|error|iss|x)=[ -~]{0,20}&){0,2}", ours in any::<bool>(),
        code in "[A-Za-z0-9+%._~-]{1,20}"
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            for shape in [OAuth2Shape::standard(), OAuth2Shape::hunan()] {
                let echoes = shape.echoes_state;
                let stage = stage(shape).await;
                let (_, pending) = stage.portal.begin(Utc::now()).await.unwrap();
                let query = if ours { format!("code={code}&{}", query.replace("code=", "x=")) } else { query.clone() };
                let (tail, query) = match (ours, echoes) {
                    (false, _) => (tail.clone(), query.clone()),
                    (true, true) => (String::new(), format!("{}state={}", query.replace("state=", "x="), pending.handle())),
                    (true, false) => (format!("/{}", pending.handle()), query.clone()),
                };
                let Ok(callback) = stage.portal.receive(&tail, &query) else { continue };
                let result = stage.portal.finish(pending, callback, Utc::now()).await;
                let asked = stage.simulator.requests(Endpoint::Token);
                // A code that the portal never gave out is shown to it, and refused there.
                assert!(result.is_err() && asked <= usize::from(ours), "{tail} {query}: {result:?} {asked}");
                assert!(!ours || !matches!(result, Err(LoginError::StateMismatch)), "{tail} {query}");
                assert_eq!(stage.simulator.requests(Endpoint::UserInfo), 0);
            }
        });
    }
}

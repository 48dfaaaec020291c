//! Each answer that must not lead to a session, and that none of them hangs or panics.

mod common;

use std::time::Duration;

use chrono::{TimeDelta, Utc};
use common::{CALLBACK, Stage, bad_answer, is_unavailable};
use serde_json::{Value, json};
use sso::simulator::{Endpoint, Fault, Persona};
use sso::{Callback, LoginError};

/// Seconds from now, as a claim.
fn in_seconds(seconds: i64) -> i64 {
    Utc::now().timestamp() + seconds
}

#[tokio::test]
async fn id_tokens_that_are_not_for_this_sign_in_are_refused() {
    let stage = Stage::new().await;
    let at_hash = json!({ "at_hash": "bm90IHRoZSBoYXNo" });
    for (fault, reason) in [
        (Fault::WrongNonce, "the ID token belongs to another sign-in"),
        (Fault::Claims(json!({ "nonce": null })), "the ID token belongs to another sign-in"),
        (Fault::WrongAudience, "the ID token is for another audience"),
        (Fault::Claims(json!({ "aud": null })), "the ID token is for another audience"),
        (Fault::Claims(json!({ "aud": ["buzheng", "another"] })), "the ID token is for another audience"),
        (Fault::WrongIssuer, "the ID token is from another issuer"),
        (Fault::Claims(json!({ "aud": [] })), "the ID token is for another audience"),
        (Fault::Claims(json!({ "aud": ["buzheng", 7] })), "the ID token is for another audience"),
        (Fault::Claims(json!({ "nonce": 7 })), "the ID token belongs to another sign-in"),
        (Fault::Claims(json!({ "azp": "another-client" })), "the ID token was issued to another party"),
        (Fault::Claims(json!({ "azp": ["buzheng"] })), "the ID token was issued to another party"),
        (Fault::Claims(json!({ "at_hash": 7 })), "the ID token belongs to another access token"),
        (Fault::Claims(at_hash), "the ID token belongs to another access token"),
    ] {
        assert_eq!(bad_answer(&stage.under(fault).await), reason);
    }
    stage.sign_in("ceshi").await.unwrap();
}

#[tokio::test]
async fn an_id_token_with_a_member_twice_is_refused_whichever_of_the_two_is_good() {
    let stage = Stage::new().await;
    let claims = ["iss", "sub", "aud", "nonce", "sid", "exp"].map(Fault::RepeatedClaim);
    for fault in claims.into_iter().chain([Fault::RepeatedHeader]) {
        assert_eq!(bad_answer(&stage.under(fault).await), "the ID token cannot be read");
    }
}

#[tokio::test]
async fn id_tokens_out_of_their_time_are_refused() {
    let stage = Stage::new().await;
    for (fault, reason) in [
        (Fault::Expired, "the ID token has expired"),
        (Fault::Claims(json!({ "exp": in_seconds(-70) })), "the ID token has expired"),
        (Fault::Claims(json!({ "iat": in_seconds(90) })), "the ID token is issued in the future"),
        (Fault::Claims(json!({ "iat": in_seconds(-600) })), "the ID token is older than the sign-in"),
        (Fault::Claims(json!({ "nbf": in_seconds(90) })), "the ID token is not valid yet"),
        (Fault::Claims(json!({ "nbf": "soon" })), "the ID token's nbf cannot be read"),
        (Fault::Claims(json!({ "auth_time": in_seconds(90) })), "the ID token's auth_time is impossible"),
        (Fault::Claims(json!({ "auth_time": -1 })), "the ID token's auth_time is impossible"),
        (Fault::Claims(json!({ "exp": null })), "the ID token does not say when it expires"),
        (Fault::Claims(json!({ "exp": 1e300 })), "the ID token's exp cannot be read"),
        (Fault::Claims(json!({ "exp": "2099-01-01" })), "the ID token's exp cannot be read"),
        (Fault::Claims(json!({ "iat": null })), "the ID token does not say when it was issued"),
        (Fault::Claims(json!({ "iat": [] })), "the ID token's iat cannot be read"),
    ] {
        assert_eq!(bad_answer(&stage.under(fault).await), reason);
    }
}

#[tokio::test]
async fn clocks_may_be_apart_by_the_leeway() {
    let stage = Stage::new().await;
    for claims in [
        json!({ "exp": in_seconds(-20) }),
        json!({ "iat": in_seconds(40), "nbf": in_seconds(40), "auth_time": in_seconds(40) }),
        json!({ "iat": in_seconds(-40) }),
    ] {
        stage.under(Fault::Claims(claims)).await.unwrap();
    }
    let stage = Stage::with(|config| config.oidc.clock_leeway = Duration::ZERO).await;
    let result = stage.sign_in_at("ceshi", Utc::now() - TimeDelta::seconds(20)).await;
    assert_eq!(bad_answer(&result), "the ID token is issued in the future");
}

#[tokio::test]
async fn unsigned_and_wrongly_signed_id_tokens_are_refused() {
    let stage = Stage::new().await;
    for (fault, reason) in [
        (Fault::AlgNone, "the ID token is not signed"),
        (Fault::HmacSecret, "the ID token is signed with an algorithm that is not allowed"),
        (Fault::UnknownKey, "the ID token is signed by none of its keys"),
        (Fault::ForgedKey, "the ID token is signed by none of its keys"),
        (Fault::missing_id_token(), "its token answer holds no ID token"),
        (Fault::Patch(Endpoint::Token, json!({ "id_token": "" })), "its token answer holds no ID token"),
        (Fault::Patch(Endpoint::Token, json!({ "id_token": "a.b.c" })), "the ID token cannot be read"),
        (Fault::Patch(Endpoint::Token, json!({ "id_token": 7 })), "its token answer holds no ID token"),
    ] {
        assert_eq!(bad_answer(&stage.under(fault).await), reason);
    }
    stage.sign_in("ceshi").await.unwrap();
}

#[tokio::test]
async fn the_client_secret_is_a_signing_key_only_where_the_configuration_says_so() {
    let stage = Stage::with(|config| config.oidc.allowed_algs = vec!["HS256".to_owned()]).await;
    // The at_hash of the simulator is SHA-256's, which HS256 shares.
    stage.under(Fault::HmacSecret).await.unwrap();
    let result = stage.sign_in("ceshi").await;
    assert_eq!(bad_answer(&result), "the ID token is signed with an algorithm that is not allowed");
}

#[tokio::test]
async fn what_the_portal_announces_does_not_widen_the_algorithms() {
    let stage = Stage::new().await;
    let announced = json!({ "id_token_signing_alg_values_supported": ["HS256", "none", "ES256"] });
    stage.simulator.fault(Fault::Patch(Endpoint::Discovery, announced));
    bad_answer(&stage.under(Fault::HmacSecret).await);
    bad_answer(&stage.under(Fault::AlgNone).await);
}

#[tokio::test]
async fn odd_subjects_are_refused() {
    let stage = Stage::new().await;
    let long = "x".repeat(256);
    for subject in
        ["", " ", "a\u{0}b", "a\nb", " a", "a ", "a\u{3000}", "a\u{200b}", "a\u{202e}b", "\u{fffd}", "\u{85}", &long]
    {
        stage.simulator.add_persona(Persona { subject: subject.to_owned(), ..Persona::citizen("guai", "怪", "1") });
        let result = stage.sign_in("guai").await;
        bad_answer(&result);
    }
    for subject in ["x", "用户 1", &"x".repeat(255)] {
        stage.simulator.add_persona(Persona { subject: subject.to_owned(), ..Persona::citizen("guai", "怪", "1") });
        assert_eq!(stage.sign_in("guai").await.unwrap().subject, subject);
    }
    for claims in [json!({ "sub": null }), json!({ "sub": 5 }), json!({ "sub": ["ceshi"] })] {
        bad_answer(&stage.under(Fault::Claims(claims)).await);
    }
}

#[tokio::test]
async fn control_characters_and_endless_attributes_are_refused() {
    let stage = Stage::new().await;
    for (field, value) in
        [("cn", "测\u{0}试"), ("cn", "测\n试"), ("papersnumber", "1101\u{7f}"), ("cn", &"名".repeat(300))]
    {
        bad_answer(&stage.under(Fault::Patch(Endpoint::UserInfo, json!({ field: value }))).await);
    }
}

#[tokio::test]
async fn user_information_about_somebody_else_is_refused() {
    let stage = Stage::new().await;
    let other = "its user information is about another subject";
    assert_eq!(bad_answer(&stage.under(Fault::foreign_user_info()).await), other);
    let case = Fault::Patch(Endpoint::UserInfo, json!({ "sub": "CESHI" }));
    assert_eq!(bad_answer(&stage.under(case).await), other);
    let missing = Fault::Patch(Endpoint::UserInfo, json!({ "sub": null }));
    assert_eq!(bad_answer(&stage.under(missing).await), "its user information names no subject");
    bad_answer(&stage.under(Fault::Error(Endpoint::UserInfo, "invalid_token")).await);
}

#[tokio::test]
async fn user_information_does_not_overrule_the_signed_token() {
    let stage = Stage::new().await;
    stage.simulator.fault(Fault::Patch(Endpoint::UserInfo, json!({ "papersnumber": "370102197508203313" })));
    let identity = stage.under(Fault::Claims(json!({ "papersnumber": "110101199003071233" }))).await.unwrap();
    assert_eq!(identity.document_number.as_deref(), Some("110101199003071233"));
}

#[tokio::test]
async fn access_tokens_that_cannot_stand_in_a_header_are_refused_without_using_them() {
    let stage = Stage::new().await;
    let long = "x".repeat(20_000);
    for token in ["a\r\nX-Evil: 1", "a\u{0}", "a b", "", "=", "令牌", "a\u{7f}", "a\tb", &long] {
        bad_answer(&stage.under(Fault::access_token(token)).await);
    }
    for patch in [json!({ "access_token": null }), json!({ "access_token": 1 }), json!({ "token_type": "DPoP" })] {
        bad_answer(&stage.under(Fault::Patch(Endpoint::Token, patch)).await);
    }
    assert_eq!(stage.simulator.requests(Endpoint::UserInfo), 0);
}

#[tokio::test]
async fn huge_and_endless_answers_are_cut_off() {
    let stage = Stage::new().await;
    for endpoint in [Endpoint::Discovery, Endpoint::Token, Endpoint::Keys, Endpoint::UserInfo] {
        for fault in [Fault::Huge(endpoint), Fault::Endless(endpoint)] {
            let fresh = Stage::new().await;
            assert_eq!(bad_answer(&fresh.under(fault).await), "it is larger than max_body", "{endpoint:?}");
        }
    }
    stage.sign_in("ceshi").await.unwrap();
}

#[tokio::test]
async fn slow_and_dripping_answers_end_with_the_time_out() {
    let mut cases = tokio::task::JoinSet::new();
    for endpoint in [Endpoint::Discovery, Endpoint::Token, Endpoint::Keys, Endpoint::UserInfo] {
        for fault in [Fault::Slow(endpoint), Fault::Drip(endpoint)] {
            cases.spawn(async move {
                let stage = Stage::with(|config| config.oidc.timeout = Duration::from_secs(4)).await;
                assert!(is_unavailable(&stage.under(fault).await), "{endpoint:?}");
                stage.sign_in("ceshi").await.unwrap();
            });
        }
    }
    assert_eq!(cases.join_all().await.len(), 8);
}

#[tokio::test]
async fn server_errors_are_unavailability_and_pass() {
    for endpoint in [Endpoint::Discovery, Endpoint::Token, Endpoint::Keys, Endpoint::UserInfo] {
        let stage = Stage::new().await;
        assert!(is_unavailable(&stage.under(Fault::ServerError(endpoint)).await), "{endpoint:?}");
        stage.sign_in("ceshi").await.unwrap();
    }
}

#[tokio::test]
async fn what_is_not_a_json_object_is_refused() {
    for endpoint in [Endpoint::Discovery, Endpoint::Token, Endpoint::Keys, Endpoint::UserInfo] {
        for fault in [Fault::NotJson(endpoint), Fault::Patch(endpoint, json!([1])), Fault::Patch(endpoint, Value::Null)]
        {
            let stage = Stage::new().await;
            bad_answer(&stage.under(fault).await);
        }
    }
}

#[tokio::test]
async fn redirects_are_not_followed() {
    for endpoint in [Endpoint::Discovery, Endpoint::Token, Endpoint::Keys, Endpoint::UserInfo] {
        let stage = Stage::new().await;
        let elsewhere = Stage::new().await;
        let place = format!("{}/token", elsewhere.simulator.base_url());
        let result = stage.under(Fault::Redirect(endpoint, place)).await;
        assert_eq!(bad_answer(&result), "it redirected a request of our server");
        assert_eq!(elsewhere.simulator.requests(Endpoint::Token), 0);
    }
}

#[tokio::test]
async fn errors_of_the_token_endpoint_say_whose_fault_it_is() {
    let stage = Stage::new().await;
    let used = stage.under(Fault::Error(Endpoint::Token, "invalid_grant")).await;
    assert!(matches!(used, Err(LoginError::Expired { .. })));
    let ours = stage.under(Fault::Error(Endpoint::Token, "invalid_client")).await;
    assert_eq!(ours.unwrap_err(), LoginError::Rejected { what: "invalid_client" });
    let polite = Fault::Patch(Endpoint::Token, json!({ "error": "invalid_scope", "access_token": null }));
    assert_eq!(stage.under(polite).await.unwrap_err(), LoginError::Rejected { what: "invalid_scope" });
}

#[tokio::test]
async fn a_wrong_client_secret_is_our_own_fault() {
    let stage = Stage::with(|config| config.oidc.client_secret = "wrong".into()).await;
    assert_eq!(stage.sign_in("ceshi").await.unwrap_err(), LoginError::Rejected { what: "invalid_client" });
}

#[tokio::test]
async fn a_swapped_endpoint_receives_nothing() {
    let elsewhere = Stage::new().await;
    let foreign = elsewhere.simulator.base_url();
    for name in ["token_endpoint", "authorization_endpoint", "jwks_uri", "userinfo_endpoint"] {
        let stage = Stage::new().await;
        stage.simulator.fault(Fault::Patch(Endpoint::Discovery, json!({ name: format!("{foreign}/x") })));
        let result = stage.portal.begin(Utc::now()).await;
        assert!(matches!(result, Err(LoginError::BadAnswer { .. })), "{name}");
    }
    let stage = Stage::new().await;
    stage.simulator.fault(Fault::swapped_token_endpoint(&format!("{foreign}/token")));
    let findings = stage.portal.check(Utc::now()).await;
    assert!(findings[0].message.contains("token_endpoint"), "{findings:?}");
}

#[tokio::test]
async fn an_endpoint_on_a_listed_host_is_used() {
    let elsewhere = Stage::new().await;
    let host = elsewhere.simulator.address().to_string();
    let stage = Stage::with(|config| config.oidc.allowed_hosts = vec![host]).await;
    stage.simulator.fault(Fault::swapped_token_endpoint(&format!("{}/token", elsewhere.simulator.base_url())));
    let result = stage.sign_in("ceshi").await;
    // The other portal has never seen this code.
    assert!(matches!(result, Err(LoginError::Expired { .. })));
    assert_eq!(elsewhere.simulator.requests(Endpoint::Token), 1);
}

#[tokio::test]
async fn a_foreign_sign_out_endpoint_is_not_used_and_does_not_stop_the_sign_in() {
    let stage = Stage::new().await;
    let foreign = json!({ "end_session_endpoint": "https://evil.example/out" });
    let identity = stage.under(Fault::Patch(Endpoint::Discovery, foreign)).await.unwrap();
    assert!(stage.portal.sign_out_url(&identity.session, &CALLBACK.parse().unwrap(), "s").is_none());
}

#[tokio::test]
async fn a_discovery_document_of_another_issuer_is_refused_and_the_next_good_one_is_used() {
    let stage = Stage::new().await;
    for issuer in [format!("{}/", stage.simulator.base_url()), "https://portal.example".to_owned(), String::new()] {
        bad_answer(&stage.under(Fault::Patch(Endpoint::Discovery, json!({ "issuer": issuer }))).await);
    }
    bad_answer(&stage.under(Fault::Patch(Endpoint::Discovery, json!({ "jwks_uri": null }))).await);
    bad_answer(&stage.under(Fault::Error(Endpoint::Discovery, "not_here")).await);
    stage.sign_in("ceshi").await.unwrap();
}

#[tokio::test]
async fn a_return_that_names_another_issuer_or_none_is_refused_also_when_it_brings_an_error() {
    let stage = Stage::new().await;
    for issuer in [Some("https://portal.example".to_owned()), None] {
        let result = stage.under(Fault::CallbackIssuer(issuer)).await;
        assert!(matches!(result, Err(LoginError::BadCallback { .. })), "{result:?}");
    }
    assert_eq!(stage.simulator.requests(Endpoint::Token), 0);
    let (_, pending) = stage.portal.begin(Utc::now()).await.unwrap();
    let query = format!("error=access_denied&state={}&iss=https%3A%2F%2Fportal.example", pending.handle());
    let result = stage.portal.finish(pending, Callback::parse(&query).unwrap(), Utc::now()).await;
    assert!(matches!(result, Err(LoginError::BadCallback { .. })));
}

#[tokio::test]
async fn a_return_without_state_or_without_anything_is_refused() {
    let stage = Stage::new().await;
    let (_, pending) = stage.portal.begin(Utc::now()).await.unwrap();
    let result = stage.portal.finish(pending, Callback::parse("code=abc").unwrap(), Utc::now()).await;
    assert!(matches!(result, Err(LoginError::BadCallback { .. })));
    let (_, pending) = stage.portal.begin(Utc::now()).await.unwrap();
    let query = format!("state={}&iss={}", pending.handle(), stage.simulator.base_url());
    let result = stage.portal.finish(pending, Callback::parse(&query).unwrap(), Utc::now()).await;
    assert!(matches!(result, Err(LoginError::BadCallback { .. })));
}

#[tokio::test]
async fn the_one_time_value_counts_as_state_alone() {
    let stage = Stage::new().await;
    for state in ["somebody-elses", "HANDLE"] {
        let mut returned = stage.go_to_portal("ceshi").await.unwrap();
        let handle = returned.pending.handle().to_owned();
        let query = returned.url.query().unwrap().replace(&handle, &state.replace("HANDLE", &handle));
        returned.url.set_query(Some(&query));
        let callback = stage.portal.receive(&format!("/{handle}"), &query).unwrap();
        let result = stage.portal.finish(returned.pending, callback, Utc::now()).await;
        assert!(matches!(result, Err(LoginError::BadCallback { .. })), "{state}: {result:?}");
    }
    assert_eq!(stage.simulator.requests(Endpoint::Token), 0);
}

#[tokio::test]
async fn no_error_repeats_what_the_portal_sent() {
    let stage = Stage::new().await;
    let secret = "SECRET-110101199003071233";
    for fault in [
        Fault::Claims(json!({ "iss": format!("https://{secret}.example") })),
        Fault::Claims(json!({ "nonce": secret })),
        Fault::Claims(json!({ "aud": secret })),
        Fault::access_token("SECRET-110101199003071233\u{7}"),
        Fault::Patch(Endpoint::Token, json!({ "error": secret })),
        Fault::Patch(Endpoint::UserInfo, json!({ "sub": secret })),
        Fault::Patch(Endpoint::UserInfo, json!({ "cn": format!("{secret}\u{7}") })),
    ] {
        let error = stage.under(fault).await.unwrap_err();
        assert!(!format!("{error} {error:?}").contains("110101199003071233"), "{error:?}");
    }
}

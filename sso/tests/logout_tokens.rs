//! Logout tokens (Back-Channel Logout 1.0 §2.4 to §2.6): which are accepted, which are not, and that no form of them does harm.

#![allow(clippy::unwrap_used)]

mod common;

use std::time::Duration;

use chrono::{TimeDelta, Utc};
use common::Stage;
use common::logout::{claims, notice, refusal};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};
use sso::config::TokenEndpointAuthMethod;
use sso::simulator::{Endpoint, Fault};

/// Seconds from now, as a claim.
fn in_seconds(seconds: i64) -> i64 {
    Utc::now().timestamp() + seconds
}

#[tokio::test]
async fn tokens_in_every_allowed_form_are_accepted() {
    let stage = Stage::new().await;
    for change in [
        json!({}),
        json!({ "sid": null }),
        json!({ "sub": null }),
        json!({ "aud": ["buzheng"] }),
        json!({ "iat": in_seconds(0) - 1, "exp": 4_102_444_800.5 }),
        json!({ "nbf": in_seconds(40) }),
        json!({ "sid": 7 }),
        json!({ "exp": in_seconds(-20) }),
        // Unknown claims and further events are ignored.
        json!({ "trace": [1], "toe": 7, "events": {
            "http://schemas.openid.net/event/backchannel-logout": { "reason": "x" }, "https://portal.example/event": 1 } }),
    ] {
        notice(&stage, &change).await.unwrap_or_else(|error| panic!("{change}: {error}"));
    }
    for typ in [None, Some("JWT"), Some("jwt"), Some("logout+jwt"), Some("LOGOUT+JWT"), Some("application/logout+jwt")]
    {
        let token = stage.simulator.signed_token(&claims(&stage), typ).unwrap();
        stage.portal.logout_notice(&token, Utc::now()).await.unwrap_or_else(|error| panic!("{typ:?}: {error}"));
    }
}

#[tokio::test]
async fn a_token_says_whose_sessions_end_and_until_when_its_id_must_be_remembered() {
    let stage = Stage::new().await;
    let by_subject = notice(&stage, &json!({ "sid": null })).await.unwrap();
    assert_eq!((by_subject.subject.as_deref(), by_subject.sid), (Some("ceshi"), None));
    let by_session = notice(&stage, &json!({ "sub": null })).await.unwrap();
    assert_eq!((by_session.subject, by_session.sid.as_deref()), (None, Some("sid-1")));
    assert_eq!((by_session.id.as_str(), by_session.issuer.as_str()), ("jti-1", stage.simulator.base_url()));

    // A token that claims to live for years is not remembered for years: it is too old for us after some minutes.
    let notice = notice(&stage, &json!({ "exp": in_seconds(100_000_000) })).await.unwrap();
    assert!(notice.good_until < Utc::now() + TimeDelta::minutes(15));
    let token = stage.simulator.signed_token(&claims(&stage), None).unwrap();
    let late = stage.portal.logout_notice(&token, notice.good_until + TimeDelta::seconds(1)).await;
    assert_eq!(refusal(late), "the logout token has expired");
}

#[tokio::test]
async fn tokens_that_are_none_are_refused() {
    let stage = Stage::new().await;
    for (change, reason) in [
        (json!({ "iss": null }), "the logout token is from another issuer"),
        (json!({ "iss": 7 }), "the logout token is from another issuer"),
        (json!({ "aud": null }), "the logout token is for another audience"),
        (json!({ "aud": [] }), "the logout token is for another audience"),
        (json!({ "aud": ["buzheng", "another"] }), "the logout token is for another audience"),
        (json!({ "iat": null }), "the logout token does not say when it was issued"),
        (json!({ "iat": in_seconds(90) }), "the logout token is issued in the future"),
        (json!({ "iat": in_seconds(-700) }), "the logout token has expired"),
        (json!({ "iat": "today" }), "the logout token holds an impossible time"),
        (json!({ "exp": null }), "the logout token does not say when it expires"),
        (json!({ "exp": in_seconds(-70) }), "the logout token has expired"),
        (json!({ "exp": 1e300 }), "the logout token holds an impossible time"),
        (json!({ "nbf": in_seconds(90) }), "the logout token is not valid yet"),
        (json!({ "events": [] }), "the logout token holds no logout event"),
        (
            json!({ "events": "http://schemas.openid.net/event/backchannel-logout" }),
            "the logout token holds no logout event",
        ),
        (
            json!({ "events": { "http://schemas.openid.net/event/backchannel-logout": true } }),
            "the logout token holds no logout event",
        ),
        (json!({ "jti": null }), "the logout token has no id"),
        (json!({ "jti": "" }), "the logout token names something odd"),
        (json!({ "jti": 7 }), "the logout token names something odd"),
        (json!({ "sub": null, "sid": null }), "the logout token names neither a subject nor a session"),
        (json!({ "sub": "ce\u{0}shi" }), "the logout token names something odd"),
        (json!({ "sid": " sid-1" }), "the logout token names something odd"),
        (json!({ "sid": ["sid-1"] }), "the logout token names something odd"),
    ] {
        assert_eq!(refusal(notice(&stage, &change).await), reason, "{change}");
    }
}

#[tokio::test]
async fn an_id_token_is_no_logout_token_and_a_logout_token_no_id_token() {
    let stage = Stage::new().await;
    // An ID token with everything a logout token needs is betrayed by its nonce, and one without a nonce by the missing event.
    let id_token = json!({ "nonce": "n", "at_hash": "x" });
    assert_eq!(refusal(notice(&stage, &id_token).await), "the logout token holds a nonce, as ID tokens do");
    assert_eq!(refusal(notice(&stage, &json!({ "events": null })).await), "the logout token holds no logout event");
    for typ in ["at+jwt", "secevent+jwt", ""] {
        let token = stage.simulator.signed_token(&claims(&stage), Some(typ)).unwrap();
        let refused = refusal(stage.portal.logout_notice(&token, Utc::now()).await);
        assert_eq!(refused, "the logout token is of another kind", "{typ}");
    }
    let token = stage.simulator.signed_token(&claims(&stage), Some("logout+jwt")).unwrap();
    let result = stage.under(Fault::Patch(Endpoint::Token, json!({ "id_token": token }))).await;
    assert_eq!(common::bad_answer(&result), "the ID token is of a kind that is not accepted");
}

#[tokio::test]
async fn a_token_with_a_member_twice_is_refused() {
    let stage = Stage::new().await;
    let claims = ["iss", "aud", "sub", "sid", "jti", "events"].map(Fault::RepeatedClaim);
    for fault in claims.into_iter().chain([Fault::RepeatedHeader]) {
        let token = stage.simulator.faulty_token(&common::logout::claims(&stage), Some("logout+jwt"), &fault).unwrap();
        let refused = refusal(stage.portal.logout_notice(&token, Utc::now()).await);
        assert_eq!(refused, "the logout token cannot be read", "{fault:?}");
    }
}

#[tokio::test]
async fn wrongly_signed_tokens_are_refused() {
    let stage = Stage::new().await;
    for (fault, reason) in [
        (Fault::UnknownKey, "the logout token is signed by none of its keys"),
        (Fault::ForgedKey, "the logout token is signed by none of its keys"),
        (Fault::AlgNone, "the logout token is not signed"),
        (Fault::HmacSecret, "the logout token is signed with an algorithm that is not allowed"),
    ] {
        let token = stage.simulator.faulty_token(&claims(&stage), Some("logout+jwt"), &fault).unwrap();
        assert_eq!(refusal(stage.portal.logout_notice(&token, Utc::now()).await), reason, "{fault:?}");
    }
    let good = stage.simulator.signed_token(&claims(&stage), None).unwrap();
    let long = format!("{good}{}", "A".repeat(20_000));
    for token in ["", ".", "..", "a.b.c", &good[1..], &format!("{good}.x"), &good[..good.len() - 3], &long] {
        assert!(stage.portal.logout_notice(token, Utc::now()).await.is_err(), "{token}");
    }
}

#[tokio::test]
async fn the_client_secret_signs_only_where_it_is_one_and_the_configuration_says_so() {
    let hmac = vec!["HS256".to_owned()];
    let stage = Stage::with(|config| config.oidc.allowed_algs = hmac.clone()).await;
    for (fault, good) in [(Fault::HmacSecret, true), (Fault::ForgedSecret, false)] {
        let token = stage.simulator.faulty_token(&claims(&stage), None, &fault).unwrap();
        assert_eq!(stage.portal.logout_notice(&token, Utc::now()).await.is_ok(), good, "{fault:?}");
    }
    let stage = Stage::with(|config| {
        config.oidc.allowed_algs = hmac;
        config.oidc.token_endpoint_auth_method = TokenEndpointAuthMethod::None;
    })
    .await;
    let token = stage.simulator.faulty_token(&claims(&stage), None, &Fault::HmacSecret).unwrap();
    let refused = refusal(stage.portal.logout_notice(&token, Utc::now()).await);
    assert_eq!(refused, "the logout token is signed by none of its keys");
}

#[tokio::test]
async fn a_flood_of_foreign_tokens_causes_one_fetch_of_keys_and_worthless_ones_cause_none() {
    let stage = Stage::new().await;
    for _ in 0..10 {
        refusal(notice(&stage, &json!({ "aud": "another" })).await);
    }
    assert_eq!(stage.simulator.requests(Endpoint::Keys), 0);
    for _ in 0..10 {
        let token = stage.simulator.faulty_token(&claims(&stage), None, &Fault::UnknownKey).unwrap();
        refusal(stage.portal.logout_notice(&token, Utc::now()).await);
    }
    assert_eq!(stage.simulator.requests(Endpoint::Keys), 2);
    notice(&stage, &json!({})).await.unwrap();
}

#[tokio::test]
async fn after_a_rotation_a_token_under_either_key_is_accepted() {
    let stage = Stage::with(|config| config.oidc.jwks_min_refresh = Duration::ZERO).await;
    let before = stage.simulator.signed_token(&claims(&stage), None).unwrap();
    stage.portal.logout_notice(&before, Utc::now()).await.unwrap();
    stage.simulator.rotate_key(sso::simulator::KeyKind::Es256).unwrap();
    notice(&stage, &json!({})).await.unwrap();
    // It was under way while the keys changed.
    stage.portal.logout_notice(&before, Utc::now()).await.unwrap();
}

fn json_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
        prop::collection::vec(".{0,4}".prop_map(Value::from), 0..3).prop_map(Value::from),
        prop::collection::hash_map(".{0,4}", any::<i64>(), 0..3).prop_map(|map| json!(map)),
    ]
}

/// Rightly signed tokens with anything in them: whatever is accepted names somebody, for a bounded time.
#[tokio::test]
async fn no_claim_of_any_shape_makes_it_panic_or_last() {
    let stage = Stage::new().await;
    let names = ["iss", "aud", "iat", "exp", "nbf", "jti", "events", "sub", "sid", "nonce"];
    let (name, mut runner) = (prop::sample::select(names.to_vec()), TestRunner::default());
    let strategy = (name.clone(), name, json_value());
    for _ in 0..500 {
        let (one, other, value) = strategy.new_tree(&mut runner).unwrap().current();
        let mut claims = claims(&stage);
        claims[one] = value.clone();
        claims[other] = value;
        let token = stage.simulator.signed_token(&claims, Some("logout+jwt")).unwrap();
        if let Ok(notice) = stage.portal.logout_notice(&token, Utc::now()).await {
            assert!(notice.subject.is_some() || notice.sid.is_some(), "{claims}");
            assert!(!notice.id.is_empty() && notice.good_until < Utc::now() + TimeDelta::minutes(15), "{claims}");
        }
    }
}

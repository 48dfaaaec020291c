//! Rotation of the portal's keys, and key sets with all sorts of things in them.

mod common;

use std::time::Duration;

use common::{Stage, bad_answer};
use serde_json::{Value, json};
use sso::simulator::{Endpoint, Fault, KeyKind};

#[tokio::test]
async fn a_rotated_key_is_fetched_at_once() {
    let stage = Stage::new().await;
    stage.sign_in("ceshi").await.unwrap();
    stage.under(Fault::RotatedKey).await.unwrap();
    assert_eq!(stage.simulator.requests(Endpoint::Keys), 2);
    stage.sign_in("ceshi").await.unwrap();
    assert_eq!(stage.simulator.requests(Endpoint::Keys), 2);
}

#[tokio::test]
async fn a_change_of_algorithm_is_followed() {
    let stage = Stage::new().await;
    for kind in [KeyKind::EdDsa, KeyKind::Es256] {
        let stage = Stage::with(|config| config.oidc.jwks_min_refresh = Duration::ZERO).await;
        stage.sign_in("ceshi").await.unwrap();
        stage.simulator.rotate_key(kind).unwrap();
        stage.sign_in("ceshi").await.unwrap();
    }
    assert_eq!(stage.simulator.requests(Endpoint::Keys), 0);
}

#[tokio::test]
async fn a_flood_of_unknown_keys_causes_one_fetch_and_no_sign_in() {
    let stage = Stage::new().await;
    stage.sign_in("ceshi").await.unwrap();
    for _ in 0..10 {
        bad_answer(&stage.under(Fault::UnknownKey).await);
    }
    assert_eq!(stage.simulator.requests(Endpoint::Keys), 2);
    stage.sign_in("ceshi").await.unwrap();
}

#[tokio::test]
async fn unknown_keys_are_looked_for_again_after_the_throttle() {
    let stage = Stage::with(|config| config.oidc.jwks_min_refresh = Duration::ZERO).await;
    for fetches in [2, 3, 4] {
        bad_answer(&stage.under(Fault::UnknownKey).await);
        assert_eq!(stage.simulator.requests(Endpoint::Keys), fetches);
    }
}

#[tokio::test]
async fn while_the_throttle_holds_a_rotated_key_is_refused_not_trusted() {
    let stage = Stage::new().await;
    bad_answer(&stage.under(Fault::UnknownKey).await);
    assert_eq!(bad_answer(&stage.under(Fault::RotatedKey).await), "the ID token is signed by none of its keys");
}

#[tokio::test]
async fn short_rsa_keys_are_refused_and_named_by_the_check() {
    let stage = Stage::new().await;
    assert_eq!(bad_answer(&stage.under(Fault::WeakKey).await), "the ID token is signed by none of its keys");
    let findings = stage.portal.check(chrono::Utc::now()).await;
    let keys = findings.iter().find(|finding| finding.code == "portal.keys").unwrap();
    assert!(keys.message.contains("shorter than 2048 bits"), "{keys:?}");
}

#[tokio::test]
async fn garbage_around_a_good_key_does_no_harm() {
    let stage = Stage::new().await;
    stage.simulator.publish(vec![
        json!(null),
        json!("key"),
        json!({}),
        json!({ "kty": "RSA" }),
        json!({ "kty": "RSA", "n": "!!!", "e": "AQAB", "kid": 7 }),
        json!({ "kty": "EC", "crv": "P-256", "x": "AA", "y": "AA", "kid": "short" }),
        json!({ "kty": "EC", "crv": "sm2p256v1", "x": "AA", "y": "AA", "kid": "sm2", "alg": "SM2" }),
        json!({ "kty": "oct", "k": "c2VjcmV0" }),
        json!({ "kty": "unheard-of", "x": [] }),
    ]);
    stage.sign_in("ceshi").await.unwrap();
}

#[tokio::test]
async fn a_key_set_of_thousands_works_and_stays_within_the_body_limit() {
    let stage = Stage::new().await;
    let key = |number: usize| {
        json!({ "kty": "EC", "crv": "P-256", "use": "sig", "kid": format!("old-{number}"),
                "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0" })
    };
    stage.simulator.publish((0..4000).map(key).collect());
    stage.sign_in("ceshi").await.unwrap();
}

#[tokio::test]
async fn a_key_set_without_keys_is_refused() {
    for patch in [json!({ "keys": null }), json!({ "keys": {} }), json!({ "keys": [] })] {
        let stage = Stage::new().await;
        let patch: Value = patch;
        stage.simulator.fault(Fault::Patch(Endpoint::Keys, patch.clone()));
        let result = stage.sign_in("ceshi").await;
        if patch["keys"].is_array() {
            // An empty set is asked for once more, and then the key is there.
            result.unwrap();
        } else {
            bad_answer(&result);
        }
    }
}

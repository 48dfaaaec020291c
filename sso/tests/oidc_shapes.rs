//! Answers of an OpenID portal with anything in them, rightly signed: no panic, and nobody is signed in as somebody else.

#![allow(clippy::unwrap_used)]

mod common;

use common::Stage;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};
use sso::LoginError;
use sso::simulator::{Endpoint, Fault};

const CASES: usize = 60;

/// Any JSON value, with what portals like to send more often than chance would.
fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,20}".prop_map(Value::from),
        prop::sample::select(vec!["", "ceshi", "buzheng", "Bearer", "0", "1", "2", "true", "{}", "[1]", "测试"])
            .prop_map(Value::from),
    ];
    leaf.prop_recursive(2, 8, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::hash_map(".{0,5}", inner, 0..3).prop_map(|members| json!(members)),
        ]
    })
}

/// A field of the list, and what stands in it.
fn fields(names: &'static [&'static str]) -> Vec<(&'static str, Value)> {
    let mut runner = TestRunner::default();
    let strategy = (prop::sample::select(names), value());
    (0..CASES).map(|_| strategy.new_tree(&mut runner).unwrap().current()).collect()
}

/// A sign-in under each fault; whoever is signed in is the one who went to the portal.
async fn try_all(names: &'static [&'static str], fault: impl Fn(Value) -> Fault, must_fail: &[&str]) {
    let stage = Stage::new().await;
    for (name, value) in fields(names) {
        let shown = format!("{name}: {value}");
        match stage.under(fault(json!({ name: value }))).await {
            Ok(identity) => {
                assert_eq!(identity.subject, "ceshi", "{shown}");
                assert!(!must_fail.contains(&name), "{shown}");
            }
            // Nothing that a portal says in an answer makes it look as if it were down.
            Err(error) => assert!(!matches!(error, LoginError::Unavailable { .. }), "{shown}: {error}"),
        }
    }
    stage.sign_in("ceshi").await.unwrap();
}

#[tokio::test]
async fn id_tokens_with_anything_in_them() {
    const NAMES: [&str; 20] = [
        "iss",
        "aud",
        "nonce",
        "sub",
        "exp",
        "iat",
        "nbf",
        "azp",
        "auth_time",
        "at_hash",
        "sid",
        "acr",
        "amr",
        "name",
        "address",
        "updated_at",
        "email_verified",
        "papersnumber",
        "authlevel",
        "usertype",
    ];
    try_all(&NAMES, Fault::Claims, &["iss", "nonce"]).await;
}

#[tokio::test]
async fn token_answers_with_anything_in_them() {
    const NAMES: [&str; 8] = [
        "access_token",
        "token_type",
        "expires_in",
        "scope",
        "id_token",
        "refresh_token",
        "error",
        "error_description",
    ];
    try_all(&NAMES, |patch| Fault::Patch(Endpoint::Token, patch), &["access_token", "id_token"]).await;
}

#[tokio::test]
async fn user_information_with_anything_in_it() {
    const NAMES: [&str; 9] =
        ["sub", "cn", "name", "papersnumber", "paperstype", "authlevel", "usertype", "data", "iss"];
    try_all(&NAMES, |patch| Fault::Patch(Endpoint::UserInfo, patch), &[]).await;
}

#[tokio::test]
async fn key_sets_and_discovery_documents_with_anything_in_them() {
    const NAMES: [&str; 8] = [
        "issuer",
        "token_endpoint",
        "jwks_uri",
        "userinfo_endpoint",
        "end_session_endpoint",
        "keys",
        "id_token_signing_alg_values_supported",
        "authorization_response_iss_parameter_supported",
    ];
    for (name, value) in fields(&NAMES).into_iter().take(CASES / 2) {
        // Both are asked for once, so each case has a portal of its own.
        let stage = Stage::new().await;
        let endpoint = if name == "keys" { Endpoint::Keys } else { Endpoint::Discovery };
        let shown = format!("{name}: {value}");
        if let Ok(identity) = stage.under(Fault::Patch(endpoint, json!({ name: value }))).await {
            assert_eq!(identity.subject, "ceshi", "{shown}");
            assert_ne!(name, "issuer", "{shown}");
        }
    }
}

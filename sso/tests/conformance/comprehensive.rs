//! Plan `oidcc-client-test-plan` (comprehensive, not part of the certification): the modules that apply to `response_type=code` and to
//! what this client speaks, beyond those of the Basic and Config plans.

use serde_json::json;
use sso::simulator::{Endpoint, Fault};

use crate::common::Stage;
use crate::refused_id_token;

#[tokio::test]
async fn oidcc_client_test_missing_aud() {
    let reason = refused_id_token(&Stage::new().await, Fault::Claims(json!({ "aud": null }))).await;
    assert_eq!(reason, "the ID token is for another audience");
}

/// The simulator takes the access token from the header and from nowhere else.
#[tokio::test]
async fn oidcc_client_test_userinfo_bearer_header() {
    let stage = Stage::new().await;
    stage.sign_in("ceshi").await.unwrap();
    assert_eq!(stage.simulator.requests(Endpoint::UserInfo), 1);
}

#[tokio::test]
async fn oidcc_client_test_invalid_sig_es256() {
    let reason = refused_id_token(&Stage::new().await, Fault::ForgedKey).await;
    assert_eq!(reason, "the ID token is signed by none of its keys");
}

#[tokio::test]
async fn oidcc_client_test_invalid_sig_hs256() {
    // Not even a right signature with the secret is accepted where the configuration does not list the algorithm,
    let reason = refused_id_token(&Stage::new().await, Fault::HmacSecret).await;
    assert_eq!(reason, "the ID token is signed with an algorithm that is not allowed");
    // and where it does, none with another secret.
    let stage = Stage::with(|config| config.oidc.allowed_algs = vec!["HS256".to_owned()]).await;
    assert_eq!(refused_id_token(&stage, Fault::ForgedSecret).await, "the ID token's signature is wrong");
}

#[tokio::test]
async fn oidcc_client_test_ignores_unparseable_key_in_jwks() {
    let stage = Stage::new().await;
    stage.simulator.publish(vec![
        json!({ "kty": "AKP", "alg": "ML-DSA-99", "kid": "post-quantum", "pub": "AAAA", "use": "sig" }),
        json!({ "kty": "made-up", "kid": "unheard-of", "use": "sig", "x": "AAAA" }),
    ]);
    stage.sign_in("ceshi").await.unwrap();
}

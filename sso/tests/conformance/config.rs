//! Plan `oidcc-client-config-certification-test-plan` (Config RP). Its module `oidcc-client-test-idtoken-sig-none` is that of the Basic
//! plan.

use chrono::Utc;
use serde_json::json;
use sso::LoginError;
use sso::simulator::{Endpoint, Fault};

use crate::common::Stage;
use crate::rs256;

#[tokio::test]
async fn oidcc_client_test_discovery_openid_config() {
    let stage = Stage::new().await;
    let (url, _) = stage.portal.begin(Utc::now()).await.unwrap();
    assert_eq!(stage.simulator.requests(Endpoint::Discovery), 1);
    assert!(url.as_str().starts_with(&format!("{}/authorize?", stage.simulator.base_url())), "{url}");
}

#[tokio::test]
async fn oidcc_client_test_discovery_jwks_uri_keys() {
    let stage = Stage::new().await;
    // Another address with every run; the simulator does not mind.
    let place = format!("{}/jwks?{}", stage.simulator.base_url(), Utc::now().timestamp());
    stage.under(Fault::Patch(Endpoint::Discovery, json!({ "jwks_uri": place }))).await.unwrap();
    assert_eq!(stage.simulator.requests(Endpoint::Keys), 1);

    let stage = Stage::new().await;
    let nowhere = format!("{}/nowhere", stage.simulator.base_url());
    let result = stage.under(Fault::Patch(Endpoint::Discovery, json!({ "jwks_uri": nowhere }))).await;
    assert!(result.is_err(), "the keys are taken from where the document says, and from nowhere else");
    assert_eq!(stage.simulator.requests(Endpoint::Keys), 0);
}

#[tokio::test]
async fn oidcc_client_test_discovery_issuer_mismatch() {
    let stage = Stage::new().await;
    let other = json!({ "issuer": format!("{}/INVALID", stage.simulator.base_url()) });
    stage.simulator.fault(Fault::Patch(Endpoint::Discovery, other));
    let begun = stage.portal.begin(Utc::now()).await;
    assert!(matches!(begun, Err(LoginError::BadAnswer { .. })), "the browser is sent nowhere");
}

#[tokio::test]
async fn oidcc_client_test_signing_key_rotation_just_before_signing() {
    let stage = rs256().await;
    stage.sign_in("ceshi").await.unwrap();
    stage.under(Fault::RotatedKey).await.unwrap();
    assert_eq!(stage.simulator.requests(Endpoint::Keys), 2);
}

#[tokio::test]
async fn oidcc_client_test_signing_key_rotation() {
    let stage = rs256().await;
    stage.sign_in("ceshi").await.unwrap();
    stage.simulator.rotate_key(sso::simulator::KeyKind::Rs256(2048)).unwrap();
    stage.sign_in("ceshi").await.unwrap();
    assert_eq!(stage.simulator.requests(Endpoint::Keys), 2);
    assert_eq!(stage.simulator.requests(Endpoint::UserInfo), 2);
}

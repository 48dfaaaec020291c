//! Plan `oidcc-client-back-channel-logout-rp-basic` (Back-Channel RP), as far as the token goes; what the endpoint answers and whose
//! sessions end is tested with the gateway.

use chrono::Utc;
use serde_json::json;
use sso::simulator::Fault;

use crate::common::Stage;
use crate::common::logout::{claims, notice, refusal};

#[tokio::test]
async fn oidcc_client_test_rp_backchannel_rpinitlogout() {
    let stage = Stage::new().await;
    let identity = stage.sign_in("ceshi").await.unwrap();
    let notice = notice(&stage, &json!({ "sid": identity.session.sid })).await.unwrap();
    assert_eq!((notice.issuer, notice.subject), (identity.issuer, Some(identity.subject)));
    assert_eq!(notice.sid, identity.session.sid);
}

#[tokio::test]
async fn oidcc_client_test_rp_backchannel_rpinitlogout_alg_none() {
    assert_eq!(under(&Fault::AlgNone).await, "the logout token is not signed");
}

#[tokio::test]
async fn oidcc_client_test_rp_backchannel_rpinitlogout_no_event() {
    let reason = refusal(notice(&Stage::new().await, &json!({ "events": null })).await);
    assert_eq!(reason, "the logout token holds no logout event");
}

#[tokio::test]
async fn oidcc_client_test_rp_backchannel_rpinitlogout_with_nonce() {
    let reason = refusal(notice(&Stage::new().await, &json!({ "nonce": "n" })).await);
    assert_eq!(reason, "the logout token holds a nonce, as ID tokens do");
}

#[tokio::test]
async fn oidcc_client_test_rp_backchannel_rpinitlogout_wrong_alg() {
    assert_eq!(under(&Fault::HmacSecret).await, "the logout token is signed with an algorithm that is not allowed");
}

#[tokio::test]
async fn oidcc_client_test_rp_backchannel_rpinitlogout_wrong_aud() {
    let reason = refusal(notice(&Stage::new().await, &json!({ "aud": "buzheng1" })).await);
    assert_eq!(reason, "the logout token is for another audience");
}

#[tokio::test]
async fn oidcc_client_test_rp_backchannel_rpinitlogout_wrong_event() {
    let events = json!({ "http://schemas.openid.net/event/not-a-logout": {} });
    let reason = refusal(notice(&Stage::new().await, &json!({ "events": events })).await);
    assert_eq!(reason, "the logout token holds no logout event");
}

#[tokio::test]
async fn oidcc_client_test_rp_backchannel_rpinitlogout_wrong_iss() {
    let reason = refusal(notice(&Stage::new().await, &json!({ "iss": "https://portal.example/" })).await);
    assert_eq!(reason, "the logout token is from another issuer");
}

async fn under(fault: &Fault) -> &'static str {
    let stage = Stage::new().await;
    let token = stage.simulator.faulty_token(&claims(&stage), Some("logout+jwt"), fault).unwrap();
    refusal(stage.portal.logout_notice(&token, Utc::now()).await)
}

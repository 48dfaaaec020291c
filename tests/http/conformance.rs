//! The relying-party logout plans of the OpenID Foundation's conformance suite, one test a module, named after it:
//! `oidcc-client-rp-initiated-logout-rp-basic` and `oidcc-client-back-channel-logout-rp-basic`. The simulator and the test play the
//! suite's provider; the sign-in plans are in sso/tests/conformance, the table in docs/conformance.md.

use chrono::Utc;
use reqwest::Method;
use serde_json::{Value, json};
use sso::simulator::Fault;
use url::Url;

use crate::support::{Browser, Page, TestApp};

/// A person who has signed in in two browsers, and has just signed out in one: that one is on its way back from the portal.
struct Stage {
    app: TestApp,
    /// Signed out here, not yet back from the portal.
    leaving: Browser,
    back: Url,
    /// Signed in still.
    staying: Browser,
}

impl Stage {
    async fn new() -> Self {
        let app = TestApp::new().await;
        let (leaving, staying) = (app.user("ceshi").await, app.user("ceshi").await);
        let end_session = leaving.sign_out().await.location();
        assert_eq!(end_session.path(), "/end-session");
        for (name, check) in [("id_token_hint", "eyJ"), ("post_logout_redirect_uri", &app.origin()), ("state", "")] {
            let value = end_session.query_pairs().find(|(parameter, _)| parameter == name).map(|(_, value)| value);
            assert!(value.is_some_and(|value| value.len() > 20 && value.starts_with(check)), "{name} in {end_session}");
        }
        let back = leaving.fetch(Method::GET, end_session, |request| request).await.location();
        Self { app, leaving, back, staying }
    }

    /// The browser comes back from the portal; the session has ended before that.
    async fn come_back(&self, place: &Url) -> Page {
        assert_eq!(self.leaving.person().await, None);
        self.leaving.send(Method::GET, place.clone(), |request| request).await
    }

    /// What the suite makes of a logout token for this client and person.
    fn claims(&self) -> Value {
        let now = Utc::now().timestamp();
        json!({
            "iss": self.app.simulator.base_url(), "aud": "buzheng", "sub": "ceshi", "iat": now, "exp": now + 300, "jti": "jti-1",
            "events": { "http://schemas.openid.net/event/backchannel-logout": {} },
        })
    }

    async fn send(&self, token: &str) -> Page {
        let url = self.leaving.url("/sso/backchannel-logout");
        let page = self.app.anon().send(Method::POST, url, |request| request.form(&[("logout_token", token)])).await;
        assert_eq!(page.header("cache-control"), "no-store");
        page
    }

    /// A token that must be refused with 400 (§2.8) and end nothing; the way back stays open.
    async fn refuses(&self, token: &str) {
        let page = self.send(token).await.expect(400);
        let answer: Value = serde_json::from_slice(&page.bytes).unwrap();
        assert_eq!(answer["error"], "invalid_request");
        assert!(self.staying.person().await.is_some());
        self.come_back(&self.back).await.expect(200);
    }

    async fn refuses_claims(&self, name: &str, value: Option<Value>) {
        let mut claims = self.claims();
        match value {
            Some(value) => claims[name] = value,
            None => drop(claims.as_object_mut().unwrap().remove(name)),
        }
        self.refuses(&self.app.simulator.signed_token(&claims, Some("logout+jwt")).unwrap()).await;
    }

    async fn refuses_fault(&self, fault: Fault) {
        self.refuses(&self.app.simulator.faulty_token(&self.claims(), Some("logout+jwt"), &fault).unwrap()).await;
    }
}

#[tokio::test]
async fn oidcc_client_test_rp_init_logout() {
    let stage = Stage::new().await;
    let page = stage.come_back(&stage.back).await.expect(200);
    assert!(page.has("[data-portal-end=ended]"));
}

/// The session is over; that the portal's is too is not believed on this word.
#[tokio::test]
async fn oidcc_client_test_rp_init_logout_other_state() {
    let stage = Stage::new().await;
    let mut other = stage.back.clone();
    other.query_pairs_mut().clear().append_pair("state", "qRvuWFBSXgQs5xAa3bTn2kHd9cJm7eLp");
    let page = stage.come_back(&other).await.expect(400);
    assert!(page.has("[data-portal-end=unconfirmed]"));
    assert_eq!(stage.leaving.person().await, None);
}

#[tokio::test]
async fn oidcc_client_test_rp_init_logout_no_state() {
    let stage = Stage::new().await;
    let mut bare = stage.back.clone();
    bare.set_query(None);
    let page = stage.come_back(&bare).await.expect(200);
    assert!(page.has("[data-portal-end=unknown]"));
}

#[tokio::test]
async fn oidcc_client_test_rp_backchannel_rpinitlogout() {
    let stage = Stage::new().await;
    let token = stage.app.simulator.signed_token(&stage.claims(), Some("logout+jwt")).unwrap();
    let page = stage.send(&token).await.expect(200);
    assert!(page.bytes.is_empty());
    assert_eq!(stage.staying.person().await, None);
    assert!(stage.come_back(&stage.back).await.expect(200).has("[data-portal-end=ended]"));
}

#[tokio::test]
async fn oidcc_client_test_rp_backchannel_rpinitlogout_alg_none() {
    Stage::new().await.refuses_fault(Fault::AlgNone).await;
}

#[tokio::test]
async fn oidcc_client_test_rp_backchannel_rpinitlogout_no_event() {
    Stage::new().await.refuses_claims("events", None).await;
}

#[tokio::test]
async fn oidcc_client_test_rp_backchannel_rpinitlogout_with_nonce() {
    Stage::new().await.refuses_claims("nonce", Some(json!("n"))).await;
}

/// Rightly signed with the client secret, which the configuration does not list.
#[tokio::test]
async fn oidcc_client_test_rp_backchannel_rpinitlogout_wrong_alg() {
    Stage::new().await.refuses_fault(Fault::HmacSecret).await;
}

#[tokio::test]
async fn oidcc_client_test_rp_backchannel_rpinitlogout_wrong_aud() {
    Stage::new().await.refuses_claims("aud", Some(json!("buzheng1"))).await;
}

#[tokio::test]
async fn oidcc_client_test_rp_backchannel_rpinitlogout_wrong_event() {
    let events = json!({ "http://schemas.openid.net/event/backchannel-logout-INVALID": {} });
    Stage::new().await.refuses_claims("events", Some(events)).await;
}

#[tokio::test]
async fn oidcc_client_test_rp_backchannel_rpinitlogout_wrong_iss() {
    Stage::new().await.refuses_claims("iss", Some(json!("https://portal.example/"))).await;
}

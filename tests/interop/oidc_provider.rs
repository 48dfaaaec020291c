//! npm's `oidc-provider`: certified for Basic, Config, RP-Initiated and Back-Channel Logout among others.

use reqwest::Method;

use crate::provider::{Provider, first_page, walk};
use crate::support::{Browser, Form, Page, TestApp};
use crate::{assert_person_is_known, sign_in};

struct Stage {
    provider: Provider,
    app: TestApp,
}

impl Stage {
    async fn new() -> Self {
        let mut provider = Provider::oidc_provider();
        let app = provider.gateway().build().await;
        provider.tell(&format!(r#"{{"gateway":"{}"}}"#, app.origin()));
        Self { provider, app }
    }

    /// A person who has signed in: the browser as each side sees it.
    async fn person(&self) -> (Browser, Browser) {
        let (gateway, portal) = (self.app.anon(), self.provider.browser());
        let page = sign_in(&gateway, async |url| walk(&portal, url, answer).await).await;
        assert!(page.user().is_some(), "{}", page.words());
        (gateway, portal)
    }
}

/// What a person does on each of its pages.
fn answer(page: &Page) -> Form {
    if page.has("input[name=login]") {
        page.form("form").fill(&[("login", "citizen-1"), ("password", "any")])
    } else if page.has("input[name=prompt][value=consent]") {
        page.form("form")
    } else if page.has("form[id='op.logoutForm']") {
        page.form("form[id='op.logoutForm']").press("logout", "yes")
    } else {
        panic!("an unexpected page at {}: {} {}", page.url, page.status, page.words())
    }
}

#[tokio::test]
async fn a_citizen_signs_in_through_oidc_provider() {
    let stage = Stage::new().await;
    let (gateway, _) = stage.person().await;
    assert_person_is_known(&gateway).await;
}

#[tokio::test]
async fn signing_out_ends_the_session_at_oidc_provider_too() {
    let stage = Stage::new().await;
    let (gateway, portal) = stage.person().await;
    let to_portal = gateway.sign_out().await.location();
    let back = walk(&portal, to_portal, answer).await;
    let page = gateway.send(Method::GET, back, |request| request).await.expect(200);
    assert!(page.has("[data-portal-end=ended]"), "{}", page.words());
    assert_eq!(gateway.person().await, None);
    // Who signs in again is asked again.
    let authorize = gateway.start_sign_in(None).await;
    assert!(first_page(&portal, authorize).await.has("input[name=login]"));
}

/// The provider's logout token ends the session here, and one of the same person in another browser stays.
#[tokio::test]
async fn signing_out_at_oidc_provider_ends_the_session_here() {
    let stage = Stage::new().await;
    let (desk, at_desk) = stage.person().await;
    let (phone, _) = stage.person().await;
    assert_eq!(desk.person().await, phone.person().await);
    // Not by way of the gateway: the person signs out on the portal's own page.
    let page = first_page(&at_desk, stage.provider.issuer.join("/session/end").unwrap()).await;
    at_desk.submit(answer(&page)).await;
    assert_eq!(desk.person().await, None);
    assert!(phone.person().await.is_some(), "the token names the one session (sid)");
}

#[tokio::test]
async fn a_new_key_of_oidc_provider_is_found() {
    let mut stage = Stage::new().await;
    let (gateway, _) = stage.person().await;
    stage.provider.tell(r#"{"rotate":true}"#);
    let (again, _) = stage.person().await;
    assert_eq!(gateway.person().await, again.person().await);
}

#[tokio::test]
async fn cancelling_at_oidc_provider_is_told_apart_from_failures() {
    let stage = Stage::new().await;
    let (gateway, portal) = (stage.app.anon(), stage.provider.browser());
    let page = first_page(&portal, gateway.start_sign_in(None).await).await;
    let cancel = page.url.join(&page.attr("a[href*=abort]", "href").unwrap()).unwrap();
    let back = walk(&portal, cancel, answer).await;
    let page = gateway.come_back(&back).await;
    assert!(page.has("[data-failure=cancelled]"), "{}", page.words());
}

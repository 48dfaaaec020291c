//! LemonLDAP::NG of Debian. It does not name itself in the return (RFC 9207), sends no logout tokens in this version, writes `aud` as a list
//! and announces the algorithms `none` and HS256.

use buzheng::config::Config;
use reqwest::Method;
use sso::config::TokenEndpointAuthMethod;

use crate::provider::{Provider, first_page, walk};
use crate::support::{Browser, Form, Page, TestApp};
use crate::{assert_person_is_known, sign_in};

async fn stage() -> (Provider, TestApp) {
    let mut provider = Provider::lemonldap();
    // It does not decode what HTTP Basic brings (RFC 6749 §2.3.1), so a secret with a blank or `%` must go by POST.
    let by_post =
        |config: &mut Config| config.portal.oidc.token_endpoint_auth_method = TokenEndpointAuthMethod::ClientSecretPost;
    let app = provider.gateway().config(by_post).build().await;
    provider.tell(&app.origin());
    (provider, app)
}

async fn person(provider: &Provider, app: &TestApp) -> (Browser, Browser) {
    let (gateway, portal) = (app.anon(), provider.browser());
    let page = sign_in(&gateway, async |url| walk(&portal, url, answer).await).await;
    assert!(page.user().is_some(), "{}", page.words());
    (gateway, portal)
}

/// What a person does on each of its pages.
fn answer(page: &Page) -> Form {
    if page.has("input[name=user]") {
        page.form("form#lform").fill(&[("user", "dwho"), ("password", "dwho")])
    } else if page.has("form#form input[name=confirm]") {
        page.form("form#form")
    } else {
        panic!("an unexpected page at {}: {} {}", page.url, page.status, page.html())
    }
}

#[tokio::test]
async fn a_citizen_signs_in_through_lemonldap() {
    let (provider, app) = stage().await;
    let (gateway, _) = person(&provider, &app).await;
    assert_person_is_known(&gateway).await;
}

#[tokio::test]
async fn signing_out_ends_the_session_at_lemonldap_too() {
    let (provider, app) = stage().await;
    let (gateway, portal) = person(&provider, &app).await;
    let to_portal = gateway.sign_out().await.location();
    let back = walk(&portal, to_portal, answer).await;
    let page = gateway.send(Method::GET, back, |request| request).await.expect(200);
    assert!(page.has("[data-portal-end=ended]"), "{}", page.words());
    assert_eq!(gateway.person().await, None);
    // Who signs in again is asked again.
    let authorize = gateway.start_sign_in(None).await;
    assert!(first_page(&portal, authorize).await.has("input[name=user]"));
}

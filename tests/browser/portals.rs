//! The way to portals of every protocol and back, in a real browser, with the portal on another site: which cookies come along is the
//! browser's to decide.

use sso::simulator::{JisShape, OAuth2Shape, Protocol};

use crate::support::TestApp;
use crate::tab::{Tab, WIDE};

async fn there_and_back(protocol: Protocol) {
    let app = TestApp::builder().speaking(protocol).across_sites().build().await;
    let tab = Tab::new(&app, WIDE).await;
    tab.go("/applications").await;
    tab.follow("main a[href^='/sso/login']").await;
    tab.follow("button[value=xinren]").await;
    tab.wait("the page after the sign-in", "return location.pathname === '/continuity'").await;
    assert_eq!(tab.count("[data-user]").await, 1);
    tab.look("continuity-of-a-newcomer").await;
    tab.follow("form[action='/sso/logout'] button").await;
    tab.wait("the page after the sign-out", "return location.pathname === '/signed-out'").await;
    assert_eq!(tab.count("[data-portal-end=ended]").await, 1, "{}", tab.words().await);
    tab.go("/reissue").await;
    assert_eq!(tab.count("[data-user]").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn openid_connect() {
    there_and_back(Protocol::Oidc).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn oauth2_that_echoes_no_state() {
    there_and_back(Protocol::OAuth2(Box::new(OAuth2Shape::hunan()))).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tickets_that_come_in_the_query() {
    there_and_back(Protocol::Jis(JisShape::shandong())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tickets_that_a_form_posts_from_another_site() {
    there_and_back(Protocol::Jis(JisShape::front_login())).await;
}

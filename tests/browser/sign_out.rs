//! The end of a session, as a citizen sees it: here and at the portal, or here alone; and a portal that is silent.

use buzheng::app::pending::{Pending, Starter};
use chrono::Utc;

use crate::support::TestApp;
use crate::tab::{Tab, WIDE};

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_tells_whether_the_portals_session_has_ended_too() {
    let app = TestApp::new().await;
    let mut tab = Tab::signed_in(&app, WIDE, "xinren").await;
    tab.go("/reissue").await;
    tab.follow("form[action='/sso/logout'] button").await;
    assert_eq!(tab.count("[data-portal-end=ended]").await, 1);
    tab.look_wide_and_narrow("signed-out-both", 200).await;
    assert_eq!((tab.count("main a[href='/']").await, tab.count("main a[href='/sso/login']").await), (1, 1));

    tab.go("/signed-out").await;
    assert_eq!(tab.count("[data-portal-end=unknown]").await, 1);
    tab.look_wide_and_narrow("signed-out-here", 200).await;

    tab.go("/signed-out?state=of-nobody").await;
    assert_eq!(tab.count("[data-portal-end=unconfirmed]").await, 1);
    tab.look_wide_and_narrow("signed-out-unconfirmed", 400).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_silent_portal_is_told_with_a_way_to_try_again() {
    let builder = TestApp::builder().config(|config| {
        config.portal.oidc.request_timeout = std::time::Duration::from_millis(300);
    });
    let app = builder.build().await;
    let mut tab = Tab::new(&app, WIDE).await;
    app.simulator.silence();
    tab.go("/sso/login?return_to=/applications").await;
    assert_eq!(tab.count("[data-failure=unavailable] a[href^='/sso/login?return_to=']").await, 1);
    tab.look_wide_and_narrow("portal-silent", 503).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operators_test_sign_in_says_that_nobody_was_signed_in() {
    let app = TestApp::new().await;
    let (url, login) = app.service.portal.begin(Utc::now()).await.unwrap();
    let handle = login.handle().to_owned();
    let pending = Pending { starter: Starter::Operator, return_to: None, login: login.into_stored() };
    app.service.keep_pending(&handle, &pending).await.unwrap();
    let tab = Tab::new(&app, WIDE).await;
    let back = sso::simulator::sign_in(&url, "xinren").await.unwrap();
    tab.go(&back[url::Position::BeforePath..]).await;
    assert_eq!(tab.count("[data-trial]").await, 1);
    assert_eq!(tab.count("[data-user]").await, 0);
    // Looked at by itself: the return is good once, so the page cannot be loaded again at another width.
    tab.look("test-sign-in").await;
}

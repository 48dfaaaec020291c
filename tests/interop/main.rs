//! The gateway as a whole against OpenID providers that are none of our making: npm's `oidc-provider`, which is certified, and
//! LemonLDAP::NG of Debian, which French ministries run; and its notices against Debian's Postfix. What was found is in docs/conformance.md.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stderr)]

#[path = "../support/mod.rs"]
mod support;

mod lemonldap;
mod oidc_provider;
mod postfix;
mod provider;

use support::{Browser, Page};
use url::Url;

/// Signs in at the gateway; `at_provider` is the person's way there.
async fn sign_in(gateway: &Browser, at_provider: impl AsyncFn(Url) -> Url) -> Page {
    let authorize = gateway.start_sign_in(None).await;
    let callback = at_provider(authorize).await;
    let page = gateway.come_back(&callback).await;
    assert!(page.status.is_redirection(), "{}\n{}", page.words(), support::logged());
    gateway.settle(page).await.expect(200)
}

/// What the gateway knows of the person stands in the form that is filled in by hand.
async fn assert_person_is_known(gateway: &Browser) {
    let page = gateway.step2("exam=ZJ").await;
    assert_eq!((page.value("name").as_str(), page.value("document_number").as_str()), ("测试", "110101199003071233"));
}

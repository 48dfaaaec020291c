//! `access.mail = "none"`.

use buzheng::app::AppError;
use buzheng::app::account::{DoorAnswer, Registering};
use buzheng::config::AccountMail;
use chrono::Utc;

use super::{NEW, OLD, email, open, opened, registration, transition};
use crate::support::{Account, CESHI, TestApp, XINREN};

#[tokio::test]
async fn without_mail_a_registration_counts_at_once_and_nothing_is_recovered_or_confirmed() {
    let app =
        TestApp::builder().config(transition).config(|config| config.access.mail = AccountMail::None).build().await;
    let now = Utc::now();
    let registering = app.service.register("session:a", registration(&XINREN, "xin@example.com"), now).await.unwrap();
    let Registering::Counts(xinren) = registering else { panic!("{registering:?}") };
    assert_eq!(opened(&app, XINREN.number, NEW).await.person, xinren.person);
    let profile = app.service.account_profile(xinren.person).await.unwrap();
    assert_eq!(profile.email, "", "an address that nobody confirmed is not kept");

    app.add(Account::of(&CESHI, "reissue", "1").password(OLD));
    let known = app.service.register("session:b", registration(&CESHI, "thief@example.com"), now).await.unwrap();
    assert_eq!(known, Registering::Known);
    assert_eq!(open(&app, CESHI.number, NEW).await, DoorAnswer::Wrong);
    assert!(matches!(app.service.ask_recovery(CESHI.number, "10.0.0.1", now).await, Err(AppError::NotFound)));
    let changed = app.service.change_address(xinren.person, "session:a", email("new@example.com"), now).await;
    assert!(matches!(changed, Err(AppError::NotFound)));
    assert_eq!(app.count("outbox"), 0);
}

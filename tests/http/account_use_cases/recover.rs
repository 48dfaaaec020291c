//! 找回密码.

use buzheng::app::account::{DoorAnswer, Recovered};
use buzheng::domain::password::Weakness;
use chrono::Utc;
use std::collections::BTreeSet;
use tokio::task::JoinSet;

use super::{NEW, OLD, a_minute_later, ask_recovery, mailing, open, opened, recover, registered};
use crate::desk::audited;
use crate::support::{Account, CESHI, SHIWUWEI, TestApp, XINREN};

#[tokio::test]
async fn a_link_to_the_registered_address_sets_a_new_password_once() {
    let app = mailing().await;
    app.add(Account::of(&CESHI, "reissue", "1").email("old@example.com").password(OLD));
    ask_recovery(&app, CESHI.number).await;
    let letter = app.letter("old@example.com").await;
    assert_eq!(letter.subject, "找回密码");
    assert!(letter.text.contains(&format!("{}/account/recover/", app.origin())), "{letter:?}");
    assert!(!letter.text.contains(CESHI.number) && !letter.text.contains(CESHI.name));
    let token = letter.token();
    for _ in 0..3 {
        assert!(app.service.recovery(&token).await.unwrap(), "scanners of mail open links too");
    }
    assert_eq!(recover(&app, &token, "123456").await, Recovered::Refused(Weakness::NoLetter));
    assert_eq!(recover(&app, &token, "ceshi071233").await, Recovered::Refused(Weakness::HoldsNumber));
    assert_eq!(recover(&app, &token, NEW).await, Recovered::Done);
    assert!(!app.service.recovery(&token).await.unwrap());
    assert_eq!(recover(&app, &token, "another9secret").await, Recovered::Gone);
    assert_eq!(open(&app, CESHI.number, OLD).await, DoorAnswer::Wrong);
    opened(&app, CESHI.number, NEW).await;
    assert_eq!(app.letter("old@example.com").await.subject, "您的登录密码已修改");
    let events = audited(&app, &[CESHI.number, CESHI.name, &token]);
    for event in ["recovery_asked by citizen", "password_recovered by citizen"] {
        assert!(events.contains(&event.to_owned()), "{events:?}");
    }
}

#[tokio::test]
async fn of_several_links_the_newest_is_good_and_of_two_who_bring_it_at_once_one_has_it() {
    let app = mailing().await;
    app.add(Account::of(&CESHI, "reissue", "1").email("old@example.com").password(OLD));
    ask_recovery(&app, CESHI.number).await;
    let first = app.letter("old@example.com").await.token();
    ask_recovery(&app, CESHI.number).await;
    assert_eq!(app.mailbox().await.len(), 1, "one that is on its way is not replaced at once");
    assert!(app.service.recovery(&first).await.unwrap());
    a_minute_later(&app);
    ask_recovery(&app, &CESHI.number_of_15_digits()).await;
    let second = app.letter("old@example.com").await.token();
    assert_ne!(first, second);
    assert!(!app.service.recovery(&first).await.unwrap());
    assert_eq!(recover(&app, &first, NEW).await, Recovered::Gone);
    let mut both = JoinSet::new();
    for password in ["first7secret", "other7secret", "third7secret"] {
        let (service, token) = (app.service.clone(), second.clone());
        both.spawn(async move { service.recover(&token, &password.to_owned().into(), Utc::now()).await.unwrap() });
    }
    let answers = both.join_all().await;
    assert_eq!(answers.iter().filter(|answer| **answer == Recovered::Done).count(), 1, "{answers:?}");
    for odd in ["", "x", "../../etc", &"a".repeat(43), &format!("{second}x")] {
        assert_eq!(recover(&app, odd, NEW).await, Recovered::Gone, "{odd}");
    }
}

#[tokio::test]
async fn of_several_who_ask_at_once_one_link_comes_and_it_is_good() {
    let app = mailing().await;
    app.add(Account::of(&CESHI, "reissue", "1").email("old@example.com").password(OLD));
    let mut all = JoinSet::new();
    for _ in 0..3 {
        let service = app.service.clone();
        all.spawn(async move { service.ask_recovery(CESHI.number, "10.0.0.1", Utc::now()).await.unwrap() });
    }
    all.join_all().await;
    let letters = app.mailbox().await;
    assert_eq!(letters.len(), 1, "{letters:?}");
    assert_eq!(recover(&app, &letters[0].token(), NEW).await, Recovered::Done);
}

#[tokio::test]
async fn a_number_is_mailed_three_links_in_an_hour_from_one_network_and_some_more_from_others() {
    let app = mailing().await;
    app.add(Account::of(&CESHI, "reissue", "1").email("old@example.com").password(OLD));
    let ask = async |number: &str, network: &str| {
        app.service.ask_recovery(number, network, Utc::now()).await.unwrap();
        a_minute_later(&app);
    };
    for _ in 0..4 {
        ask(CESHI.number, "10.0.0.1").await;
    }
    ask(XINREN.number, "10.0.0.1").await;
    ask("无", "10.0.0.1").await;
    ask("1.10101E+17", "10.0.0.1").await;
    assert_eq!(app.mailbox().await.len(), 3);
    ask(CESHI.number, "10.0.0.2").await;
    assert_eq!(app.mailbox().await.len(), 4, "a stranger's requests leave the owner some");
    for network in 3..15 {
        ask(CESHI.number, &format!("10.0.0.{network}")).await;
    }
    assert_eq!(app.mailbox().await.len(), 12);
}

#[tokio::test]
async fn a_link_to_an_address_that_changed_since_opens_nothing() {
    let app = mailing().await;
    let account = app.add(Account::of(&CESHI, "reissue", "1").email("old@example.com").password(OLD));
    ask_recovery(&app, CESHI.number).await;
    let token = app.letter("old@example.com").await.token();
    let sealed = app.service.vault.seal_text(buzheng::vault::Purpose::Email, "new@example.com");
    buzheng::db::account_credentials::set_email(&mut app.db.connect(), account, &sealed, Utc::now()).unwrap();
    assert!(app.service.recovery(&token).await.unwrap(), "nobody has told Redis");
    assert_eq!(recover(&app, &token, NEW).await, Recovered::Gone);
    opened(&app, CESHI.number, OLD).await;
}

#[tokio::test]
async fn accounts_that_count_as_one_have_one_password_and_others_of_the_number_their_own() {
    let app = mailing().await;
    app.add(Account::of(&CESHI, "reissue", "1").email("reissue@example.com").password(OLD));
    app.add(Account::of(&CESHI, "mailing", "1").email("mailing@example.com").password("other-secret1"));
    app.add(Account::of(&CESHI.named("别人"), "mailing", "2").email("namesake@example.com").password("third-secret1"));
    app.add(Account::of(&CESHI, "exam", "1").email("exam@example.com").password("exam-secret1"));
    ask_recovery(&app, CESHI.number).await;
    let letters = app.mailbox().await;
    let token_of = |to: &str| letters.iter().find(|letter| letter.to == to).unwrap().token();
    assert_eq!(token_of("reissue@example.com"), token_of("mailing@example.com"));
    let tokens: BTreeSet<String> = letters.iter().map(crate::support::Letter::token).collect();
    assert_eq!((letters.len(), tokens.len()), (4, 3), "{letters:?}");

    assert_eq!(recover(&app, &token_of("mailing@example.com"), NEW).await, Recovered::Done);
    for former in [OLD, "other-secret1"] {
        assert_eq!(open(&app, CESHI.number, former).await, DoorAnswer::Wrong);
    }
    opened(&app, CESHI.number, NEW).await;
    let namesake = opened(&app, CESHI.number, "third-secret1").await;
    assert_eq!(namesake.name, "别人");
    opened(&app, CESHI.number, "exam-secret1").await;
    assert!(app.service.recovery(&token_of("exam@example.com")).await.unwrap(), "a link of its own");
}

#[tokio::test]
async fn a_new_password_ends_the_sessions_and_the_lockout_of_the_number() {
    let app = mailing().await;
    let ceshi = registered(&app, &CESHI, "ceshi@example.com").await;
    let browser = crate::account_use_cases::own::browser_of(&app, &ceshi).await;
    browser.get("/applications").await.expect(200);
    for _ in 0..5 {
        assert_eq!(open(&app, CESHI.number, "wrong1").await, DoorAnswer::Wrong);
    }
    assert!(matches!(open(&app, CESHI.number, NEW).await, DoorAnswer::Locked(_)));
    ask_recovery(&app, CESHI.number).await;
    let token = app.letter("ceshi@example.com").await.token();
    assert_eq!(recover(&app, &token, "another9secret").await, Recovered::Done);
    browser.get("/applications").await.location();
    let again = opened(&app, CESHI.number, "another9secret").await;
    assert_eq!(again.person, ceshi.person, "whose data it is did not change");
}

#[tokio::test]
async fn accounts_of_a_portals_person_are_mailed_no_link_and_a_link_from_before_is_worthless() {
    let app = mailing().await;
    app.add(Account::of(&SHIWUWEI, "reissue", "2").email("shi@example.com").password(OLD));
    ask_recovery(&app, SHIWUWEI.number).await;
    let token = app.letter("shi@example.com").await.token();
    app.user("shiwuwei").await;
    assert_eq!(app.links().len(), 1);
    assert_eq!(recover(&app, &token, NEW).await, Recovered::Gone);
    ask_recovery(&app, SHIWUWEI.number).await;
    assert_eq!(app.mailbox().await.len(), 1);
    assert_eq!(app.count("account_credentials"), 0);
}

#[tokio::test]
async fn a_link_that_is_twenty_minutes_old_is_worthless() {
    let app = mailing().await;
    app.add(Account::of(&CESHI, "reissue", "1").email("old@example.com").password(OLD));
    ask_recovery(&app, CESHI.number).await;
    let token = app.letter("old@example.com").await.token();
    a_minute_later(&app);
    let keys = app.redis.keys("recovery");
    assert_eq!(keys.len(), 2, "{keys:?}");
    for key in keys {
        assert!((19 * 60_000..=20 * 60_000).contains(&app.redis.life(&key)), "{key}");
        let held = String::from_utf8_lossy(&app.redis.dump(&key)).into_owned();
        assert!(!key.contains(&token) && !held.contains(&token), "Redis knows a digest of it only");
        app.redis.expire(&key);
    }
    assert_eq!(recover(&app, &token, NEW).await, Recovered::Gone);
}

#[tokio::test]
async fn where_too_many_passwords_wait_a_link_stays_good() {
    let app = TestApp::builder()
        .mailing()
        .config(super::transition)
        .config(|config| config.throttle.passwords_waiting = 1)
        .build()
        .await;
    app.add(Account::of(&CESHI, "reissue", "1").email("old@example.com").password(OLD));
    ask_recovery(&app, CESHI.number).await;
    let token = app.letter("old@example.com").await.token();
    let mut storm = JoinSet::new();
    for _ in 0..40 {
        let (service, token) = (app.service.clone(), token.clone());
        storm.spawn(async move { service.recover(&token, &NEW.to_owned().into(), Utc::now()).await });
    }
    let answers = storm.join_all().await;
    let done = answers.iter().filter(|answer| matches!(answer, Ok(Recovered::Done))).count();
    let busy = answers.iter().filter(|answer| matches!(answer, Err(buzheng::app::AppError::Busy))).count();
    assert!(done == 1 && busy > 0, "{answers:?}");
}

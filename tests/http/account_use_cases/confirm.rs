//! 注册 and the code that confirms it.

use buzheng::app::account::{Confirmed, DoorAnswer};
use chrono::Utc;
use std::collections::BTreeSet;
use tokio::task::JoinSet;

use super::{NEW, OLD, confirm, mailing, open, register, registered, registration};
use crate::desk::audited;
use crate::support::{Account, CESHI, TestApp, XINREN};

#[tokio::test]
async fn an_account_counts_once_its_address_is_confirmed_and_is_signed_in() {
    let app = mailing().await;
    register(&app, "session:a", registration(&XINREN, "xin@example.com")).await;
    assert_eq!(app.count("legacy_accounts"), 0);
    assert_eq!(open(&app, XINREN.number, NEW).await, DoorAnswer::Wrong);

    let letter = app.letter("xin@example.com").await;
    assert_eq!(letter.subject, "确认邮箱的验证码");
    for never in [XINREN.number, XINREN.name, NEW] {
        assert!(!letter.text.contains(never), "{letter:?}");
    }
    let Confirmed::Registered(opened) = confirm(&app, "session:a", &letter.code()).await else { panic!() };
    assert_eq!((opened.name.as_str(), opened.first), (XINREN.name, true));
    let repeated = confirm(&app, "session:a", &letter.code()).await;
    assert_eq!(repeated, Confirmed::Registered(opened.clone()), "a double click ends well");
    assert_eq!((app.count("legacy_accounts"), app.count("persons")), (1, 1));
    let again = super::opened(&app, XINREN.number, NEW).await;
    assert_eq!((again.person, again.account), (opened.person, opened.account));

    let chosen = "(SELECT account_id AS id, * FROM account_credentials)";
    let stored = [app.row_text("legacy_accounts", opened.account), app.row_text(chosen, opened.account)].concat();
    for secret in [XINREN.number, XINREN.name, "xin@example.com", NEW] {
        assert!(!stored.contains(secret) && !stored.contains(&hex::encode(secret)), "{stored}");
    }
    let events = audited(&app, &[XINREN.number, XINREN.name, "xin@example.com"]);
    assert!(events.contains(&"registered by sign-in".to_owned()), "{events:?}");
}

#[tokio::test]
async fn a_code_as_people_type_it_fits() {
    let app = mailing().await;
    register(&app, "session:a", registration(&XINREN, "xin@example.com")).await;
    let code = app.letter("xin@example.com").await.code();
    let wide: String = code.chars().map(|c| char::from_u32(c as u32 + 0xfee0).unwrap()).collect();
    let typed = format!(" {} {}\u{3000}", &wide[..9], &wide[9..]);
    assert!(matches!(confirm(&app, "session:a", &typed).await, Confirmed::Registered(_)));
}

#[tokio::test]
async fn five_wrong_codes_end_a_confirmation_however_many_come_at_once() {
    let app = mailing().await;
    register(&app, "session:a", registration(&XINREN, "xin@example.com")).await;
    let right = app.letter("xin@example.com").await.code();
    let wrong = if right == "000000" { "000001" } else { "000000" };
    for tries_left in [4, 3] {
        assert_eq!(confirm(&app, "session:a", wrong).await, Confirmed::Wrong { tries_left });
    }
    let mut guesses = JoinSet::new();
    for _ in 0..12 {
        let (service, wrong) = (app.service.clone(), wrong.to_owned());
        guesses.spawn(async move { service.confirm("session:a", None, &wrong, Utc::now()).await.unwrap() });
    }
    let answers = guesses.join_all().await;
    let told = answers.iter().filter(|answer| matches!(answer, Confirmed::Wrong { .. })).count();
    assert_eq!(told, 2, "{answers:?}");
    assert_eq!(confirm(&app, "session:a", &right).await, Confirmed::Gone);
    assert_eq!(app.count("legacy_accounts"), 0);
    // Begun again, it ends well.
    register(&app, "session:a", registration(&XINREN, "xin@example.com")).await;
    let code = app.letter("xin@example.com").await.code();
    assert!(matches!(confirm(&app, "session:a", &code).await, Confirmed::Registered(_)));
}

#[tokio::test]
async fn a_code_is_of_use_in_its_own_session_to_whoever_is_not_signed_in() {
    let app = mailing().await;
    let other = registered(&app, &CESHI, "ceshi@example.com").await;
    register(&app, "session:a", registration(&XINREN, "xin@example.com")).await;
    let code = app.letter("xin@example.com").await.code();
    assert_eq!(confirm(&app, "session:b", &code).await, Confirmed::Gone);
    let signed_in = app.service.confirm("session:a", Some(other.person), &code, Utc::now()).await.unwrap();
    assert_eq!(signed_in, Confirmed::Gone);
    assert!(matches!(confirm(&app, "session:a", &code).await, Confirmed::Registered(_)));
}

#[tokio::test]
async fn two_confirmations_of_one_number_at_once_make_one_account() {
    let app = mailing().await;
    let servers = [app.service.clone(), app.service.clone()];
    let mut codes = Vec::new();
    for at in 0..4 {
        let (session, to) = (format!("session:{at}"), format!("xin{at}@example.com"));
        register(&app, &session, registration(&XINREN, &to)).await;
        codes.push((session, app.letter(&to).await.code()));
    }
    let mut all = JoinSet::new();
    for (at, (session, code)) in codes.into_iter().enumerate() {
        let service = servers[at % 2].clone();
        all.spawn(async move { service.confirm(&session, None, &code, Utc::now()).await.unwrap() });
    }
    let answers = all.join_all().await;
    let made = answers.iter().filter(|answer| matches!(answer, Confirmed::Registered(_))).count();
    assert_eq!((made, app.count("legacy_accounts"), app.count("persons")), (1, 1, 1), "{answers:?}");
    assert_eq!(answers.iter().filter(|answer| **answer == Confirmed::Gone).count(), 3);
}

#[tokio::test]
async fn one_code_sent_twice_at_once_makes_one_account_and_both_are_signed_in() {
    let app = mailing().await;
    register(&app, "session:a", registration(&XINREN, "xin@example.com")).await;
    let code = app.letter("xin@example.com").await.code();
    let mut both = JoinSet::new();
    for _ in 0..2 {
        let (service, code) = (app.service.clone(), code.clone());
        both.spawn(async move { service.confirm("session:a", None, &code, Utc::now()).await.unwrap() });
    }
    let answers = both.join_all().await;
    assert!(matches!(answers[0], Confirmed::Registered(_)) && answers[0] == answers[1], "{answers:?}");
    assert_eq!((app.count("legacy_accounts"), app.count("persons")), (1, 1));
    let keys = app.redis.keys("account:pending:");
    assert!(!keys.is_empty() && keys.iter().all(|key| app.redis.life(key) <= 60_000), "for a minute");
    for key in &keys {
        app.redis.expire(key);
    }
    assert_eq!(confirm(&app, "session:a", &code).await, Confirmed::Gone);
}

#[tokio::test]
async fn a_number_that_has_an_account_is_not_registered_and_only_its_owner_learns_that() {
    let app = mailing().await;
    app.add(Account::of(&CESHI, "reissue", "1").email("old@example.com").password(OLD));
    app.add(Account::of(&CESHI, "mailing", "1").email("Old@EXAMPLE.com").password(OLD));
    app.add(Account::of(&CESHI.named("别人"), "exam", "1").email("无"));
    for number in [CESHI.number, &CESHI.number_of_15_digits(), "１１０１０１１９９００３０７１２３３"]
    {
        let new =
            buzheng::app::account::Registration { number: number.into(), ..registration(&CESHI, "thief@example.com") };
        register(&app, "session:a", new).await;
    }
    let letters = app.mailbox().await;
    let to: BTreeSet<&str> = letters.iter().map(|letter| letter.to.as_str()).collect();
    assert_eq!(to, BTreeSet::from(["old@example.com", "Old@example.com"]), "nothing to the address that was typed");
    assert!(letters.iter().all(|letter| letter.subject == "您已经注册过"), "{letters:?}");
    for guess in ["000000", "123456", ""] {
        assert!(matches!(confirm(&app, "session:a", guess).await, Confirmed::Wrong { .. }), "as of an unknown number");
    }
    for _ in 0..2 {
        confirm(&app, "session:a", "111111").await;
    }
    assert_eq!(confirm(&app, "session:a", "111111").await, Confirmed::Gone);
    assert_eq!(app.count("account_credentials"), 0);
    let events = audited(&app, &[CESHI.number, CESHI.name]);
    assert!(events.contains(&"registered_again by sign-in".to_owned()), "{events:?}");
}

#[tokio::test]
async fn what_is_registered_here_is_not_registered_again() {
    let app = mailing().await;
    registered(&app, &XINREN, "xin@example.com").await;
    register(&app, "session:b", registration(&XINREN.named("别人"), "other@example.com")).await;
    assert_eq!(app.letter("xin@example.com").await.subject, "您已经注册过");
    assert!(!app.mailbox().await.iter().any(|letter| letter.to == "other@example.com"));
    assert_eq!(app.count("legacy_accounts"), 1);
}

#[tokio::test]
async fn an_address_gets_no_more_mail_than_the_limit_whoever_types_it() {
    let app = TestApp::builder()
        .mailing()
        .config(super::transition)
        .config(|config| config.throttle.mails_per_hour = 2)
        .build()
        .await;
    for at in 0..4 {
        register(&app, &format!("session:{at}"), registration(&XINREN, "victim@example.com")).await;
    }
    assert_eq!(app.mailbox().await.len(), 2);
    let code = app.letter("victim@example.com").await.code();
    assert!(matches!(confirm(&app, "session:3", &code).await, Confirmed::Wrong { .. }), "no code was made that fits");
}

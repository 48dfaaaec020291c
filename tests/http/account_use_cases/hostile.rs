//! What strangers try: enumeration, header injection, other people's sessions.

use buzheng::app::account::Registering;
use buzheng::domain::email::Email;
use chrono::Utc;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

use super::{OLD, mailing, registration};
use crate::support::{Account, CESHI, Citizen, TestApp};

const PACE: Duration = Duration::from_secs(1);

/// How long each of these numbers takes, all of them at once: (known, unknown).
async fn times<F, Fut>(app: &TestApp, act: F) -> [Vec<Duration>; 2]
where
    F: Fn(std::sync::Arc<buzheng::app::App>, String) -> Fut,
    Fut: Future<Output = ()> + Send + 'static,
{
    let mut all = JoinSet::new();
    for at in 0..24 {
        let citizen = Citizen::invented(at, "测试");
        if at % 2 == 0 {
            app.add(
                Account::of(&citizen, "reissue", &at.to_string()).email(&format!("a{at}@example.com")).password(OLD),
            );
        }
    }
    for at in 0..24 {
        let began = Instant::now();
        let acting = act(app.service.clone(), Citizen::invented(at, "测试").number.to_owned());
        all.spawn(async move {
            acting.await;
            (at % 2 == 0, began.elapsed())
        });
    }
    let (known, unknown): (Vec<_>, Vec<_>) = all.join_all().await.into_iter().partition(|(known, _)| *known);
    [known, unknown].map(|group| group.into_iter().map(|(_, took)| took).collect())
}

/// Whether answers come at the beats of the pace alone.
fn at_the_pace(times: &[Duration]) -> bool {
    times.iter().all(|took| *took >= PACE && took.as_millis() % 1000 < 500)
}

#[tokio::test]
async fn neither_what_is_answered_nor_when_tells_whether_a_number_is_known() {
    let app = mailing().await;
    let asked = times(&app, |service, number| async move {
        service.ask_recovery(&number, "10.0.0.1", Utc::now()).await.unwrap();
    })
    .await;
    assert!(asked.iter().all(|group| at_the_pace(group)), "{asked:?}");
    let app = mailing().await;
    let registering = times(&app, |service, number| async move {
        let to = format!("{number}@example.org");
        let new = buzheng::app::account::Registration { number: number.clone(), ..registration(&CESHI, &to) };
        let answer = service.register(&format!("session:{number}"), new, Utc::now()).await.unwrap();
        assert_eq!(answer, Registering::Confirm);
    })
    .await;
    assert!(registering.iter().all(|group| at_the_pace(group)), "{registering:?}");
    let letters = app.mailbox().await;
    assert_eq!(letters.len(), 24);
    assert_eq!(letters.iter().filter(|letter| letter.to.ends_with("@example.com")).count(), 12);
}

#[test]
fn an_address_is_one_line_and_one_address() {
    for typed in [
        "a@example.com\r\nBcc: b@example.com",
        "a@example.com\nTo: b@example.com",
        "a@example.com%0d%0aBcc:b@example.com ",
        "a@example.com,b@example.com",
        "a@example.com;b@example.com",
        "<a@example.com>",
        "a@example.com> SIZE=1",
        "\"a\"@example.com",
        "a b@example.com",
        "a@[127.0.0.1]",
        "a@localhost",
        "测试@example.com",
        "a@例子.中国",
    ] {
        assert!(Email::parse(typed).is_err(), "{typed:?}");
    }
}

#[tokio::test]
async fn a_name_or_number_that_is_markup_reaches_no_mail() {
    let app = mailing().await;
    let new = buzheng::app::account::Registration {
        name: "<script>alert(1)</script>".into(),
        number: "\"><b>".into(),
        ..registration(&CESHI, "odd@example.com")
    };
    super::register(&app, "session:a", new).await;
    let letter = app.letter("odd@example.com").await;
    assert!(!letter.text.contains("script") && !letter.text.contains("<b>"), "{letter:?}");
    let raw = &app.post.as_ref().unwrap().mails()[0].raw;
    assert!(!raw.contains("alert") && raw.lines().filter(|line| line.starts_with("To:")).count() == 1);
}

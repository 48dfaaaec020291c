//! What strangers try: enumeration, header injection, other people's sessions.

use buzheng::app::account::{DoorAnswer, Registering};
use buzheng::domain::email::Email;
use chrono::Utc;
use metrics_exporter_prometheus::PrometheusHandle;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

use super::{OLD, mailing, registration, transition};
use crate::statements::{everything_sent, record};
use crate::support::{Account, CESHI, Citizen, TestApp, XINREN};

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

async fn at_a_pace() -> TestApp {
    TestApp::builder().mailing().config(transition).config(|config| config.throttle.answer_pace = PACE).build().await
}

#[tokio::test]
async fn neither_what_is_answered_nor_when_tells_whether_a_number_is_known() {
    let app = at_a_pace().await;
    let asked = times(&app, |service, number| async move {
        service.ask_recovery(&number, "10.0.0.1", Utc::now()).await.unwrap();
    })
    .await;
    assert!(asked.iter().all(|group| at_the_pace(group)), "{asked:?}");
    let app = at_a_pace().await;
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

/// The statements of one act, without what they were sent with; and how many passwords were hashed or compared.
async fn steps<T>(act: impl Future<Output = T>, metrics: &PrometheusHandle) -> (Vec<String>, u64) {
    let hashes = || {
        let shown = metrics.render();
        let mut lines = shown.lines().filter_map(|line| line.strip_prefix("buzheng_argon2id_total "));
        lines.next().map_or(0, |count| count.parse::<u64>().unwrap())
    };
    let before = hashes();
    let (_, sent) = everything_sent(act).await;
    let statement = |sent: &String| sent.split(" -- binds:").next().unwrap_or_default().to_owned();
    (sent.iter().map(statement).collect(), hashes() - before)
}

/// Beneath the pace: `make bench ARGS=enumeration` measures the time.
#[tokio::test(flavor = "multi_thread")]
async fn a_known_number_and_an_unknown_one_take_the_same_steps() {
    record();
    let metrics = buzheng::telemetry::install_metrics().unwrap();
    let app = mailing().await;
    let one = Citizen::invented(1, "测试");
    app.add(Account::of(&CESHI, "reissue", "1").email("ceshi@example.com").password(OLD));
    for system in ["reissue", "exam"] {
        app.add(Account::of(&one, system, "2").email("one@example.com").password(OLD));
    }
    // Also warms the connections, and hashes the password of nobody.
    super::open(&app, XINREN.number, "cuowu-1").await;

    let sign_in = |number| {
        let app = &app;
        async move { assert_eq!(super::open(app, number, "cuowu-1").await, DoorAnswer::Wrong) }
    };
    let unknown = steps(sign_in(XINREN.number), &metrics).await;
    assert_eq!(unknown.1, 2, "passwords compared");
    for known in [CESHI.number, one.number] {
        assert_eq!(steps(sign_in(known), &metrics).await, unknown);
    }
    let registering = |citizen: Citizen| {
        let (service, to) = (&app.service, format!("{}@example.org", citizen.number.to_lowercase()));
        async move { service.register(&to, registration(&citizen, &to), Utc::now()).await.unwrap() }
    };
    let unknown = steps(registering(XINREN), &metrics).await.1;
    assert_eq!((steps(registering(CESHI), &metrics).await.1, unknown), (1, 1));
    for number in [CESHI.number, XINREN.number] {
        assert_eq!(steps(super::ask_recovery(&app, number), &metrics).await.1, 0);
    }
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

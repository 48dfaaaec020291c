//! Text messages: the signed call, and what each answer to it leads to.

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post as on_post;
use buzheng::app::outbox::{Content, Notice, Round, post};
use buzheng::app::tx::act_blocking;
use buzheng::db::DbError;
use buzheng::db::schema::outbox;
use buzheng::domain::notice::{Channel, NoticeKind, NoticeState};
use buzheng::ids::NoticeId;
use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use std::collections::{BTreeMap, VecDeque};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};

use crate::support::TestApp;

const SECRETS: [&str; 2] = ["the-first-secret-of-this-test-hook", "the-second-secret-of-this-test-hook"];
const NUMBER: &str = "13912349999";

/// What came, and what is answered.
#[derive(Default)]
struct Hook {
    calls: Vec<(HeaderMap, String)>,
    answers: VecDeque<u16>,
}

struct Texting {
    app: TestApp,
    hook: Arc<Mutex<Hook>>,
    written_at: DateTime<Utc>,
}

impl Texting {
    async fn new(answers: &[u16]) -> Self {
        let hook = Arc::new(Mutex::new(Hook { answers: answers.iter().copied().collect(), ..Hook::default() }));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/sms/send", listener.local_addr().unwrap());
        let router = Router::new().route("/sms/send", on_post(take)).with_state(hook.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        let app = TestApp::builder()
            .config(move |config| {
                config.sms.url = Some(url.parse().unwrap());
                config.sms.secret = SECRETS[0].into();
                config.sms.next_secret = Some(SECRETS[1].into());
            })
            .build()
            .await;
        Self { app, hook, written_at: Utc::now() }
    }

    fn write(&self) -> NoticeId {
        let notice = Notice {
            kind: NoticeKind::PasswordChanged,
            person: None,
            to: NUMBER.to_owned().into(),
            content: Content::Sms { params: BTreeMap::from([("minutes".to_owned(), "20".to_owned().into())]) },
            expires_at: self.written_at + TimeDelta::minutes(20),
        };
        let (db, vault) = (&self.app.service.db, &self.app.service.vault);
        act_blocking::<_, DbError>(db, vault, self.written_at, |tx| post(tx, &notice)).unwrap()
    }

    async fn round_after(&self, seconds: i64) -> Round {
        // The attempts before took a moment each.
        let now = self.written_at + TimeDelta::seconds(seconds + 2 * seconds.signum());
        self.app.service.postman().round(Channel::Sms, now).await.unwrap()
    }

    fn state(&self, id: NoticeId) -> NoticeState {
        outbox::table.find(id).select(outbox::state).first(&mut self.app.db.connect()).unwrap()
    }
}

async fn take(State(hook): State<Arc<Mutex<Hook>>>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let mut hook = hook.lock().unwrap();
    hook.calls.push((headers, String::from_utf8(body.to_vec()).unwrap()));
    StatusCode::from_u16(hook.answers.pop_front().unwrap_or(200)).unwrap()
}

/// HMAC-SHA-256 by another implementation.
fn hmac_by_openssl(secret: &str, signed: &str) -> String {
    let mut openssl = Command::new("openssl")
        .args(["dgst", "-sha256", "-r", "-hmac", secret])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    std::io::Write::write_all(&mut openssl.stdin.take().unwrap(), signed.as_bytes()).unwrap();
    let output = openssl.wait_with_output().unwrap();
    String::from_utf8(output.stdout).unwrap().split(' ').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_text_message_is_a_call_that_the_hook_can_check_with_either_key() {
    let texting = Texting::new(&[]).await;
    let id = texting.write();
    assert_eq!(texting.round_after(5).await.sent, 1);
    let (headers, body) = texting.hook.lock().unwrap().calls[0].clone();
    let header = |name: &str| headers[name].to_str().unwrap().to_owned();
    let timestamp = header("x-buzheng-timestamp");
    let later = timestamp.parse::<i64>().unwrap() - texting.written_at.timestamp();
    assert!((6..30).contains(&later), "when the call is made: {later}");
    let signed = format!("POST\n/sms/send\n{timestamp}\n{body}");
    let expected = SECRETS.map(|secret| format!("v1={}", hmac_by_openssl(secret, &signed))).join(",");
    assert_eq!(header("x-buzheng-signature"), expected);
    assert_eq!(header("content-type"), "application/json");
    let expires_at = (texting.written_at + TimeDelta::minutes(20)).to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
    assert_eq!(
        serde_json::from_str::<serde_json::Value>(&body).unwrap(),
        serde_json::json!({"id": id.to_string(), "template": "password_changed", "params": {"minutes": "20"}, "to": NUMBER,
                           "expires_at": expires_at}),
        "a template and what goes into it, never text"
    );
}

#[tokio::test]
async fn a_call_that_is_answered_as_taken_before_is_done() {
    let texting = Texting::new(&[503, 409]).await;
    let id = texting.write();
    assert_eq!(texting.round_after(0).await, Round { deferred: 1, ..Round::default() });
    assert_eq!(texting.round_after(60).await.sent, 1);
    assert_eq!(texting.state(id), NoticeState::Sent);
    let calls = texting.hook.lock().unwrap().calls.clone();
    assert_eq!(calls.len(), 2);
    assert_eq!(calls[0].1, calls[1].1, "the same id: idempotent");
}

#[tokio::test]
async fn a_message_that_the_hook_refuses_is_over_and_a_refused_key_is_not_the_messages_fault() {
    let texting = Texting::new(&[422, 401, 200]).await;
    let refused = texting.write();
    assert_eq!(texting.round_after(0).await.failed, 1);
    assert_eq!(texting.state(refused), NoticeState::Failed);
    let waits = texting.write();
    assert!(texting.round_after(1).await.unreached);
    assert_eq!(texting.state(waits), NoticeState::Waiting);
    assert_eq!(texting.round_after(33).await.sent, 1);
}

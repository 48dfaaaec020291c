//! The running service: its listeners, its neighbours coming and going, its end.

#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "support/redis_server.rs"]
mod redis_server;
#[path = "support/relay.rs"]
mod relay;
mod scratch;

use buzheng::app::outbox;
use buzheng::app::tx::Tx;
use buzheng::domain::notice::NoticeKind;
use buzheng::vault::{KeyFile, Vault};
use diesel::connection::SimpleConnection;
use redis_server::RedisServer;
use relay::Relay;
use reqwest::{Client, Response, StatusCode};
use scratch::Installation;
use serde_json::{Value, json};
use sso::simulator::mail::{MailServer, MailServerConfig};
use std::process::Stdio;
use std::time::{Duration, Instant};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::{Child, ChildStderr, Command};

/// Longer than anything here takes on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);

/// `buzheng serve` with JSON logs.
struct Serving {
    child: Child,
    log: Lines<BufReader<ChildStderr>>,
    public: String,
    management: String,
}

impl Serving {
    async fn start(installation: &Installation, environment: &[(&str, &str)]) -> Self {
        let mut command = Command::from(installation.command(&["serve"]));
        command.env("BUZHENG__LOG__FORMAT", "json").envs(environment.iter().copied());
        let mut child = command.stderr(Stdio::piped()).stdin(Stdio::null()).kill_on_drop(true).spawn().unwrap();
        let log = BufReader::new(child.stderr.take().unwrap()).lines();
        let mut serving = Self { child, log, public: String::new(), management: String::new() };
        let line = serving.line("serving").await;
        let address = |key: &str| line[key].as_str().unwrap().to_owned();
        serving.public = address("listen");
        serving.management = address("management_listen");
        serving
    }

    /// The next line of the log whose message holds this.
    async fn line(&mut self, part: &str) -> Value {
        let search = async {
            while let Some(line) = self.log.next_line().await.unwrap() {
                let line: Value = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"));
                if line["message"].as_str().is_some_and(|message| message.contains(part)) {
                    return line;
                }
            }
            panic!("the log ended without {part:?}");
        };
        tokio::time::timeout(PATIENCE, search).await.unwrap_or_else(|_| panic!("no line with {part:?}"))
    }

    async fn ask(&self, path: &str) -> Response {
        client().get(format!("http://{}{path}", self.management)).send().await.unwrap()
    }

    /// Asks `/readyz` until it answers so.
    async fn ready(&self, status: StatusCode) -> Value {
        let started = Instant::now();
        loop {
            let answer = self.ask("/readyz").await;
            if answer.status() == status {
                return answer.json().await.unwrap();
            }
            assert!(started.elapsed() < PATIENCE, "still {}: {:?}", answer.status(), answer.text().await);
        }
    }

    fn terminate(&self) {
        let pid = self.child.id().unwrap().to_string();
        assert!(std::process::Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    }

    async fn exit_code(&mut self) -> Option<i32> {
        tokio::time::timeout(PATIENCE, self.child.wait()).await.expect("it ends").unwrap().code()
    }
}

fn client() -> Client {
    sso::install_crypto_provider();
    Client::builder().redirect(reqwest::redirect::Policy::none()).timeout(PATIENCE).build().unwrap()
}

/// A stand-in for a neighbour's address: passes connections on while it stands, refuses them when dropped.
struct Gate {
    task: tokio::task::JoinHandle<()>,
    port: u16,
}

impl Gate {
    async fn open(port: u16, to: String) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", port)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let task = tokio::spawn(async move {
            // Connections end with this task.
            let mut passing = tokio::task::JoinSet::new();
            loop {
                let (mut near, _) = listener.accept().await.unwrap();
                let to = to.clone();
                passing.spawn(async move {
                    let Ok(mut far) = TcpStream::connect(to).await else { return };
                    tokio::io::copy_bidirectional(&mut near, &mut far).await.ok();
                });
            }
        });
        Self { task, port }
    }

    /// The port is free again afterwards.
    async fn close(self) {
        self.task.abort();
        self.task.await.unwrap_err();
    }
}

fn address_of(url: &str, default_port: u16) -> String {
    let url: url::Url = url.parse().unwrap();
    format!("{}:{}", url.host_str().unwrap(), url.port().unwrap_or(default_port))
}

fn with_port(url: &str, port: u16) -> String {
    let mut url: url::Url = url.parse().unwrap();
    url.set_host(Some("127.0.0.1")).unwrap();
    url.set_port(Some(port)).unwrap();
    url.into()
}

#[tokio::test]
async fn the_management_listener_tells_life_readiness_and_metrics_and_the_public_one_does_not() {
    let installation = Installation::new().migrated();
    let serving = Serving::start(&installation, &[]).await;
    assert_eq!(serving.ask("/healthz").await.status(), StatusCode::OK);
    let ready = serving.ready(StatusCode::OK).await;
    assert_eq!(ready["checks"]["database"], "ok");
    let page = client().get(format!("http://{}/", serving.public)).send().await.unwrap();
    assert_eq!(page.status(), StatusCode::OK);
    let metrics = serving.ask("/metrics").await.text().await.unwrap();
    for name in [
        "buzheng_build_info{version=",
        "buzheng_database_connections{state=\"idle\"}",
        "http_request_duration_seconds_bucket{",
    ] {
        assert!(metrics.contains(name), "{name} is missing in: {metrics}");
    }
    for path in ["/healthz", "/readyz", "/metrics"] {
        let answer = client().get(format!("http://{}{path}", serving.public)).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn the_metrics_tell_how_many_old_passwords_wait_to_be_wrapped() {
    let installation = Installation::new().migrated();
    let accounts = "INSERT INTO import_batches (name, started_at) VALUES ('b', now());
        INSERT INTO legacy_accounts (id, system, key, number_sealed, name_sealed, email_sealed, registered_at, password_scheme,
            password_sealed, content_digest, raw_sealed, batch, imported_at)
        SELECT gen_random_uuid(), 'reissue', n::text, '', '', '', '', scheme, 'sealed', '', '', 'b', now()
        FROM unnest(ARRAY['md5', 'sha1', '{\"scheme\":\"bcrypt\"}']) WITH ORDINALITY AS old (scheme, n)";
    installation.database.connect().batch_execute(accounts).unwrap();
    let serving = Serving::start(&installation, &[("BUZHENG__JOBS__WRAP_CORES", "0")]).await;
    let started = Instant::now();
    loop {
        let metrics = serving.ask("/metrics").await.text().await.unwrap();
        if metrics.contains("buzheng_passwords_waiting 2\n") {
            break;
        }
        assert!(started.elapsed() < PATIENCE, "{metrics}");
    }
}

#[tokio::test]
async fn notices_are_sent_while_the_service_runs_and_its_metrics_tell_of_them() {
    let installation = Installation::new().migrated();
    let server = MailServer::start("127.0.0.1:0".parse().unwrap(), MailServerConfig::default()).await.unwrap();
    let url = format!("smtp://{}?tls=none", server.address());
    let environment = [("BUZHENG__SMTP__URL", url.as_str()), ("BUZHENG__SMTP__FROM", "noreply@example.gov.cn")];
    let serving = Serving::start(&installation, &environment).await;
    let vault = Vault::new(&KeyFile::read(&installation.folder.path().join("keys.toml")).unwrap());
    let now = chrono::Utc::now();
    let notice = outbox::Notice {
        kind: NoticeKind::PasswordChanged,
        person: None,
        to: "ceshi.li@example.com".to_owned().into(),
        content: outbox::Content::Mail {
            subject: "密码已修改".into(),
            text: "x".to_owned().into(),
            html: "x".to_owned().into(),
        },
        expires_at: now + chrono::TimeDelta::hours(1),
    };
    outbox::post(&mut Tx { conn: &mut installation.database.connect(), vault: &vault, now }, &notice).unwrap();
    tokio::time::timeout(PATIENCE, server.wait_for(1)).await.expect("the notice goes out by itself");
    let started = Instant::now();
    loop {
        let metrics = serving.ask("/metrics").await.text().await.unwrap();
        if metrics.contains("buzheng_outbox_attempts_total{channel=\"mail\",outcome=\"taken\"} 1\n")
            && metrics.contains("buzheng_outbox_notices{state=\"waiting\"} 0\n")
        {
            break;
        }
        assert!(started.elapsed() < PATIENCE, "{metrics}");
    }
}

#[tokio::test]
async fn it_starts_without_a_schema_and_is_ready_once_there_is_one() {
    let installation = Installation::new();
    let mut serving = Serving::start(&installation, &[]).await;
    let not_ready = serving.ready(StatusCode::SERVICE_UNAVAILABLE).await;
    assert_eq!(not_ready["checks"]["database"], "ok");
    assert!(not_ready["checks"]["schema"].as_str().unwrap().contains("buzheng schema migrate"), "{not_ready}");
    serving.line("buzheng schema migrate").await;
    let installation = installation.migrated();
    serving.ready(StatusCode::OK).await;
    drop(installation);
}

#[tokio::test]
async fn it_starts_while_redis_is_down_and_recovers_by_itself() {
    let installation = Installation::new().migrated();
    let redis = scratch::environment("BUZHENG_TEST_REDIS_URL");
    let target = address_of(&redis, 6379);
    let gate = Gate::open(0, target.clone()).await;
    let port = gate.port;
    gate.close().await;
    let mut serving = Serving::start(&installation, &[("BUZHENG__REDIS__URL", &with_port(&redis, port))]).await;
    let not_ready = serving.ready(StatusCode::SERVICE_UNAVAILABLE).await;
    assert_eq!(not_ready["checks"]["redis"], "does not answer");
    assert_eq!(not_ready["checks"]["database"], "ok");
    serving.line("redis does not answer").await;
    assert_eq!(serving.ask("/healthz").await.status(), StatusCode::OK);

    let gate = Gate::open(port, target.clone()).await;
    serving.ready(StatusCode::OK).await;
    serving.line("redis is as needed again").await;
    gate.close().await;
    serving.ready(StatusCode::SERVICE_UNAVAILABLE).await;
    let _gate = Gate::open(port, target).await;
    serving.ready(StatusCode::OK).await;
}

#[tokio::test]
async fn it_starts_while_the_database_is_down_and_recovers_by_itself() {
    let installation = Installation::new().migrated();
    let database = installation.database.url.as_str();
    let target = address_of(database, 5432);
    let gate = Gate::open(0, target.clone()).await;
    let port = gate.port;
    gate.close().await;
    let url = with_port(database, port);
    let mut serving = Serving::start(&installation, &[("BUZHENG__DATABASE__URL", &url)]).await;
    let not_ready = serving.ready(StatusCode::SERVICE_UNAVAILABLE).await;
    assert!(not_ready["checks"]["database"].as_str().unwrap().starts_with("does not answer"), "{not_ready}");
    assert_eq!(not_ready["checks"]["redis"], "ok");
    let warning = serving.line("database does not answer").await;
    assert!(!warning.to_string().contains("postgres://"), "{warning}");
    let _gate = Gate::open(port, target).await;
    serving.ready(StatusCode::OK).await;
    serving.line("the start is in the audit log").await;
    let entry = installation.buzheng(&["audit", "list", "--format", "json"]).expect(0).json();
    assert_eq!((&entry["event"], &entry["actor"]), (&"configuration_started".into(), &"service".into()));
    assert_eq!(entry["details"]["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(entry["details"]["configuration"].as_str().unwrap().len(), 64);
}

#[tokio::test]
async fn a_signal_lets_the_running_request_finish_and_refuses_new_ones() {
    let installation = Installation::new().migrated();
    let mut serving = Serving::start(&installation, &[("BUZHENG__SERVER__SHUTDOWN_DELAY", "0s")]).await;
    let mut running = unfinished_request(&serving.public).await;
    // Idle since its last answer.
    let mut idle = TcpStream::connect(&serving.public).await.unwrap();
    idle.write_all(b"GET /help HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    let mut start = [0; 15];
    idle.read_exact(&mut start).await.unwrap();
    assert_eq!(&start, b"HTTP/1.1 200 OK");

    serving.terminate();
    serving.line("signal received").await;
    let mut rest = Vec::new();
    tokio::time::timeout(PATIENCE, idle.read_to_end(&mut rest)).await.expect("an idle connection is closed").unwrap();
    refused(&serving.public).await;
    running.write_all(b"state=x").await.unwrap();
    let mut answer = String::new();
    tokio::time::timeout(PATIENCE, running.read_to_string(&mut answer)).await.expect("an answer").unwrap();
    assert!(answer.starts_with("HTTP/1.1 "), "{answer}");
    serving.line("stopped").await;
    assert_eq!(serving.exit_code().await, Some(0));
}

/// A request that a handler works on, and whose body of 7 bytes has yet to come: the handler has asked for it.
async fn unfinished_request(address: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let head = "POST /sso/callback HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n\
                Content-Length: 7\r\nExpect: 100-continue\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = [0; "HTTP/1.1 100 Continue\r\n\r\n".len()];
    tokio::time::timeout(PATIENCE, stream.read_exact(&mut answer)).await.expect("asked for the body").unwrap();
    assert!(answer.starts_with(b"HTTP/1.1 100"));
    stream
}

/// The listener goes moments after the signal was noticed.
async fn refused(address: &str) {
    let started = Instant::now();
    while TcpStream::connect(address).await.is_ok() {
        assert!(started.elapsed() < PATIENCE, "{address} still accepts");
    }
}

#[tokio::test]
async fn a_request_that_never_ends_is_cut_off_after_the_shutdown_time() {
    let installation = Installation::new().migrated();
    let environment = [("BUZHENG__SERVER__SHUTDOWN_TIMEOUT", "200ms"), ("BUZHENG__SERVER__SHUTDOWN_DELAY", "0s")];
    let mut serving = Serving::start(&installation, &environment).await;
    let _running = unfinished_request(&serving.public).await;
    serving.terminate();
    serving.line("did not finish in time").await;
    assert_eq!(serving.exit_code().await, Some(0));
}

#[tokio::test]
async fn it_is_not_ready_from_the_signal_on_and_serves_until_the_delay_is_over() {
    let installation = Installation::new().migrated();
    let mut serving = Serving::start(&installation, &[("BUZHENG__SERVER__SHUTDOWN_DELAY", "10m")]).await;
    serving.ready(StatusCode::OK).await;
    serving.terminate();
    serving.line("signal received").await;
    let not_ready = serving.ready(StatusCode::SERVICE_UNAVAILABLE).await;
    assert_eq!(not_ready, json!({ "ready": false, "checks": { "shutdown": "this server is stopping" } }));
    assert_eq!(serving.ask("/healthz").await.status(), StatusCode::OK);
    // A new connection.
    let page = client().get(format!("http://{}/help", serving.public)).send().await.unwrap();
    assert_eq!(page.status(), StatusCode::OK);
    serving.terminate();
    serving.line("second signal").await;
    assert_eq!(serving.exit_code().await, Some(1));

    let mut serving = Serving::start(&installation, &[("BUZHENG__SERVER__SHUTDOWN_DELAY", "200ms")]).await;
    serving.terminate();
    serving.line("signal received").await;
    serving.line("stopped").await;
    assert_eq!(serving.exit_code().await, Some(0));
}

#[tokio::test]
async fn doctor_tells_of_a_proxy_whose_forwarded_addresses_are_of_no_use() {
    let installation = Installation::new().migrated();
    let proxies = [("BUZHENG__SERVER__TRUSTED_PROXIES", "['127.0.0.1/32']")];
    let serving = Serving::start(&installation, &proxies).await;
    let told = || {
        let output = installation.command(&["doctor", "--format", "json"]).envs(proxies).output().unwrap();
        let report = scratch::Ended::from(output).json();
        let findings = report["findings"].as_array().unwrap().clone();
        findings.into_iter().find(|finding| finding["code"] == "server.proxies").expect("a finding")
    };
    let before = told();
    assert_eq!(before["severity"], "ok");
    assert!(before["message"].as_str().unwrap().contains("X-Forwarded-For"), "{before}");
    let sign_in = client().get(format!("http://{}/sso/login", serving.public)).header("x-forwarded-for", "geheim");
    sign_in.send().await.unwrap();
    let after = told();
    assert_eq!(after["severity"], "warning");
    assert!(after["message"].as_str().unwrap().contains("127.0.0.1"), "{after}");
    assert!(!after.to_string().contains("geheim"), "{after}");
}

#[tokio::test]
async fn a_database_that_falls_silent_does_not_keep_the_process() {
    let installation = Installation::new().migrated();
    let database = installation.database.url.as_str();
    let relay = Relay::start(address_of(database, 5432));
    let url = with_port(database, relay.address().port());
    let environment = [("BUZHENG__DATABASE__URL", url.as_str()), ("BUZHENG__SERVER__SHUTDOWN_TIMEOUT", "1s")];
    let mut serving = Serving::start(&installation, &environment).await;
    serving.ready(StatusCode::OK).await;
    relay.swallow();
    let not_ready = serving.ready(StatusCode::SERVICE_UNAVAILABLE).await;
    assert!(not_ready["checks"]["database"].as_str().unwrap().starts_with("does not answer"), "{not_ready}");
    serving.terminate();
    let told = Instant::now();
    assert_eq!(serving.exit_code().await, Some(0));
    assert!(told.elapsed() < Duration::from_secs(30), "{:?}", told.elapsed());
}

#[tokio::test]
async fn a_database_whose_connections_died_is_ready_again_by_itself() {
    let installation = Installation::new().migrated();
    let database = installation.database.url.as_str();
    let relay = Relay::start(address_of(database, 5432));
    let url = with_port(database, relay.address().port());
    let serving = Serving::start(&installation, &[("BUZHENG__DATABASE__URL", url.as_str())]).await;
    serving.ready(StatusCode::OK).await;
    relay.swallow();
    serving.ready(StatusCode::SERVICE_UNAVAILABLE).await;
    relay.restore();
    let restored = Instant::now();
    serving.ready(StatusCode::OK).await;
    assert!(restored.elapsed() < Duration::from_secs(12), "{:?}", restored.elapsed());
}

#[tokio::test]
async fn a_client_that_dawdles_over_its_head_is_cut_off_and_others_are_served() {
    let installation = Installation::new().migrated();
    let serving = Serving::start(&installation, &[("BUZHENG__SERVER__HEADER_TIMEOUT", "1s")]).await;
    let mut silent = TcpStream::connect(&serving.public).await.unwrap();
    let mut slow = TcpStream::connect(&serving.public).await.unwrap();
    slow.write_all(b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ").await.unwrap();
    let page = client().get(format!("http://{}/help", serving.public)).send().await.unwrap();
    assert_eq!(page.status(), StatusCode::OK);
    for stream in [&mut silent, &mut slow] {
        let mut answer = Vec::new();
        // A reset is an end, too.
        let _ =
            tokio::time::timeout(PATIENCE, stream.read_to_end(&mut answer)).await.expect("the connection is closed");
        assert!(!answer.starts_with(b"HTTP/1.1 200"));
    }
}

#[tokio::test]
async fn connections_beyond_the_limit_wait_until_one_is_done() {
    let installation = Installation::new().migrated();
    let serving = Serving::start(&installation, &[("BUZHENG__SERVER__MAX_CONNECTIONS", "1")]).await;
    let request = b"GET /help HTTP/1.1\r\nHost: x\r\n\r\n";
    let mut first = TcpStream::connect(&serving.public).await.unwrap();
    first.write_all(request).await.unwrap();
    let mut start = [0; 12];
    first.read_exact(&mut start).await.unwrap();
    let mut second = TcpStream::connect(&serving.public).await.unwrap();
    second.write_all(request).await.unwrap();
    let waiting = tokio::time::timeout(Duration::from_millis(300), second.read_exact(&mut start)).await;
    assert!(waiting.is_err(), "the second is not served while the first holds the only place");
    drop(first);
    tokio::time::timeout(PATIENCE, second.read_exact(&mut start)).await.expect("served now").unwrap();
    assert_eq!(&start, b"HTTP/1.1 200");
}

#[tokio::test]
async fn a_port_that_is_taken_is_named_with_its_key() {
    let installation = Installation::new();
    let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = taken.local_addr().unwrap().to_string();
    for (variable, key) in [
        ("BUZHENG__SERVER__LISTEN", "server.listen"),
        ("BUZHENG__SERVER__MANAGEMENT_LISTEN", "server.management_listen"),
    ] {
        let output = installation.command(&["serve"]).env(variable, &address).output().unwrap();
        let ended = scratch::Ended::from(output).expect(2);
        assert!(ended.stderr.contains(&format!("error: {key} {address}")), "{}", ended.stderr);
    }
}

#[cfg(feature = "simulator")]
#[tokio::test]
async fn an_outage_of_the_portal_and_its_end_are_noticed_without_a_visitor() {
    use sso::simulator::{Simulator, SimulatorConfig};
    let installation = Installation::new().migrated();
    let simulator = Simulator::start("127.0.0.1:0".parse().unwrap(), SimulatorConfig::default()).await.unwrap();
    simulator.silence();
    let environment = [
        ("BUZHENG__PORTAL__OIDC__ISSUER", simulator.base_url()),
        ("BUZHENG__PORTAL__OIDC__REQUEST_TIMEOUT", "2s"),
        ("BUZHENG__PORTAL__OUTAGE__PAUSE", "1s"),
    ];
    let mut serving = Serving::start(&installation, &environment).await;
    serving.line("the portal does not answer").await;
    let turned_away = client().get(format!("http://{}/sso/login", serving.public)).send().await.unwrap();
    assert_eq!(turned_away.status(), StatusCode::SERVICE_UNAVAILABLE);
    simulator.speak();
    serving.line("the portal answers again").await;
    let to_portal = client().get(format!("http://{}/sso/login", serving.public)).send().await.unwrap();
    assert_eq!(to_portal.status(), StatusCode::SEE_OTHER);
}

#[cfg(feature = "simulator")]
#[tokio::test]
async fn demo_says_ready_once_and_a_sign_in_reaches_the_simulated_portal() {
    let installation = Installation::new().migrated();
    let mut command = Command::from(installation.command(&["demo", "--simulator-listen", "127.0.0.1:0"]));
    // The address that browsers see must be known beforehand.
    let public = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    command.env("BUZHENG__SERVER__LISTEN", public.to_string());
    command.env("BUZHENG__SERVER__PUBLIC_URL", format!("http://{public}"));
    let mut child =
        command.stdout(Stdio::piped()).stderr(Stdio::null()).stdin(Stdio::null()).kill_on_drop(true).spawn().unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap()).lines();
    let line = tokio::time::timeout(PATIENCE, out.next_line()).await.unwrap().unwrap();
    assert_eq!(line, Some(format!("ready: http://{public}/")));
    let to_portal = client().get(format!("http://{public}/sso/login")).send().await.unwrap();
    assert_eq!(to_portal.status(), StatusCode::SEE_OTHER);
    let page = client().get(to_portal.headers()["location"].to_str().unwrap()).send().await.unwrap();
    assert_eq!(page.status(), StatusCode::OK);
    let page = page.text().await.unwrap();
    for persona in ["ceshi", "shiwuwei", "jiandian", "gaiming", "xinren", "faren", "dijibie"] {
        assert!(page.contains(persona), "{persona} is missing");
    }
    let pid = child.id().unwrap().to_string();
    assert!(std::process::Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
    assert_eq!(tokio::time::timeout(PATIENCE, child.wait()).await.unwrap().unwrap().code(), Some(0));
    assert_eq!(out.next_line().await.unwrap(), None, "nothing but the one line");
}

#[tokio::test]
async fn readiness_tries_what_pages_need_of_redis_and_finds_the_new_primary_by_itself() {
    let (old, new) = (RedisServer::start(), RedisServer::start());
    let relay = Relay::start(old.address());
    let url = format!("redis://{}/0", relay.address());
    let installation = Installation::new().migrated();
    let serving = Serving::start(&installation, &[("BUZHENG__REDIS__URL", &url)]).await;
    serving.ready(StatusCode::OK).await;
    old.run("REPLICAOF 127.0.0.1 1");
    let told = serving.ready(StatusCode::SERVICE_UNAVAILABLE).await;
    assert_eq!(told["checks"]["redis"], "refuses what pages need (READONLY)");
    relay.point_to(new.address());
    let began = Instant::now();
    serving.ready(StatusCode::OK).await;
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
    // And one that is gone without a word.
    relay.swallow_existing();
    let began = Instant::now();
    while serving.ask("/readyz").await.status() != StatusCode::OK {
        assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
    }
}

#[tokio::test]
async fn the_announcement_changes_with_its_file_while_the_service_runs() {
    let installation = Installation::new().migrated();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("notice.txt");
    std::fs::write(&file, "今晚维护").unwrap();
    let mut serving = Serving::start(&installation, &[("BUZHENG__SITE__NOTICE_FILE", file.to_str().unwrap())]).await;
    for (shown, next) in [("今晚维护", "维护已结束"), ("维护已结束", "")] {
        serving.line("the pages show what site.notice_file says now").await;
        let page = client().get(format!("http://{}/", serving.public)).send().await.unwrap().text().await.unwrap();
        assert!(page.contains(shown), "{shown} is not shown");
        std::fs::write(&file, next).unwrap();
    }
}

//! `buzheng doctor`: what is wrong with an installation, and what to do about it.

#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "support/redis_server.rs"]
mod redis_server;
mod scratch;

use diesel::connection::SimpleConnection;
use redis_server::RedisServer;
use scratch::{Ended, Installation, finding};
use serde_json::Value;
use sso::simulator::mail::{MailFault, MailServer, MailServerConfig, Stage};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;

/// A pooler of Debian's before the database of these tests; ends when dropped.
struct PgBouncer(std::process::Child);

impl PgBouncer {
    /// Answers the address by which it leads to the database.
    fn start(installation: &Installation, mode: &str) -> (Self, String) {
        let (url, folder) = (&installation.database.url, installation.folder.path());
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let (host, theirs) = (url.host_str().unwrap(), url.port().unwrap_or(5432));
        let (user, password) = (url.username(), url.password().unwrap_or_default());
        let settings = format!(
            "[databases]\n* = host={host} port={theirs} user={user} password={password}\n[pgbouncer]\nlisten_addr = 127.0.0.1\n\
             listen_port = {port}\nunix_socket_dir =\nauth_type = any\npool_mode = {mode}\n"
        );
        std::fs::write(folder.join("pgbouncer.ini"), settings).unwrap();
        // It does not run as root; whom it becomes must read its settings.
        std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o755)).unwrap();
        let mut command = std::process::Command::new("sh");
        command.args([
            "-c",
            "PATH=$PATH:/usr/sbin; [ \"$(id -u)\" -ne 0 ] || set -- -u nobody; exec pgbouncer -q \"$@\" pgbouncer.ini",
            "sh",
        ]);
        let child = command.current_dir(folder).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let pooler = Self(child);
        let mut through = url.clone();
        through.set_host(Some("127.0.0.1")).unwrap();
        through.set_port(Some(port)).unwrap();
        let started = std::time::Instant::now();
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(started.elapsed().as_secs() < 60, "pgbouncer does not listen");
            std::thread::yield_now();
        }
        (pooler, through.into())
    }
}

impl Drop for PgBouncer {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

#[test]
fn doctor_names_a_pooler_in_transaction_mode_and_no_other() {
    let installation = Installation::new().migrated();
    let doctor = |url: &str| {
        let mut command = installation.command(&["doctor", "--format", "json"]);
        Ended::from(command.env("BUZHENG__DATABASE__URL", url).output().unwrap()).json()
    };
    let poolers = |report: &Value| {
        let findings = report["findings"].as_array().unwrap().iter();
        findings.filter(|finding| finding["code"] == "database.pooler").cloned().collect::<Vec<_>>()
    };
    let direct = doctor(installation.database.url.as_str());
    assert_eq!(poolers(&direct), Vec::<Value>::new(), "{direct:#}");
    for (mode, named) in [("transaction", 1), ("session", 0)] {
        let (pooler, url) = PgBouncer::start(&installation, mode);
        let found = poolers(&doctor(&url));
        assert_eq!(found.len(), named, "{mode}: {found:#?}");
        if let [finding] = &found[..] {
            assert_eq!(finding["severity"], "problem");
            assert!(finding["message"].as_str().unwrap().contains("PgBouncer"), "{finding:#}");
            assert!(finding["next_step"].as_str().unwrap().contains("pool_mode = session"), "{finding:#}");
        }
        drop(pooler);
    }
}

#[test]
fn a_redis_user_who_may_not_ask_for_info_is_no_fault() {
    let installation = Installation::new().migrated();
    let mut url: url::Url = scratch::environment("BUZHENG_TEST_REDIS_URL").parse().unwrap();
    let mut redis = redis::Client::open(url.as_str()).unwrap().get_connection().unwrap();
    let user = format!("bz_{}", uuid::Uuid::new_v4().simple());
    let rules = ["on", ">of-the-test", "~*", "+@all", "-info", "-config"];
    let _: () = redis::cmd("ACL").arg("SETUSER").arg(&user).arg(&rules).query(&mut redis).unwrap();
    url.set_username(&user).unwrap();
    url.set_password(Some("of-the-test")).unwrap();
    let mut command = installation.command(&["doctor", "--format", "json"]);
    let report = Ended::from(command.env("BUZHENG__REDIS__URL", url.as_str()).output().unwrap()).json();
    let _: i64 = redis::cmd("ACL").arg("DELUSER").arg(&user).query(&mut redis).unwrap();
    for code in ["redis.connect", "redis.version", "redis.eviction"] {
        assert_eq!(finding(&report, code)["severity"], "ok", "{report:#}");
    }
    assert!(finding(&report, "redis.version")["message"].as_str().unwrap().contains("INFO"), "{report:#}");
}

#[test]
fn doctor_tells_of_a_database_that_takes_no_writes() {
    let installation = Installation::new().migrated();
    let name = installation.database.url.path().trim_start_matches('/').to_owned();
    let writes = || {
        let report = installation.buzheng(&["doctor", "--format", "json"]).json();
        let finding = finding(&report, "database.writes");
        (finding["severity"].as_str().unwrap().to_owned(), finding["message"].as_str().unwrap().to_owned())
    };
    assert_eq!(writes().0, "ok");
    for (parameter, value, words) in
        [("default_transaction_read_only", "on", "it is read-only"), ("temp_file_limit", "'8kB'", "temp")]
    {
        let mut superuser = installation.database.superuser();
        superuser.batch_execute(&format!("ALTER DATABASE {name} SET {parameter} = {value}")).unwrap();
        let (severity, message) = writes();
        assert_eq!(severity, "problem", "{message}");
        assert!(message.contains(words), "{message}");
        superuser
            .batch_execute(&format!("SET default_transaction_read_only = off; ALTER DATABASE {name} RESET {parameter}"))
            .unwrap();
    }
}

#[test]
fn doctor_tells_of_each_part_what_is_wrong_and_what_to_do() {
    let installation = Installation::new().migrated();
    let keys = installation.folder.path().join("keys.toml");
    std::fs::set_permissions(&keys, std::fs::Permissions::from_mode(0o640)).unwrap();
    let doctor = |database: &str, redis: &str| {
        let mut command = installation.command(&["doctor", "--format", "json"]);
        command.env("BUZHENG__DATABASE__URL", database).env("BUZHENG__REDIS__URL", redis);
        // libpq has translations, which are not to be taken for something else.
        command.env("LC_ALL", "zh_CN.UTF-8").env("LANGUAGE", "zh_CN");
        Ended::from(command.output().unwrap()).expect(2).json()
    };
    let good = scratch::environment("BUZHENG_TEST_REDIS_URL");
    let report = doctor(installation.database.url.as_str(), &good);
    for code in
        ["configuration", "keys.file", "database.connect", "database.version", "database.schema", "redis.version"]
    {
        assert_eq!(finding(&report, code)["severity"], "ok", "{report:#}");
    }
    assert_eq!(finding(&report, "clock.database")["severity"], "ok");
    assert_eq!(finding(&report, "keys.access")["severity"], "warning");
    assert!(finding(&report, "keys.access")["next_step"].as_str().unwrap().contains("chmod 600"));
    assert_eq!(finding(&report, "portal.unreachable")["severity"], "problem");

    let mut missing = installation.database.url.clone();
    missing.set_path("no_such_database");
    let report = doctor(missing.as_str(), "redis://127.0.0.1:9/");
    for code in ["database.connect", "redis.connect"] {
        let finding = finding(&report, code);
        assert_eq!(finding["severity"], "problem");
        assert_ne!(finding["next_step"], "");
    }
    assert!(finding(&report, "database.connect")["message"].as_str().unwrap().contains("no_such_database"));
}

#[test]
fn doctor_tries_what_pages_need_of_redis_and_names_what_refuses_it() {
    let (installation, server) = (Installation::new().migrated(), RedisServer::start());
    let writes = || {
        let mut command = installation.command(&["doctor", "--format", "json"]);
        command.env("BUZHENG__REDIS__URL", server.url());
        // The portal is missing in any case.
        let report = Ended::from(command.output().unwrap()).expect(2).json();
        finding(&report, "redis.writes").clone()
    };
    assert_eq!(writes()["severity"], "ok");
    for (away, back, next_step) in [
        ("REPLICAOF 127.0.0.1 1", "REPLICAOF NO ONE", "primary"),
        ("CONFIG SET maxmemory 1", "CONFIG SET maxmemory 0", "maxmemory"),
        ("CONFIG SET min-replicas-to-write 1", "CONFIG SET min-replicas-to-write 0", "replicas"),
    ] {
        server.run(away);
        let finding = writes();
        assert_eq!(finding["severity"], "problem", "{away}");
        assert!(finding["next_step"].as_str().unwrap().contains(next_step), "{finding}");
        server.run(back);
    }
    assert_eq!(writes()["severity"], "ok");
}

/// Has the server take TLS too, with a certificate for 127.0.0.1; answers the port, and the authority that vouches for it.
fn speak_tls(server: &RedisServer) -> (u16, PathBuf) {
    let key = || rcgen::KeyPair::generate().unwrap();
    let mut authority = rcgen::CertificateParams::default();
    authority.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let authority = rcgen::CertifiedIssuer::self_signed(authority, key()).unwrap();
    let own_key = key();
    let own = rcgen::CertificateParams::new(["127.0.0.1".to_owned()]).unwrap().signed_by(&own_key, &authority).unwrap();
    let file = |name: &str, text: String| {
        let path = server.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let (own, own_key) = (file("own.pem", own.pem()), file("key.pem", own_key.serialize_pem()));
    let authority = file("authority.pem", authority.pem());
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let [own, own_key, trusted] = [&own, &own_key, &authority].map(|path| path.to_str().unwrap());
    server.run(&format!(
        "CONFIG SET tls-auth-clients no tls-ca-cert-file {trusted} tls-cert-file {own} tls-key-file {own_key} tls-port {port}"
    ));
    (port, authority)
}

#[test]
fn redis_is_spoken_to_over_tls_where_the_systems_authorities_vouch_for_it() {
    let (installation, server) = (Installation::new().migrated(), RedisServer::start());
    let (port, authority) = speak_tls(&server);
    let severity = |host: &str, trusted: Option<&Path>| {
        let mut command = installation.command(&["doctor", "--format", "json"]);
        command.env("BUZHENG__REDIS__URL", format!("rediss://{host}:{port}/0")).env_remove("SSL_CERT_DIR");
        command.envs(trusted.map(|path| ("SSL_CERT_FILE", path)));
        let report = Ended::from(command.output().unwrap()).json();
        finding(&report, "redis.connect")["severity"].as_str().unwrap().to_owned()
    };
    assert_eq!(severity("127.0.0.1", Some(&authority)), "ok");
    assert_eq!(severity("127.0.0.1", None), "problem", "nobody vouches for it");
    assert_eq!(severity("localhost", Some(&authority)), "problem", "it is for another name");
}

#[tokio::test(flavor = "multi_thread")]
async fn doctor_tries_the_mail_server_and_mails_nothing() {
    let installation = Installation::new().migrated();
    let config = MailServerConfig { credentials: Some("bz:right".into()), ..MailServerConfig::default() };
    let server = MailServer::start("127.0.0.1:0".parse().unwrap(), config).await.unwrap();
    let examined = |url: String| {
        let mut command = installation.command(&["doctor", "--format", "json"]);
        command.env("BUZHENG__SMTP__URL", url).env("BUZHENG__SMTP__FROM", "noreply@example.gov.cn");
        let report = Ended::from(tokio::task::block_in_place(|| command.output().unwrap())).json();
        finding(&report, "smtp.connect").clone()
    };
    let address = server.address();
    assert_eq!(examined(format!("smtp://bz:right@{address}?tls=none"))["severity"], "ok");
    for (url, reason) in [
        (format!("smtp://bz:wrong@{address}?tls=none"), "user name and password of smtp.url (535 5.7.8)"),
        (format!("smtp://bz:right@{address}"), "no STARTTLS"),
        ("smtp://127.0.0.1:9?tls=none".to_owned(), "cannot be connected to (refused)"),
    ] {
        let finding = examined(url);
        assert_eq!(finding["severity"], "problem");
        assert!(finding["message"].as_str().unwrap().contains(reason), "{finding}");
        assert!(!finding.to_string().contains("wrong@"), "{finding}");
    }
    server.fault(Stage::Sender, MailFault::Answer("553 5.7.1 not your address"));
    let finding = examined(format!("smtp://bz:right@{address}?tls=none"));
    assert!(finding["message"].as_str().unwrap().contains("smtp.from as a sender (553 5.7.1)"), "{finding}");
    assert!(!server.verbs().iter().any(|verb| verb == "RCPT"), "nothing is mailed");
}

#[test]
fn doctor_names_a_schema_that_is_behind() {
    let ended = Installation::new().buzheng(&["doctor"]).expect(2);
    assert!(ended.stdout.contains("problem  database.schema"), "{}", ended.stdout);
    assert!(ended.stdout.contains("buzheng schema migrate"), "{}", ended.stdout);
}

#[test]
fn doctor_reports_a_bad_configuration_as_findings() {
    let installation = Installation::new();
    let mut command = installation.command(&["doctor", "--format", "json"]);
    command.env("BUZHENG__SERVER__COLOUR", "red").env("BUZHENG__DATABASE__URL", "mysql://x");
    let report = Ended::from(command.output().unwrap()).expect(2).json();
    let findings = report["findings"].as_array().unwrap();
    assert_eq!(findings.len(), 2, "{report:#}");
    assert!(findings.iter().all(|finding| finding["severity"] == "problem" && finding["code"] == "configuration"));
}

#[test]
fn doctor_warns_of_a_user_who_could_rewrite_the_audit_log() {
    let installation = Installation::new().migrated();
    let doctor = |url: &str| {
        let mut command = installation.command(&["doctor", "--format", "json"]);
        command.env("BUZHENG__DATABASE__URL", url);
        Ended::from(command.output().unwrap()).expect(2).json()
    };
    assert_eq!(finding(&doctor(installation.database.url.as_str()), "database.audit")["severity"], "ok");
    let mut superuser: url::Url = scratch::environment("BUZHENG_TEST_SUPERUSER_URL").parse().unwrap();
    superuser.set_path(installation.database.url.path());
    assert_eq!(finding(&doctor(superuser.as_str()), "database.audit")["severity"], "warning");
}

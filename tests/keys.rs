//! Another installation's key file: no command writes anything with it, and what was written with it before can be put right.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod scratch;

use diesel::connection::SimpleConnection;
use diesel::sql_types::Text;
use diesel::{QueryableByName, RunQueryDsl};
use reqwest::{Client, StatusCode};
use scratch::{Ended, Installation, environment};
use serde_json::Value;
use std::collections::BTreeMap;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Longer than anything here takes on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);

const ACCOUNTS: &str = "编号,身份证号,姓名,邮箱,密码,盐,注册时间\n\
    1,110101199003071233,测试,,e10adc3949ba59abbe56e057f20f883e,,\n2,370102197508203313,李改明,,,,\n";

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

/// An installation with two imported accounts.
fn filled() -> Installation {
    let installation = Installation::new().migrated();
    fill(&installation);
    installation
}

fn fill(installation: &Installation) {
    file(installation, "accounts.csv", ACCOUNTS);
    let source = "kind = \"accounts\"\nfile = \"accounts.csv\"\npassword = { scheme = \"md5\" }";
    file(installation, "batch.toml", &format!("batch = \"b\"\n[[source]]\nsystem = \"reissue\"\n{source}\n"));
    file(installation, "users.csv", "subject,name,document_type,document_number,level,user_type\n");
    installation.buzheng(&["import", "run", "--manifest", "batch.toml"]).expect(0);
    installation.buzheng(&["import", "wrap"]).expect(0);
}

fn file(installation: &Installation, name: &str, text: &str) {
    std::fs::write(installation.folder.path().join(name), text).unwrap();
}

fn read(installation: &Installation, name: &str) -> String {
    std::fs::read_to_string(installation.folder.path().join(name)).unwrap()
}

/// The ids of a key file's keys, the sealing key's first.
fn ids(keys: &str) -> Vec<&str> {
    keys.lines().filter_map(|line| line.strip_prefix("id = ")).map(|id| id.trim_matches('"')).collect()
}

/// Writes `name` with the sealing section of one key file and the look-up section of another.
fn mixed(installation: &Installation, name: &str, (sealing, look_up): (&str, &str)) {
    let (sealing, look_up) = (read(installation, sealing), read(installation, look_up));
    let (head, tail) = (sealing.split("[look_up]").next().unwrap(), look_up.split("[look_up]").nth(1).unwrap());
    file(installation, name, &format!("{head}[look_up]{tail}"));
}

/// `others.toml`, keys of an installation that has nothing to do with this one.
fn with_others(installation: Installation) -> Installation {
    installation.buzheng(&["doctor", "--new-keys", "others.toml"]).expect(0);
    installation
}

fn command_with(installation: &Installation, keys: &str, arguments: &[&str]) -> Command {
    let mut command = installation.command(arguments);
    command.env("BUZHENG__VAULT__KEYS_FILE", installation.folder.path().join(keys));
    command
}

fn run(installation: &Installation, keys: &str, arguments: &[&str]) -> Ended {
    command_with(installation, keys, arguments).output().unwrap().into()
}

/// Every row of every table.
fn everything(installation: &Installation) -> BTreeMap<String, String> {
    let conn = &mut installation.database.connect();
    let tables: Vec<Line> = diesel::sql_query(
        "SELECT table_name::text AS line FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1",
    )
    .load(conn)
    .unwrap();
    let rows = |table: &str| {
        let query =
            format!("SELECT coalesce(string_agg(t::text, chr(10) ORDER BY t::text), '') AS line FROM {table} t");
        diesel::sql_query(query).get_result::<Line>(&mut installation.database.connect()).unwrap().line
    };
    tables.into_iter().map(|table| (table.line.clone(), rows(&table.line))).collect()
}

fn number(installation: &Installation, query: &str) -> i64 {
    let query = format!("SELECT ({query})::text AS line");
    diesel::sql_query(query).get_result::<Line>(&mut installation.database.connect()).unwrap().line.parse().unwrap()
}

fn do_sql(installation: &Installation, statements: &str) {
    installation.database.connect().batch_execute(statements).unwrap();
}

fn findings<'a>(report: &'a Value, code: &str) -> Vec<&'a Value> {
    report["findings"].as_array().unwrap().iter().filter(|finding| finding["code"] == code).collect()
}

#[test]
fn no_command_writes_anything_under_another_installations_keys() {
    let installation = with_others(filled());
    let before = everything(&installation);
    let commands: &[&[&str]] = &[
        &["serve"],
        &["demo", "--simulator-listen", "127.0.0.1:0"],
        &["schema", "migrate"],
        &["schema", "down", "--yes"],
        &["import", "check", "--manifest", "batch.toml"],
        &["import", "run", "--manifest", "batch.toml"],
        &["import", "verify", "--manifest", "batch.toml"],
        &["import", "wrap"],
        &["import", "forecast", "--portal-users", "users.csv"],
        &["import", "report", "--batch", "b"],
        &["import", "rollback", "--batch", "b", "--dry-run"],
        &["import", "rollback", "--batch", "b", "--yes"],
        &["link", "list"],
        &["link", "undo", "019aa000-0000-7000-8000-000000000000", "--reason", "x"],
        &["task", "list"],
        &["task", "approve", "1", "--reason", "x"],
        &["task", "refuse", "1", "--reason", "x"],
        &["audit", "verify"],
        &["audit", "list"],
        &["vault", "repair"],
    ];
    for arguments in commands {
        let ended = run(&installation, "others.toml", arguments).expect(2);
        for word in ["others.toml", "look-up key", "sealing key", "vault.keys_file"] {
            assert!(ended.stderr.contains(word), "{arguments:?} does not tell {word}: {}", ended.stderr);
        }
    }
    let report = run(&installation, "others.toml", &["doctor", "--format", "json"]).expect(2).json();
    assert_eq!(findings(&report, "keys.fit")[0]["severity"], "problem", "{report:#}");
    assert_eq!(everything(&installation), before);
    installation.buzheng(&["audit", "verify"]).expect(0);
}

#[test]
fn what_differs_is_named() {
    let installation = with_others(filled());
    mixed(&installation, "look_up.toml", ("keys.toml", "others.toml"));
    mixed(&installation, "sealing.toml", ("others.toml", "keys.toml"));
    let (ours, others) = (read(&installation, "keys.toml"), read(&installation, "others.toml"));
    let renamed =
        ids(&others).iter().zip(ids(&ours)).fold(others.clone(), |text, (theirs, ours)| text.replace(theirs, ours));
    file(&installation, "renamed.toml", &renamed);
    for (keys, told, not_told) in [
        ("look_up.toml", "the look-up key is ", "sealing key"),
        ("sealing.toml", "the file holds sealing key ", "look-up"),
        ("renamed.toml", "has other bytes", "the look-up key is"),
    ] {
        let before = everything(&installation);
        for arguments in [&["serve"] as &[&str], &["import", "run", "--manifest", "batch.toml"]] {
            let ended = run(&installation, keys, arguments).expect(2);
            let stderr = ended.stderr;
            assert!(stderr.contains(told) && !stderr.contains(not_told), "{keys}: {stderr}");
        }
        assert_eq!(everything(&installation), before);
    }
}

#[test]
fn a_new_sealing_key_is_recorded_and_servers_without_it_go_on() {
    let installation = filled();
    let new = installation.folder.path().join("new.toml");
    installation.buzheng(&["doctor", "--new-keys", new.to_str().unwrap()]).expect(0);
    let (ours, new) = (read(&installation, "keys.toml"), read(&installation, "new.toml"));
    let section = new.split("[[sealing]]").nth(1).unwrap().split("[look_up]").next().unwrap();
    let added = ours.replacen("[look_up]", &format!("[[sealing]]{section}\n[look_up]"), 1);
    file(&installation, "added.toml", &added);
    let current = |text: &str| text.lines().find(|line| line.starts_with("current_sealing")).unwrap().to_owned();
    file(&installation, "current.toml", &added.replacen(&current(&ours), &current(&new), 1));
    for keys in ["added.toml", "current.toml", "keys.toml", "current.toml"] {
        run(&installation, keys, &["import", "run", "--manifest", "batch.toml"]).expect(0);
    }
    assert_eq!(number(&installation, "SELECT count(*) FROM key_checks"), 3);
    let report = run(&installation, "current.toml", &["doctor", "--format", "json"]).expect(2).json();
    assert_eq!(findings(&report, "keys.fit")[0]["severity"], "ok", "{report:#}");
}

#[test]
fn an_installation_of_before_the_check_values_proves_its_keys_on_what_it_holds() {
    let installation = with_others(filled());
    mixed(&installation, "look_up.toml", ("keys.toml", "others.toml"));
    mixed(&installation, "sealing.toml", ("others.toml", "keys.toml"));
    let import = ["import", "run", "--manifest", "batch.toml"];
    for how in [
        "DELETE FROM key_checks",
        "DROP TABLE key_checks; DELETE FROM __diesel_schema_migrations WHERE version = '20261130000001'",
    ] {
        do_sql(&installation, how);
        let before = everything(&installation);
        for (keys, told) in
            [("look_up.toml", "stored look-up values"), ("sealing.toml", "do not open"), ("others.toml", "do not open")]
        {
            let ended = run(&installation, keys, &["schema", "migrate"]).expect(2);
            assert!(ended.stderr.contains(told), "{keys}: {}", ended.stderr);
            run(&installation, keys, &import).expect(2);
        }
        assert_eq!(everything(&installation), before);
        run(&installation, "keys.toml", &["schema", "migrate"]).expect(0);
        assert_eq!(number(&installation, "SELECT count(*) FROM key_checks"), 2);
    }
    run(&installation, "keys.toml", &import).expect(0);
}

#[test]
fn a_check_and_a_look_record_nothing() {
    let installation = filled();
    do_sql(&installation, "DELETE FROM key_checks");
    for arguments in [
        &["import", "check", "--manifest", "batch.toml"] as &[&str],
        &["import", "verify", "--manifest", "batch.toml"],
        &["link", "list"],
        &["audit", "verify"],
    ] {
        installation.buzheng(arguments).expect(0);
    }
    assert_eq!(number(&installation, "SELECT count(*) FROM key_checks"), 0);
}

#[test]
fn of_two_installations_that_are_the_first_at_once_one_is_refused() {
    let installation = with_others(Installation::new().migrated());
    mixed(&installation, "sealing.toml", ("others.toml", "keys.toml"));
    file(&installation, "accounts.csv", ACCOUNTS);
    for keys in ["others.toml", "sealing.toml"] {
        do_sql(&installation, "DELETE FROM key_checks");
        let start = |keys: &str| -> Child {
            let mut command = command_with(&installation, keys, &["schema", "migrate"]);
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
        };
        let both = [start("keys.toml"), start(keys)];
        let mut codes = both.map(|child| Ended::from(child.wait_with_output().unwrap()).code);
        codes.sort_unstable();
        assert_eq!(codes, [0, 2]);
        assert_eq!(number(&installation, "SELECT count(*) FROM key_checks"), 2);
    }
}

#[test]
fn rows_under_other_keys_are_named_and_come_back_with_the_key_that_sealed_them() {
    let installation = with_others(filled());
    // What a version of before the check values did: an import rewrote its batch under the wrong keys.
    let other = with_others(Installation::new());
    std::fs::copy(installation.folder.path().join("others.toml"), other.folder.path().join("keys.toml")).unwrap();
    let other = other.migrated();
    fill(&other);
    let row: Line = diesel::sql_query("SELECT row_to_json(t)::text AS line FROM legacy_accounts t WHERE key = '2'")
        .get_result(&mut other.database.connect())
        .unwrap();
    do_sql(
        &installation,
        &format!(
            "UPDATE legacy_accounts a SET number_sealed = o.number_sealed, name_sealed = o.name_sealed, email_sealed = o.email_sealed,
               raw_sealed = o.raw_sealed, number_lookup = o.number_lookup
             FROM json_populate_record(NULL::legacy_accounts, $row${}$row$) o WHERE a.key = '2'",
            row.line
        ),
    );

    let doctor = |keys: &str| run(&installation, keys, &["doctor", "--format", "json"]).json();
    let report = doctor("keys.toml");
    let told = &findings(&report, "keys.fit")[0];
    let others = read(&installation, "others.toml");
    let id = ids(&others)[0];
    let message = told["message"].as_str().unwrap();
    assert_eq!(told["severity"], "problem");
    assert!(message.contains("legacy_accounts: 1 rows") && message.contains(id), "{report:#}");
    assert!(told["next_step"].as_str().unwrap().contains("[[sealing]]"), "{report:#}");

    let section = others.split("[[sealing]]").nth(1).unwrap().split("[look_up]").next().unwrap();
    let both = read(&installation, "keys.toml").replacen("[look_up]", &format!("[[sealing]]{section}\n[look_up]"), 1);
    file(&installation, "both.toml", &both);
    let report = doctor("both.toml");
    assert_eq!(findings(&report, "keys.fit")[0]["severity"], "ok", "{report:#}");
    let message = findings(&report, "keys.look_up")[0]["message"].as_str().unwrap();
    assert!(message.contains("legacy_accounts: 1 rows"), "{message}");

    let repaired =
        run(&installation, "both.toml", &["vault", "repair", "--as", "guanli", "--format", "json"]).expect(0);
    assert_eq!(repaired.json()["repaired"], 1);
    assert!(findings(&doctor("both.toml"), "keys.look_up").is_empty());
    let audit = run(&installation, "both.toml", &["audit", "list"]).expect(0);
    assert!(audit.stdout.contains("look_ups_repaired by staff:guanli"), "{}", audit.stdout);
}

/// A port that nobody listens on until told to pass connections on to the database.
struct Gate(u16);

impl Gate {
    fn closed() -> Self {
        Self(std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port())
    }

    fn url(&self, installation: &Installation) -> String {
        let mut url = installation.database.url.clone();
        url.set_host(Some("127.0.0.1")).unwrap();
        url.set_port(Some(self.0)).unwrap();
        url.into()
    }

    async fn open(&self) {
        let to: url::Url = environment("BUZHENG_TEST_DATABASE_URL").parse().unwrap();
        let to = format!("{}:{}", to.host_str().unwrap(), to.port().unwrap_or(5432));
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", self.0)).await.unwrap();
        tokio::spawn(async move {
            loop {
                let (mut near, _) = listener.accept().await.unwrap();
                let to = to.clone();
                tokio::spawn(async move {
                    let Ok(mut far) = tokio::net::TcpStream::connect(to).await else { return };
                    tokio::io::copy_bidirectional(&mut near, &mut far).await.ok();
                });
            }
        });
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_starts_before_its_database_serves_nobody_under_anothers_keys() {
    let installation = with_others(filled());
    let before = everything(&installation);
    let gate = Gate::closed();
    let mut command = tokio::process::Command::from(command_with(&installation, "others.toml", &["serve"]));
    command.env("BUZHENG__LOG__FORMAT", "json").env("BUZHENG__DATABASE__URL", gate.url(&installation));
    let mut child = command.stderr(Stdio::piped()).stdin(Stdio::null()).kill_on_drop(true).spawn().unwrap();
    let mut log = tokio::io::AsyncBufReadExt::lines(tokio::io::BufReader::new(child.stderr.take().unwrap()));
    let serving: Value = loop {
        let line = tokio::time::timeout(PATIENCE, log.next_line()).await.unwrap().unwrap().expect("it serves");
        let line: Value = serde_json::from_str(&line).unwrap();
        if line["message"] == "serving" {
            break line;
        }
    };
    // Nobody waits for a full pipe.
    tokio::spawn(async move { while log.next_line().await.is_ok_and(|line| line.is_some()) {} });
    sso::install_crypto_provider();
    let client = Client::builder().redirect(reqwest::redirect::Policy::none()).timeout(PATIENCE).build().unwrap();
    let get = |listener: &str, path: &str| client.get(format!("http://{}{path}", serving[listener].as_str().unwrap()));
    let unready = get("management_listen", "/readyz").send().await.unwrap();
    assert_eq!(unready.status(), StatusCode::SERVICE_UNAVAILABLE);
    // Whose keys these are is not known yet: what stands in Redis may be other servers'.
    for path in ["/", "/sso/login", "/sso/callback?code=c&state=s"] {
        let answer = get("listen", path).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE, "{path}");
    }
    let logout = format!("http://{}/sso/backchannel-logout", serving["listen"].as_str().unwrap());
    let logout = client.post(logout).form(&[("logout_token", "a.b.c")]).send().await.unwrap();
    assert_eq!(logout.status(), StatusCode::SERVICE_UNAVAILABLE);

    gate.open().await;
    let started = Instant::now();
    loop {
        let answer = get("management_listen", "/readyz").send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
        let told: Value = answer.json().await.unwrap();
        if told["checks"]["keys"] == "are not those of this database" {
            assert_eq!(told["checks"]["database"], "ok");
            break;
        }
        assert!(started.elapsed() < PATIENCE, "{told:#}");
    }
    for path in ["/", "/sso/login", "/sso/callback?code=c&state=s", "/reissue", "/help"] {
        let answer = get("listen", path).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE, "{path}");
    }
    assert_eq!(get("management_listen", "/healthz").send().await.unwrap().status(), StatusCode::OK);
    assert_eq!(everything(&installation), before);
    let mut redis = redis::Client::open(environment("BUZHENG_TEST_REDIS_URL")).unwrap().get_connection().unwrap();
    let keys: Vec<String> = redis::cmd("KEYS").arg(format!("{}:*", name(&installation))).query(&mut redis).unwrap();
    assert_eq!(keys, Vec::<String>::new());
    child.kill().await.unwrap();
}

fn name(installation: &Installation) -> String {
    installation.database.url.path().trim_start_matches('/').to_owned()
}

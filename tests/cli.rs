//! The program as operators meet it: exit codes, messages, what it does with the database.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod scratch;

use buzheng::app::audit::{About, Actor, Entry, Event, record};
use buzheng::app::tx::Tx;
use buzheng::db::schema::staff;
use buzheng::vault::{KeyFile, Purpose, Vault};
use diesel::connection::SimpleConnection;
use diesel::sql_types::Text;
use diesel::{Connection, QueryDsl, QueryableByName, RunQueryDsl};
use scratch::{Ended, Installation, finding, program};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;
use std::process::Stdio;

#[test]
fn a_wrong_command_line_ends_with_2_and_says_how_it_is_meant() {
    for arguments in
        [&[] as &[&str], &["dance"], &["schema"], &["doctor", "--format", "xml"], &["schema", "down", "--no"]]
    {
        let ended = Ended::from(program(arguments).output().unwrap()).expect(2);
        assert!(ended.stderr.contains("Usage:") || ended.stderr.contains("--help"), "{}", ended.stderr);
        assert_eq!(ended.stdout, "");
    }
}

#[test]
fn help_and_version_end_with_0() {
    for arguments in [["--help"], ["--version"]] {
        let ended = Ended::from(program(&arguments).output().unwrap()).expect(0);
        assert!(ended.stdout.contains("buzheng"), "{}", ended.stdout);
    }
}

#[test]
fn a_missing_configuration_is_named_with_the_way_to_name_another() {
    let folder = tempfile::tempdir().unwrap();
    let output = program(&["serve"]).current_dir(folder.path()).output().unwrap();
    let ended = Ended::from(output).expect(2);
    assert!(ended.stderr.contains("configuration buzheng.toml"), "{}", ended.stderr);
    assert!(ended.stderr.contains("--config or BUZHENG_CONFIG"), "{}", ended.stderr);
}

#[test]
fn every_problem_of_the_configuration_is_told_at_once_and_no_secret() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("other.toml");
    std::fs::write(
        &path,
        r#"
        colour = "red"
        [server]
        public_url = "http://bz.example.gov.cn"
        [database]
        url = "mysql://root:hunter2@db/x"
        pool_size = "many"
        [redis]
        url = "rediss://localhost/#insecure"
        [portal.oidc]
        client_secret = "hunter2"
        "#,
    )
    .unwrap();
    for variable in ["--config", "BUZHENG_CONFIG"] {
        let mut command = program(&["serve"]);
        match variable {
            "--config" => command.arg("--config").arg(&path),
            name => command.env(name, &path),
        };
        let ended = Ended::from(command.output().unwrap()).expect(2);
        let keys = [
            "colour",
            "server.public_url",
            "database.url",
            "database.pool_size",
            "redis.url",
            "vault.keys_file",
            "portal.oidc.issuer",
        ];
        for key in keys {
            assert!(ended.stderr.contains(&format!("- {key}")), "{key} is missing in: {}", ended.stderr);
        }
        assert!(!ended.stderr.contains("hunter2"), "{}", ended.stderr);
        assert_eq!(ended.stdout, "");
    }
}

#[test]
fn new_keys_are_written_once_for_their_owner_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys.toml");
    let new_keys = || -> Ended { program(&["doctor", "--new-keys"]).arg(&path).output().unwrap().into() };
    new_keys().expect(0);
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let before = std::fs::read(&path).unwrap();
    let refused = new_keys().expect(2);
    assert!(refused.stderr.contains("keys.toml") && refused.stderr.contains("never overwritten"), "{}", refused.stderr);
    assert_eq!(std::fs::read(&path).unwrap(), before);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing else is written");
}

#[test]
fn the_schema_goes_up_down_and_up_one_step_at_a_time() {
    let installation = Installation::new();
    let run = |arguments: &[&str]| installation.buzheng(arguments);
    let status = |code| run(&["schema", "status", "--format", "json"]).expect(code).json();
    let pending = |report: &Value| report["pending"].as_array().unwrap().len();

    let all = pending(&status(1));
    assert!(all >= 3);
    let applied = run(&["schema", "migrate", "--format", "json"]).expect(0).json();
    assert_eq!(applied["applied"].as_array().unwrap().len(), all);
    assert_eq!(run(&["schema", "migrate", "--format", "json"]).expect(0).json(), json!({ "applied": [] }));
    let report = status(0);
    let newest = report["applied"].as_array().unwrap().last().unwrap();

    assert_eq!(run(&["schema", "down", "--yes", "--format", "json"]).expect(0).json(), json!({ "reverted": newest }));
    assert_eq!(status(1)["pending"], json!([newest]));
    for _ in 1..all {
        run(&["schema", "down", "--yes"]).expect(0);
    }
    assert!(run(&["schema", "down", "--yes"]).expect(1).stdout.contains("nothing to revert"));
    run(&["schema", "migrate"]).expect(0);
    assert_eq!(pending(&status(0)), 0);
}

#[test]
fn a_command_that_takes_something_away_demands_a_word_of_confirmation_whoever_runs_it() {
    let installation = Installation::new().migrated();
    let before = installation.buzheng(&["schema", "status", "--format", "json"]).expect(0).stdout;
    for arguments in [&["schema", "down"] as &[&str], &["import", "rollback", "--batch", "b"]] {
        // A script's input and output are no terminal; neither is a pipe's.
        let ended = installation.buzheng(arguments).expect(2);
        assert!(ended.stderr.contains("--yes"), "{arguments:?}: {}", ended.stderr);
        assert_eq!(ended.stdout, "");
        let ended: Ended = installation.command(arguments).stdin(Stdio::piped()).output().unwrap().into();
        assert!(ended.expect(2).stderr.contains("--yes"));
    }
    assert_eq!(installation.buzheng(&["schema", "status", "--format", "json"]).expect(0).stdout, before);
}

#[test]
fn two_installers_at_once_apply_each_migration_once() {
    let installation = Installation::new();
    let start = || {
        let mut command = installation.command(&["schema", "migrate", "--format", "json"]);
        command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped()).spawn().unwrap()
    };
    let installers: Vec<_> = (0..4).map(|_| start()).collect();
    let mut applied = Vec::new();
    for installer in installers {
        let report = Ended::from(installer.wait_with_output().unwrap()).expect(0).json();
        applied.extend(report["applied"].as_array().unwrap().clone());
    }
    let status = installation.buzheng(&["schema", "status", "--format", "json"]).expect(0).json();
    applied.sort_by_key(ToString::to_string);
    assert_eq!(json!(applied), status["applied"]);
}

#[test]
fn a_database_that_is_not_there_is_named_with_its_reason() {
    let installation = Installation::new();
    for command in ["migrate", "status"] {
        let mut command = installation.command(&["schema", command]);
        command.env("BUZHENG__DATABASE__URL", "postgres://someone:hunter2@127.0.0.1:9/nothing");
        let ended = Ended::from(command.output().unwrap()).expect(2);
        assert!(ended.stderr.starts_with("error: database: "), "{}", ended.stderr);
        assert!(
            ended.stderr.contains("Connection refused") && ended.stderr.contains("database.url"),
            "{}",
            ended.stderr
        );
        assert!(!ended.stderr.contains("hunter2"), "{}", ended.stderr);
    }
}

#[test]
fn a_password_that_breaks_the_address_is_not_quoted() {
    let installation = Installation::new();
    for url in [
        "postgres://someone:p@hunter2.invalid:9/x",
        "postgres://someone:hunter2%zz@localhost/x",
        "postgres://a:b@localhost:hunter2/x",
    ] {
        let mut command = installation.command(&["doctor"]);
        command.env("BUZHENG__DATABASE__URL", url);
        let ended = Ended::from(command.output().unwrap()).expect(2);
        assert!(ended.stdout.contains("percent-encode"), "{}", ended.stdout);
        assert!(!format!("{ended:?}").contains("hunter2"), "{ended:?}");
    }
}

#[test]
fn a_missing_key_file_stops_the_service_at_once() {
    let installation = Installation::new();
    std::fs::remove_file(installation.folder.path().join("keys.toml")).unwrap();
    let ended = installation.buzheng(&["serve"]).expect(2);
    assert!(ended.stderr.contains("vault.keys_file") && ended.stderr.contains("--new-keys"), "{}", ended.stderr);
}

#[test]
fn old_accounts_are_not_served_without_a_mail_server_and_other_commands_do_without_one() {
    let installation = Installation::new();
    for mode in ["local", "transition"] {
        let run = |arguments: &[&str]| {
            let mut command = installation.command(arguments);
            Ended::from(command.env("BUZHENG__ACCESS__MODE", mode).output().unwrap())
        };
        let refused = run(&["serve"]).expect(2);
        for word in ["access.mode", "smtp.url", "access.mail = \"none\""] {
            assert!(refused.stderr.contains(word), "{mode}: {}", refused.stderr);
        }
        let report = run(&["doctor", "--format", "json"]).json();
        assert_eq!(finding(&report, "smtp.missing")["severity"], "problem", "{mode}");
        run(&["schema", "migrate"]).expect(0);
    }
}

#[test]
fn staff_find_accounts_by_a_number_that_stands_in_no_command_line_and_open_what_is_there() {
    let installation = Installation::new().migrated();
    let run = |mode: &str, arguments: &[&str]| {
        let mut command = installation.command(arguments);
        let child = command.env("BUZHENG__ACCESS__MODE", mode).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = child.stderr(Stdio::piped()).spawn().unwrap();
        std::io::Write::write_all(&mut child.stdin.take().unwrap(), b"110101199003071233\n").unwrap();
        Ended::from(child.wait_with_output().unwrap())
    };
    let found = run("local", &["account", "find", "--format", "json"]).expect(0).json();
    assert_eq!(found, json!({ "accounts": [] }));
    let recover = ["account", "recover", "reissue:12", "--as", "wang"];
    let refused = run("local", &recover).expect(2);
    assert!(refused.stderr.contains("no such account") && refused.stderr.contains("account find"), "{refused:?}");
    let refused = run("portal", &recover).expect(2);
    assert!(refused.stderr.contains("access.mode"), "{refused:?}");
}

#[test]
fn staff_are_added_by_a_link_and_listed_disabled_enabled_and_reset() {
    let installation = Installation::new().migrated();
    let staff = |arguments: &[&str]| installation.buzheng(&[&["staff", "--format", "json"], arguments].concat());
    let city = ["add", "jinan", "--role", "city_reviewer", "--city", "济南市", "--role", "printer", "--as", "wang"];
    let added = staff(&city).expect(0).json();
    let link = added["enrol_url"].as_str().unwrap();
    assert!(link.contains("/review/enrol/") && link.rsplit('/').next().unwrap().len() == 43, "{link}");
    let again = staff(&city).expect(2);
    assert!(again.stderr.contains("taken") && again.stderr.contains("staff reset"), "{again:?}");
    let listed = staff(&["list"]).expect(0).json();
    let one = &listed["staff"][0];
    assert_eq!((&one["user"], &one["state"]), (&json!("jinan"), &json!("waiting")));
    assert_eq!((&one["roles"], &one["cities"]), (&json!(["city_reviewer", "printer"]), &json!(["济南市"])));

    assert_eq!(staff(&["disable", "jinan", "--as", "wang"]).expect(0).json()["state"], "disabled");
    assert!(staff(&["disable", "jinan", "--as", "wang"]).expect(2).stderr.contains("so already"));
    assert_eq!(staff(&["enable", "jinan", "--as", "wang"]).expect(0).json()["state"], "enabled");
    let reset = staff(&["reset", "jinan", "--reason", "手机丢失", "--as", "wang"]).expect(0).json();
    assert!(reset["enrol_url"].is_string() && reset["enrol_url"] != added["enrol_url"]);
    staff(&["reset", "jinan", "--as", "wang"]).expect(2);
    let log = installation.buzheng(&["audit", "list"]).expect(0).stdout;
    for event in ["staff_added", "staff_disabled", "staff_enabled", "staff_reset"] {
        assert!(log.contains(&format!("{event} by staff:wang")), "{event}: {log}");
    }
    assert!(!log.contains("手机丢失"));
}

#[test]
fn what_is_no_name_role_or_city_adds_nobody() {
    let installation = Installation::new().migrated();
    for wrong in [
        &["Wang", "--role", "auditor"] as &[_],
        &["wang"],
        &["wang", "--role", "king"],
        &["wang", "--role", "city_reviewer"],
        &["wang", "--role", "city_reviewer", "--city", "北京市"],
        &["wang", "--role", "auditor", "--city", "济南市"],
    ] {
        installation.buzheng(&[&["staff", "add"], wrong].concat()).expect(2);
    }
    assert_eq!(installation.buzheng(&["staff", "list"]).expect(0).stdout, "共 0 人\n");
    let missing = installation.buzheng(&["staff", "disable", "wang"]).expect(2);
    assert!(missing.stderr.contains("no member of staff") && missing.stderr.contains("staff list"), "{missing:?}");
}

#[test]
fn the_own_number_of_a_member_of_staff_stands_in_no_command_line_and_is_sealed() {
    let installation = Installation::new().migrated();
    let mut command = installation.command(&["staff", "add", "wang", "--role", "province_reviewer", "--own-number"]);
    let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = child.spawn().unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), b"110101199003071233\n").unwrap();
    Ended::from(child.wait_with_output().unwrap()).expect(0);
    let sealed: Option<Vec<u8>> =
        staff::table.select(staff::own_number_sealed).first(&mut installation.database.connect()).unwrap();
    let vault = Vault::new(&KeyFile::read(&installation.folder.path().join("keys.toml")).unwrap());
    assert_eq!(vault.open_text(Purpose::Number, &sealed.unwrap()).unwrap(), "110101199003071233");
}

/// Puts entries into the audit log of an installation.
fn record_entries(installation: &Installation, count: i32) {
    let vault = Vault::new(&KeyFile::read(&installation.folder.path().join("keys.toml")).unwrap());
    for version in 1..=count {
        let event = Event::ApplicationEdited { version };
        let entry = Entry { event, actor: Actor::Staff("wang".into()), about: About::default() };
        let now = chrono::Utc::now();
        installation
            .database
            .connect()
            .transaction(|conn| record(&mut Tx { conn, vault: &vault, now }, &[entry]))
            .unwrap();
    }
}

#[test]
fn an_audit_log_is_verified_printed_and_its_damage_told() {
    let installation = Installation::new().migrated();
    let verify = |arguments: &[&str]| installation.buzheng(&[&["audit", "verify"], arguments].concat());
    assert_eq!(verify(&[]).expect(0).stdout, "intact: 0 entries\n");
    record_entries(&installation, 5);
    let report = verify(&["--format", "json"]).expect(0).json();
    assert_eq!((&report["intact"], &report["rows"], &report["first"]), (&json!(true), &json!(5), &Value::Null));
    let head = report["head"].as_str().unwrap();
    let page = verify(&["--head", head]).expect(0).stdout;
    assert!(page.starts_with(&format!("intact: 5 entries\nhead: {head}\n")), "{page}");
    let other = format!("5:{}", "ab".repeat(32));
    assert_eq!(verify(&["--head", &other, "--format", "json"]).expect(1).json()["damages"], json!({ "noted": 1 }));
    for wrong in ["5", "x:ab", "5:xyz", "0:ab", "5:"] {
        assert!(verify(&["--head", wrong]).expect(2).stderr.contains("as `audit verify` prints it"), "{wrong}");
    }

    let listed = installation.buzheng(&["audit", "list", "--since", "2", "--limit", "2"]).expect(0).stdout;
    let lines: Vec<_> = listed.lines().collect();
    assert_eq!(lines.len(), 2, "{listed}");
    assert!(lines[0].starts_with("2 ") && lines[0].ends_with(" application_edited by staff:wang {\"version\":2}"));
    let json = installation.buzheng(&["audit", "list", "--since", "5", "--format", "json"]).expect(0).json();
    assert_eq!(
        (&json["seq"], &json["event"], &json["actor"]),
        (&5.into(), &"application_edited".into(), &"staff:wang".into())
    );
    assert_eq!(head, format!("5:{}", json["hash"].as_str().unwrap()));

    installation
        .database
        .superuser()
        .batch_execute(
            "UPDATE audit_events SET actor = 'staff:li' WHERE seq = 4; DELETE FROM audit_events WHERE seq = 2",
        )
        .unwrap();
    let report = verify(&["--format", "json"]).expect(1).json();
    assert_eq!(report["first"], json!({ "seq": 2, "damage": "missing" }));
    assert_eq!(report["damages"], json!({ "changed": 1, "missing": 1 }));
    let page = verify(&[]).expect(1).stdout;
    assert!(page.starts_with("DAMAGED: 4 entries read; the first damage is at entry 2: entries are missing"), "{page}");
    assert!(page.contains("docs/operations.md"), "{page}");
}

#[test]
fn an_audit_log_that_cannot_be_read_ends_with_2() {
    let installation = Installation::new();
    for command in ["verify", "list"] {
        let ended = installation.buzheng(&["audit", command]).expect(2);
        assert!(
            ended.stderr.contains("schema: ") && ended.stderr.contains("buzheng schema migrate"),
            "{}",
            ended.stderr
        );
    }
}

/// Two roles of a test, gone after its database.
struct Roles {
    owner: String,
    service: String,
    administrator: diesel::PgConnection,
}

const PASSWORD: &str = "of-the-test";

impl Roles {
    fn new() -> Self {
        let name = uuid::Uuid::new_v4().simple().to_string();
        let url = scratch::environment("BUZHENG_TEST_SUPERUSER_URL");
        let mut administrator = diesel::PgConnection::establish(&url).unwrap();
        let [owner, service] = ["Owner", "service"].map(|role| format!("bz_{role}_{name}"));
        for role in [&owner, &service] {
            administrator.batch_execute(&format!("CREATE ROLE \"{role}\" LOGIN PASSWORD '{PASSWORD}'")).unwrap();
        }
        Self { owner, service, administrator }
    }
}

impl Drop for Roles {
    fn drop(&mut self) {
        for role in [&self.owner, &self.service] {
            self.administrator.batch_execute(&format!("DROP ROLE \"{role}\"")).ok();
        }
    }
}

#[derive(QueryableByName)]
struct Privilege {
    #[diesel(sql_type = Text)]
    place: String,
    #[diesel(sql_type = Text)]
    privileges: String,
}

/// What a role may do with each table.
fn privileges(installation: &Installation, role: &str) -> BTreeMap<String, String> {
    let rows: Vec<Privilege> = diesel::sql_query(
        "SELECT relname::text AS place,
                coalesce(string_agg(p, ' ' ORDER BY at) FILTER (WHERE has_table_privilege($1, c.oid, p)), '') AS privileges
         FROM pg_class c,
              unnest('{SELECT,INSERT,UPDATE,DELETE,TRUNCATE,REFERENCES,TRIGGER}'::text[]) WITH ORDINALITY AS kinds(p, at)
         WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' GROUP BY relname",
    )
    .bind::<Text, _>(role)
    .load(&mut installation.database.superuser())
    .unwrap();
    rows.into_iter().map(|row| (row.place, row.privileges)).collect()
}

#[test]
fn with_an_owner_of_its_own_the_schema_gives_the_service_no_more_than_it_needs() {
    let roles = Roles::new();
    let installation = Installation::new();
    installation
        .database
        .superuser()
        .batch_execute(&format!("ALTER SCHEMA public OWNER TO \"{}\"", roles.owner))
        .unwrap();
    let service = installation.database.url_of(&roles.service, PASSWORD);
    let owner = installation.database.url_of(&roles.owner, PASSWORD);
    let run = |arguments: &[&str], with_owner: bool| -> Ended {
        let mut command = installation.command(arguments);
        command.env("BUZHENG__DATABASE__URL", &service);
        if with_owner {
            command.env("BUZHENG__DATABASE__OWNER_URL", &owner);
        }
        command.output().unwrap().into()
    };
    run(&["schema", "migrate"], false).expect(2);
    for _ in 0..2 {
        run(&["schema", "migrate"], true).expect(0);
        let mut granted = privileges(&installation, &roles.service);
        assert_eq!(granted.remove("audit_events").unwrap(), "SELECT INSERT");
        assert_eq!(granted.remove("audit_head").unwrap(), "SELECT INSERT UPDATE");
        assert_eq!(granted.remove("key_checks").unwrap(), "SELECT INSERT");
        assert_eq!(granted.remove("__diesel_schema_migrations").unwrap(), "SELECT");
        assert!(granted.len() > 15 && granted.values().all(|all| all == "SELECT INSERT UPDATE DELETE"), "{granted:?}");
    }
    run(&["schema", "status"], false).expect(0);
    run(&["audit", "verify"], false).expect(0);
    let report = run(&["doctor", "--format", "json"], false).expect(2).json();
    for code in ["database.connect", "database.schema", "database.audit"] {
        assert_eq!(finding(&report, code)["severity"], "ok", "{report:#}");
    }
    let file = |name: &str, text: &str| std::fs::write(installation.folder.path().join(name), text).unwrap();
    file("exams.csv", "代码,名称,年度,级别,专业\nZJ,造价,2017,,\n");
    file("batch.toml", "batch = \"b\"\n[[source]]\nsystem = \"reissue\"\nkind = \"exams\"\nfile = \"exams.csv\"\n");
    run(&["import", "run", "--manifest", "batch.toml"], false).expect(0);
    assert_eq!(run(&["audit", "list", "--format", "json"], false).expect(0).json()["event"], "imported");
    run(&["schema", "down", "--yes"], false).expect(2);
    run(&["schema", "down", "--yes"], true).expect(0);
    run(&["schema", "migrate"], true).expect(0);
    drop(installation);
    drop(roles);
}

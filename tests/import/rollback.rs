//! `import rollback`: the state before the batch returns, exactly. What people have since built on is for `rollback_people`.

use buzheng::import::kept::Kept;
use buzheng::import::report::SourceReport;
use buzheng::import::rollback::{Counts, Options, RollbackError, Undone, rollback};
use buzheng::import::{Ground, ImportError};
use buzheng::jobs::Runner;
use chrono::{DateTime, TimeDelta};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use indicatif::ProgressBar;
use std::collections::BTreeMap;
use std::path::Path;

use crate::bench::{ACCOUNTS, APPLICATIONS, Bench, CERTIFICATES, EXAMS, counts, now};

/// Every row of every table, but for what tells the story of imports.
pub(crate) type Snapshot = BTreeMap<String, Vec<String>>;

pub(crate) fn snapshot(conn: &mut PgConnection) -> Snapshot {
    #[derive(QueryableByName)]
    struct Line {
        #[diesel(sql_type = diesel::sql_types::Text)]
        line: String,
    }
    let lines = |conn: &mut PgConnection, query: &str| {
        let rows: Vec<Line> = diesel::sql_query(query).load(conn).unwrap();
        rows.into_iter().map(|row| row.line).collect::<Vec<_>>()
    };
    let tables = lines(
        conn,
        "SELECT tablename::text AS line FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE 'audit%'
         AND tablename NOT IN ('import_batches', 'import_sources') ORDER BY 1",
    );
    let rows = |table: String| {
        let rows = lines(conn, &format!("SELECT t::text AS line FROM {table} t ORDER BY t::text"));
        (table, rows)
    };
    tables.into_iter().map(rows).collect()
}

pub(crate) fn assert_same(now: &Snapshot, before: &Snapshot) {
    for (table, rows) in before {
        let missing: Vec<_> = rows.iter().filter(|row| !now[table].contains(row)).collect();
        let extra: Vec<_> = now[table].iter().filter(|row| !rows.contains(row)).collect();
        assert!(missing.is_empty() && extra.is_empty(), "{table}: lacks {missing:#?}, has besides {extra:#?}");
    }
    assert_eq!(now, before);
}

/// Takes a batch back, quietly; the rows that stay.
pub(crate) fn take_back(
    ground: Ground<'_>,
    (batch, folder): (&str, &Path),
) -> Result<(Undone, Vec<Kept>), RollbackError> {
    let progress = ProgressBar::hidden();
    let options = Options { batch, list_folder: Some(folder), dry_run: false, by: "tester", progress: &progress };
    let mut undone = rollback(ground, options)?;
    let kept = undone.kept.rows().unwrap().collect::<Result<Vec<_>, _>>().unwrap();
    Ok((undone, kept))
}

/// `accounts 3 1 0`: removed, restored, kept; several systems apart.
pub(crate) fn told(sources: &[Counts]) -> Vec<String> {
    let line = |one: &Counts| format!("{} {} {} {}", one.kind.as_str(), one.removed, one.restored, one.kept);
    sources.iter().map(line).collect()
}

impl Bench {
    /// A run of a batch of that name.
    pub(crate) fn batch(&self, name: &str, sources: &[(&str, &str, &str)]) -> Vec<SourceReport> {
        let manifest = self.named(name, sources);
        self.run(&manifest).report.sources
    }

    fn named(&self, name: &str, sources: &[(&str, &str, &str)]) -> std::path::PathBuf {
        let path = self.manifest(sources);
        let text = std::fs::read_to_string(&path).unwrap().replace("batch = \"b\"", &format!("batch = \"{name}\""));
        self.file("manifest.toml", text);
        path
    }

    pub(crate) fn back(&self, batch: &str) -> (Vec<String>, Vec<Kept>) {
        let (undone, kept) = take_back(self.ground(), (batch, self.path("").as_path())).unwrap();
        (told(&undone.sources), kept)
    }

    fn state(&self) -> Snapshot {
        snapshot(&mut self.test_db.connect())
    }

    pub(crate) fn do_sql(&self, statement: &str) {
        self.test_db.connect().batch_execute(statement).unwrap();
    }

    async fn wrap(&self) {
        Runner::new(self.db.clone(), self.vault.clone(), 1).drain(later()).await.unwrap();
    }
}

fn later() -> DateTime<chrono::Utc> {
    now() + TimeDelta::days(1)
}

const MD5: &str = "password = { scheme = \"md5\" }";
const ALL: [(&str, &str, &str); 5] = [
    ("exams", "exams.csv", ""),
    ("accounts", "accounts.csv", MD5),
    ("certificates", "certificates.csv", ""),
    ("applications", "applications.csv", ""),
    ("photos", "photos", ""),
];

/// Rows 1 to 6 of every kind; `word` is what a later export says otherwise of those in `changed`, which brings `more` besides.
fn export(bench: &Bench, word: &str, changed: &[u32], more: &[u32]) {
    let numbers: Vec<u32> = (1..=6).chain(more.iter().copied()).collect();
    let of = |n: u32| if changed.contains(&n) { word } else { "" };
    let lines = |header: &str, line: &dyn Fn(u32) -> String| {
        let lines: Vec<String> = numbers.iter().map(|n| line(*n)).collect();
        format!("{header}\n{}\n", lines.join("\n"))
    };
    let exams = lines(EXAMS, &|n| format!("K{},考试{}{},20{:02},级,科{n}", n % 4, n % 4, of(n), 10 + n));
    bench.file("exams.csv", exams);
    let hash =
        |n: u32| format!("{:032x}", u128::from(n) * 7919 + word.len() as u128 * u128::from(changed.contains(&n)));
    let accounts = |n| format!("{n},11010119900307{n:04},人{n}{},m{n}@example.org,{},,2012-01-02", of(n), hash(n));
    bench.file("accounts.csv", lines(ACCOUNTS, &accounts));
    let certificates =
        |n| format!("{n},考试{},2015,级,科,人{n},11010119900307{n:04},号{n}{},,济南市,已领取", n % 4, of(n));
    bench.file("certificates.csv", lines(CERTIFICATES, &certificates));
    let applications = |n| {
        let registered = format!("{n},{n},考试{},2015,级,科,人{n},11010119900307{n:04}", n % 4);
        format!("{registered},号{n},20150101,济南市,1380000{n:04},等待审核,说明{},2016-01-01 00:00:00", of(n))
    };
    bench.file("applications.csv", lines(APPLICATIONS, &applications));
    for n in &numbers {
        bench.file(&format!("photos/{n}.jpg"), format!("photo {n} {}", of(*n)));
    }
}

#[test]
fn a_first_load_leaves_no_trace_and_runs_again_with_the_same_counts() {
    let bench = Bench::new();
    let empty = bench.state();
    export(&bench, "", &[], &[]);
    let first = bench.batch("a", &ALL);
    assert_ne!(bench.state(), empty);
    let (sums, kept) = bench.back("a");
    assert_eq!(sums, ["exams 6 0 0", "accounts 6 0 0", "certificates 6 0 0", "applications 6 0 0", "photos 6 0 0"]);
    assert_eq!(kept, []);
    assert_same(&bench.state(), &empty);
    assert_eq!((bench.count("import_sources"), bench.count("import_batches WHERE rolled_back_at IS NOT NULL")), (0, 1));
    let told = bench.text("SELECT event || ' ' || actor || ' ' || details FROM audit_events ORDER BY seq DESC LIMIT 1");
    assert!(told.starts_with("import_rolled_back staff:tester {\"batch\": \"a\", \"sources\": [{"), "{told}");
    assert!(
        told.contains(
            "{\"kept\": 0, \"kind\": \"accounts\", \"system\": \"reissue\", \"removed\": 6, \"restored\": 0}"
        )
    );

    assert_eq!(bench.batch("a", &ALL), first, "the same batch once more");
    bench.back("a");
    assert_same(&bench.state(), &empty);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delta_of_every_kind_is_taken_back_to_the_last_byte() {
    for (wrapped_before, wrapped_since) in [(true, true), (true, false), (false, false)] {
        let bench = Bench::new();
        export(&bench, "", &[], &[]);
        bench.batch("a", &ALL);
        if wrapped_before {
            bench.wrap().await;
        }
        let before = bench.state();
        export(&bench, "改", &[2, 3, 6], &[7, 8]);
        let delta = bench.batch("b", &ALL);
        for source in &delta {
            assert_eq!(source.counts, counts([8, 2, 3, 3, 0]), "{:?}", source.kind);
        }
        if wrapped_since {
            bench.wrap().await;
        }
        let (sums, kept) = bench.back("b");
        assert_eq!(sums, ["exams 2 3 0", "accounts 2 3 0", "certificates 2 3 0", "applications 2 3 0", "photos 2 3 0"]);
        assert_eq!(kept, []);
        assert_same(&bench.state(), &before);
        assert_eq!(bench.batch("b", &ALL), delta, "the same batch once more");
        bench.back("b");
        bench.back("a");
        assert_eq!(bench.count("legacy_accounts") + bench.count("exams") + bench.count("legacy_former_rows"), 0);
        assert_eq!(bench.count("jobs"), 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sealed_hash_that_comes_back_is_wrapped_after_all() {
    let bench = Bench::new();
    export(&bench, "", &[], &[]);
    bench.batch("a", &ALL);
    export(&bench, "改", &[1, 2, 3, 4, 5, 6], &[]);
    bench.batch("b", &ALL);
    bench.wrap().await;
    assert_eq!(bench.count("jobs"), 0, "nothing is sealed but what stands in former rows");
    bench.back("b");
    assert_eq!(bench.text("SELECT payload ->> 'batch' FROM jobs"), "a");
    bench.wrap().await;
    assert_eq!(bench.count("legacy_accounts WHERE password_wrapped IS NULL"), 0);
    assert_eq!(bench.count("jobs"), 0);
}

#[test]
fn a_run_that_was_killed_is_taken_back_too() {
    let bench = Bench::new();
    export(&bench, "", &[], &[]);
    bench.batch("a", &ALL);
    let before = bench.state();
    export(&bench, "改", &[2, 3, 6], &[7, 8]);
    bench.do_sql(
        "CREATE FUNCTION break() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'power cut'; END $$;
         CREATE TRIGGER break BEFORE INSERT ON legacy_photos FOR EACH ROW EXECUTE FUNCTION break()",
    );
    let manifest = bench.named("b", &ALL);
    assert!(bench.try_run(&manifest, &[]).is_err());
    bench.do_sql("DROP TRIGGER break ON legacy_photos");
    assert_ne!(bench.state(), before);
    let (undone, _) = take_back(bench.ground(), ("b", bench.path("").as_path())).unwrap();
    assert!(undone.unfinished);
    assert_eq!(told(&undone.sources)[1..], ["accounts 2 3 0", "certificates 2 3 0", "applications 2 3 0"]);
    assert_same(&bench.state(), &before);
}

#[test]
fn what_a_later_batch_wrote_stays_until_that_one_is_taken_back() {
    let bench = Bench::new();
    let mut states = Vec::new();
    for (batch, changed, more) in [("a", &[][..], &[][..]), ("b", &[1, 2], &[7]), ("c", &[2, 7], &[7, 8])] {
        states.push(bench.state());
        export(&bench, batch, changed, more);
        if batch == "c" {
            // What b said of the first row, c says too.
            let text = std::fs::read_to_string(bench.path("accounts.csv")).unwrap().replace("人1,", "人1b,");
            bench.file("accounts.csv", text);
        }
        bench.batch(batch, &[("accounts", "accounts.csv", "columns = { password = \"\" }")]);
    }
    let newest = bench.state();
    let (sums, kept) = bench.back("b");
    assert_eq!(sums, ["accounts 0 1 2"]);
    let rows: Vec<_> = kept.iter().map(|row| (row.key.as_str(), row.reason.as_str())).collect();
    assert_eq!(rows, [("2", "later_batch"), ("7", "later_batch")]);
    assert_eq!(std::fs::read_to_string(bench.path("b.kept.csv")).unwrap().lines().count(), 3);
    assert_ne!(bench.state(), newest);
    assert_eq!(bench.back("c").0, ["accounts 1 2 0"]);
    assert_eq!(bench.back("b").0, ["accounts 1 1 0"], "what stayed, now that nothing lies on it");
    assert_same(&bench.state(), &states[1]);
    bench.back("a");
    assert_same(&bench.state(), &states[0]);
}

#[test]
fn of_two_runs_of_one_batch_with_another_between_only_the_last_is_on_top() {
    let bench = Bench::new();
    let source = [("accounts", "accounts.csv", "columns = { password = \"\" }")];
    let mut states = Vec::new();
    for (batch, word) in [("a", "一"), ("b", "二"), ("b", "三"), ("c", "四"), ("b", "五"), ("b", "六")] {
        export(&bench, word, &[1], &[]);
        bench.batch(batch, &source);
        states.push(bench.state());
    }
    assert_eq!(bench.back("b").0, ["accounts 0 1 0"]);
    assert_same(&bench.state(), &states[3]);
    assert_eq!(bench.back("c").0, ["accounts 0 1 0"]);
    assert_same(&bench.state(), &states[2]);
    assert_eq!(bench.back("b").0, ["accounts 0 1 0"]);
    assert_same(&bench.state(), &states[0]);
}

#[test]
fn the_command_tells_what_it_did_and_what_it_cannot_do() {
    let bench = Bench::new();
    export(&bench, "", &[], &[]);
    bench.batch("a", &ALL);
    let before = bench.state();
    let out = bench.path("lists");
    let folder = out.to_str().unwrap();
    let run = |more: &[&str]| {
        let output = bench.command(&[&["rollback", "--out", folder], more].concat());
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
    };
    let (code, stdout, stderr) = run(&["--batch", "a"]);
    assert_eq!((code, stdout.as_str()), (2, ""));
    assert!(stderr.contains("--yes") && stderr.contains("--dry-run"), "{stderr}");
    assert_eq!(bench.state(), before, "nothing is done without the word");
    let (code, stdout, stderr) = run(&["--batch", "nowhere", "--dry-run"]);
    assert_eq!((code, stdout.as_str()), (2, ""));
    assert!(stderr.contains("没有名为 nowhere 的批次") && stderr.contains("最近的批次有 a"), "{stderr}");
    let (code, stdout, _) = run(&["--batch", "a", "--dry-run"]);
    assert_eq!(code, 0);
    assert!(stdout.contains("试算") && stdout.contains("reissue accounts") && stdout.contains("exams"), "{stdout}");
    assert_eq!(bench.state(), before, "a dry run changes nothing");
    assert_eq!(bench.count("import_batches WHERE rolled_back_at IS NOT NULL"), 0);

    bench.do_sql(
        "INSERT INTO persons (id, created_at) VALUES ('00000000-0000-0000-0000-000000000001', now());
         INSERT INTO links (id, person_id, account_id, rule, evidence_sealed, actor, linked_at)
         SELECT gen_random_uuid(), '00000000-0000-0000-0000-000000000001', id, 'L1', '', 'x', now() FROM legacy_accounts WHERE key = '3'",
    );
    let (code, stdout, stderr) = run(&["--batch", "a", "--yes", "--format", "json"]);
    assert_eq!((code, stderr.as_str()), (1, ""));
    let report: serde_json::Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!(report["batch"], "a");
    let accounts = serde_json::json!({"system":"reissue","kind":"accounts","removed":5,"restored":0,"kept":1});
    assert!(report["sources"].as_array().unwrap().contains(&accounts), "{report}");
    let kept = serde_json::json!([{"system":"reissue","kind":"accounts","key":"3","reason":"linked"}]);
    assert_eq!(report["kept"], kept);
    let list = std::fs::read_to_string(out.join("a.kept.csv")).unwrap();
    assert_eq!(list, "system,kind,key,reason\nreissue,accounts,3,linked\n");

    let (code, stdout, _) = run(&["--batch", "a", "--yes"]);
    assert_eq!(code, 1, "what stayed stays");
    assert!(stdout.contains("此前已于") && stdout.contains("[linked] 账户导入后有人关联"), "{stdout}");
    assert_eq!(bench.text("SELECT count(*)::text FROM audit_events WHERE event = 'import_rolled_back'"), "1");
    bench.do_sql("DELETE FROM links");
    assert_eq!(run(&["--batch", "a", "--yes"]).0, 0);
    assert_eq!(bench.count("legacy_accounts"), 0, "nothing holds it any more");
    assert_eq!(run(&["--batch", "a", "--yes"]).0, 0);
}

#[test]
fn no_import_runs_meanwhile_and_a_list_that_cannot_be_written_stops_it() {
    let bench = Bench::new();
    export(&bench, "", &[], &[]);
    bench.batch("a", &ALL);
    let before = bench.state();
    bench.file("taken", "");
    let blocked = take_back(bench.ground(), ("a", bench.path("taken").as_path()));
    assert!(matches!(blocked, Err(RollbackError::List(_))));
    let mut conn = bench.test_db.connect();
    conn.batch_execute("SELECT pg_advisory_lock(7094711376856051761)").unwrap();
    let busy = take_back(bench.ground(), ("a", bench.path("").as_path()));
    assert!(matches!(busy, Err(RollbackError::Import(ImportError::Busy))));
    assert_eq!(bench.state(), before);
}

//! Runs that are killed, and what a run keeps of what it replaces.

use buzheng::vault::Purpose;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use rand::{RngExt, SeedableRng, rngs::SmallRng};
use std::fmt::Write as _;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::bench::{ACCOUNTS, APPLICATIONS, Bench, CERTIFICATES, EXAMS, counts};

const MD5: &str = "password = { scheme = \"md5\" }";

/// Every kind of record in several chunks, with rows that are rejected, repeated, or refer to nothing.
fn fill(bench: &Bench) {
    bench.rows("exams.csv", EXAMS, &["ZJ,造价,2017,,", "YS,执业药师,2020,执业药师,中药"]);
    let (mut accounts, mut certificates) = (String::from(ACCOUNTS), String::from(CERTIFICATES));
    let mut applications = String::from(APPLICATIONS);
    for n in 0..4500 {
        write!(accounts, "\n{n},37010119800101{:04},甲{n},,{n:032x},,2011-08-22", n % 10_000).unwrap();
        write!(certificates, "\nC{n},造价,2017,,,甲{n},37010119800101{:04},{n},20171021,济南市,已领取", n % 10_000)
            .unwrap();
    }
    for n in 0..4100 {
        // Every hundredth has no account.
        let account = if n % 100 == 0 { 90_000 + n } else { n };
        write!(applications, "\nA{n},{account},YS,2020,,,甲{n},37010119800101{n:04},,,青岛市,,等待审核,,").unwrap();
    }
    // A repetition, another content under a known key, no key, and one that begins anew behind an open quote.
    accounts.push_str("\n7,370101198001010007,甲7,,00000000000000000000000000000007,,2011-08-22\n4499,,乙,,,,\n,,,,,,\n\"9001,,,,,,\n9002,,乙,,,,\n");
    bench.file("accounts.csv", accounts);
    bench.file("certificates.csv", certificates + "\n");
    bench.file("applications.csv", applications + "\n");
    for n in 0..40 {
        bench.file(&format!("photos/A{n}.jpg"), [n; 1000]);
    }
    bench.manifest(&[
        ("exams", "exams.csv", ""),
        ("accounts", "accounts.csv", MD5),
        ("certificates", "certificates.csv", ""),
        ("applications", "applications.csv", ""),
        ("photos", "photos", ""),
    ]);
}

/// What is stored, but for ids, times and ciphertext, which differ from run to run.
fn state(bench: &Bench) -> String {
    let tables = ["accounts", "certificates", "applications"].map(|kind| {
        let columns = "(to_jsonb(t) - 'id' - 'imported_at' - 'raw_sealed' - 'name_sealed' - 'number_sealed' - 'email_sealed' \
                       - 'contact_sealed' - 'password_sealed')";
        bench.text(&format!("SELECT {columns} FROM legacy_{kind} t ORDER BY key"))
    });
    let photos = bench.text("SELECT (system, application_key, content_digest) FROM legacy_photos ORDER BY 1");
    let rest = bench.text("SELECT (t.*, finished_at IS NULL) FROM (SELECT name, finished_at FROM import_batches) t");
    let jobs = bench.text("SELECT (kind, payload) FROM jobs");
    format!("{}\n{photos}\n{}\n{jobs}", tables.join("\n"), rest.split(',').next().unwrap())
}

fn start(bench: &Bench) -> Child {
    Command::new(env!("CARGO_BIN_EXE_buzheng"))
        .env("BUZHENG_CONFIG", bench.config())
        .args(["import", "run", "--quiet", "--format", "json", "--manifest"])
        .arg(bench.path("manifest.toml"))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

fn report(child: Child) -> serde_json::Value {
    let output = child.wait_with_output().unwrap();
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)))
}

/// Statements by which a run makes progress, counted in the database. At a chosen one the run waits for a lock, and is killed there:
/// how fast the machine is has no part in it.
struct Points<'b> {
    bench: &'b Bench,
    /// Holds the lock.
    conn: PgConnection,
}

/// A busy machine takes its time.
const PATIENCE: Duration = Duration::from_mins(5);
const BETWEEN: Duration = Duration::from_millis(10);

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = Bool)]
    found: bool,
}

const WRITTEN: [&str; 8] = [
    "import_batches",
    "import_sources",
    "exam_combinations",
    "legacy_accounts",
    "legacy_certificates",
    "legacy_applications",
    "legacy_photos",
    "audit_events",
];

impl<'b> Points<'b> {
    fn new(bench: &'b Bench) -> Self {
        let mut conn = bench.test_db.connect();
        conn.batch_execute(
            "CREATE SEQUENCE points; CREATE TABLE kill_at (point bigint);
             CREATE FUNCTION point() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                 IF nextval('points') = (SELECT point FROM kill_at) THEN PERFORM pg_advisory_xact_lock(42); END IF;
                 RETURN NULL;
             END $$",
        )
        .unwrap();
        for table in WRITTEN {
            let trigger = format!(
                "CREATE TRIGGER point BEFORE INSERT OR UPDATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION point()"
            );
            conn.batch_execute(&trigger).unwrap();
        }
        Self { bench, conn }
    }

    /// How many there were.
    fn passed(&self) -> i64 {
        self.bench.text("SELECT last_value FROM points").parse().unwrap()
    }

    /// Runs the program and kills it at a point; its report, where it ends before.
    fn run(&mut self, kill_at: i64) -> Option<serde_json::Value> {
        let arm = format!(
            "SELECT setval('points', 1, false); DELETE FROM kill_at; INSERT INTO kill_at VALUES ({kill_at}); SELECT pg_advisory_lock(42)"
        );
        self.conn.batch_execute(&arm).unwrap();
        let ours = self
            .bench
            .text("SELECT string_agg(pid::text, ',') FROM pg_stat_activity WHERE datname = current_database()");
        let mut child = start(self.bench);
        let mut killed = false;
        self.until(
            "EXISTS (SELECT FROM pg_locks WHERE NOT granted AND locktype = 'advisory' AND objid = 42)",
            |waits| {
                if waits {
                    child.kill().unwrap();
                    killed = true;
                }
                waits || child.try_wait().unwrap().is_some()
            },
        );
        self.conn.batch_execute("SELECT pg_advisory_unlock(42)").unwrap();
        if !killed {
            return Some(report(child));
        }
        child.wait().unwrap();
        // The server notices by itself that the program is gone; how soon is its own affair.
        let gone = format!(
            "NOT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND pid NOT IN ({ours}))"
        );
        self.until(&gone, |is| is);
        None
    }

    fn until(&mut self, condition: &str, mut done: impl FnMut(bool) -> bool) {
        let started = Instant::now();
        loop {
            let found: Found =
                diesel::sql_query(format!("SELECT {condition} AS found")).get_result(&mut self.conn).unwrap();
            if done(found.found) {
                return;
            }
            assert!(started.elapsed() < PATIENCE, "{condition}");
            std::thread::sleep(BETWEEN);
        }
    }
}

/// Made anew where a failed one shall be seen again.
fn random() -> SmallRng {
    let seed = std::env::var("BUZHENG_KILL_SEED").map_or_else(|_| rand::random(), |seed| seed.parse().unwrap());
    eprintln!("BUZHENG_KILL_SEED={seed}");
    SmallRng::seed_from_u64(seed)
}

#[test]
fn a_run_that_is_killed_at_any_points_ends_as_an_undisturbed_one_does() {
    let undisturbed = Bench::new();
    fill(&undisturbed);
    let mut points = Points::new(&undisturbed);
    let report = points.run(0).expect("a report");
    assert_eq!(report["sources"][1]["read"], 4505, "{report}");
    let all = points.passed();
    assert!(all > 12, "several chunks of every kind: {all}");

    let bench = undisturbed.twin();
    fill(&bench);
    let (mut random, mut points) = (random(), Points::new(&bench));
    // The first one is passed for certain; the later ones only if enough is left to do.
    let mut last = points.run(random.random_range(1..=all));
    assert_eq!(last, None, "killed");
    for _ in 0..2 {
        last = last.or_else(|| points.run(random.random_range(1..=all)));
    }
    let last = last.or_else(|| points.run(0)).expect("a report");
    assert_eq!(last, report, "the last report is that of the whole");
    assert_eq!(state(&bench), state(&undisturbed));
    assert_eq!(bench.rejected(), undisturbed.rejected());
    assert_eq!(points.run(0).unwrap()["sources"][2]["unchanged"], 4500);
}

#[test]
fn a_delta_keeps_what_its_rows_held_before() {
    let bench = Bench::new();
    let account = |name: &str| format!("1,110101199003071233,{name},,{:032x},,2011-08-22", 7);
    let sources = [("accounts", "accounts.csv", MD5), ("photos", "photos", "")];
    for (name, photo) in [("测试", b"1"), ("测验", b"2"), ("测验", b"2"), ("测量", b"2")] {
        bench.rows("accounts.csv", ACCOUNTS, &[&account(name), "2,,乙,,,,"]);
        bench.file("photos/7.jpg", photo);
        bench.import(&sources);
    }
    let former =
        bench.column("SELECT former ->> 'name_sealed' FROM legacy_former_rows WHERE kind = 'accounts' ORDER BY id");
    let open = |sealed: &Option<String>| {
        let bytes = hex::decode(sealed.as_deref().unwrap().trim_start_matches("\\x")).unwrap();
        bench.vault.open_text(Purpose::Name, &bytes).unwrap()
    };
    assert_eq!(former.iter().map(open).collect::<Vec<_>>(), ["测试", "测验"], "once for each change, the newest last");
    assert_eq!(
        bench.text("SELECT (kind, system, key) FROM legacy_former_rows WHERE kind = 'photos'"),
        "(photos,reissue,7)"
    );
}

#[test]
fn a_changed_file_is_read_from_its_beginning_even_behind_an_interrupted_run() {
    let bench = Bench::new();
    fill(&bench);
    assert_eq!(Points::new(&bench).run(4), None);
    assert_eq!(bench.count("import_batches WHERE finished_at IS NULL"), 1);
    bench.rows("accounts.csv", ACCOUNTS, &["1,110101199003071233,测试,,,,"]);
    bench.manifest(&[("accounts", "accounts.csv", MD5)]);
    let done = bench.run(&bench.path("manifest.toml")).report.sources.remove(0);
    assert_eq!(done.counts.read, counts([1, 1, 0, 0, 0]).read);
    assert_eq!(bench.count("legacy_accounts WHERE key = '1'"), 1);
}

/// Runs the program; at the moment when it has surveyed every source and begins to write, something happens.
fn run_while(bench: &Bench, happens: impl FnOnce()) -> std::process::Output {
    let mut other = bench.test_db.connect();
    other.batch_execute("BEGIN; LOCK TABLE exam_combinations IN SHARE MODE").unwrap();
    let child = start(bench);
    let waiting = "pg_locks WHERE NOT granted AND relation = 'exam_combinations'::regclass";
    while bench.count(waiting) == 0 {
        std::thread::yield_now();
    }
    happens();
    other.batch_execute("ROLLBACK").unwrap();
    child.wait_with_output().unwrap()
}

#[test]
fn a_file_that_is_another_one_at_its_second_reading_is_named_and_read_anew_by_the_next_run() {
    let rows = |prefix: &str, numbers: std::ops::Range<u32>| -> String {
        numbers.fold(ACCOUNTS.to_owned(), |text, n| text + &format!("\n{prefix}{n},,甲,,,,")) + "\n"
    };
    let other_rows = rows("C", 0..3000);
    let repeated = other_rows.clone() + "C7,,甲,,,,\n";
    for another in [other_rows, repeated, rows("B", 0..4000)] {
        let bench = Bench::new();
        bench.rows("exams.csv", EXAMS, &["ZJ,造价,2017,,"]);
        bench.file("accounts.csv", rows("B", 0..9000));
        bench.file("another.csv", &another);
        bench.manifest(&[("exams", "exams.csv", ""), ("accounts", "accounts.csv", "columns = { password = \"\" }")]);
        let changed = || std::fs::rename(bench.path("another.csv"), bench.path("accounts.csv")).unwrap();
        let output = run_while(&bench, changed);
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains("accounts.csv") && said.contains("两遍"), "{said}");
        assert_eq!(bench.count("import_batches WHERE finished_at IS NULL"), 1);
        assert_eq!(bench.count("import_sources WHERE place = 1"), 0, "nothing of it counts as settled");

        let report = report(start(&bench));
        let source = &report["sources"][1];
        let count = |what: &str| source[what].as_u64().unwrap();
        let lines = u64::try_from(another.lines().count()).unwrap() - 1;
        assert_eq!(count("read"), lines, "{source}");
        assert_eq!(count("inserted") + count("unchanged"), lines, "{source}");
        assert_eq!(bench.count("legacy_accounts WHERE key LIKE 'C%'") > 0, another.contains("C7"));
    }
}

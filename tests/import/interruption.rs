//! Runs that are killed, and what a run keeps of what it replaces.

use buzheng::vault::Purpose;
use diesel::connection::SimpleConnection;
use rand::{RngExt, SeedableRng, rngs::SmallRng};
use std::fmt::Write as _;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use crate::bench::{ACCOUNTS, APPLICATIONS, Bench, CERTIFICATES, EXAMS, counts};

const MD5: &str = "password = { scheme = \"md5\" }";

/// Every kind of record in several chunks, with rows that are rejected, repeated, or refer to nothing.
fn fill(bench: &Bench) {
    bench.rows("exams.csv", EXAMS, &["ZJ,造价,2017,,", "YS,执业药师,2020,执业药师,中药"]);
    let (mut accounts, mut certificates) = (String::from(ACCOUNTS), String::from(CERTIFICATES));
    let mut applications = String::from(APPLICATIONS);
    for n in 0..9000 {
        write!(accounts, "\n{n},37010119800101{:04},甲{n},,{n:032x},,2011-08-22", n % 10_000).unwrap();
        write!(certificates, "\nC{n},造价,2017,,,甲{n},37010119800101{:04},{n},20171021,济南市,已领取", n % 10_000)
            .unwrap();
    }
    for n in 0..5000 {
        // Every hundredth has no account.
        let account = if n % 100 == 0 { 90_000 + n } else { n };
        write!(applications, "\nA{n},{account},YS,2020,,,甲{n},37010119800101{n:04},,,青岛市,,等待审核,,").unwrap();
    }
    // A repetition, another content under a known key, no key, and one that begins anew behind an open quote.
    accounts.push_str("\n7,370101198001010007,甲7,,00000000000000000000000000000007,,2011-08-22\n8999,,乙,,,,\n,,,,,,\n\"9001,,,,,,\n9002,,乙,,,,\n");
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

/// Runs the program; kills it when it has told so many lines of progress. Its report, if it came to one.
fn run(bench: &Bench, kill_after: usize) -> (usize, Option<serde_json::Value>) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_buzheng"))
        .env("BUZHENG_CONFIG", bench.config())
        .args(["import", "run", "--format", "json", "--progress-every", "1", "--manifest"])
        .arg(bench.path("manifest.toml"))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let told = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok).take(kill_after).count();
    if told == kill_after {
        child.kill().unwrap();
    }
    let output = child.wait_with_output().unwrap();
    (told, serde_json::from_slice(&output.stdout).ok())
}

/// Made anew where a failed one shall be seen again.
fn random() -> (u64, SmallRng) {
    let seed = std::env::var("BUZHENG_KILL_SEED").map_or_else(|_| rand::random(), |seed| seed.parse().unwrap());
    eprintln!("BUZHENG_KILL_SEED={seed}");
    (seed, SmallRng::seed_from_u64(seed))
}

#[test]
fn a_run_that_is_killed_at_any_points_ends_as_an_undisturbed_one_does() {
    let undisturbed = Bench::new();
    fill(&undisturbed);
    let (lines, report) = run(&undisturbed, usize::MAX);
    let report = report.expect("a report");
    assert_eq!(report["sources"][1]["read"], 9005, "{report}");

    let bench = undisturbed.twin();
    fill(&bench);
    let (_, mut random) = random();
    let mut kills = 0;
    let last = loop {
        let at = if kills < 6 { random.random_range(1..lines.max(2)) } else { usize::MAX };
        match run(&bench, at) {
            (_, Some(report)) => break report,
            _ => kills += 1,
        }
    };
    assert!(kills > 0, "nothing was killed in {lines} lines");
    assert_eq!(last, report, "the last report is that of the whole");
    assert_eq!(state(&bench), state(&undisturbed));
    assert_eq!(bench.rejected(), undisturbed.rejected());
    let (_, again) = run(&bench, usize::MAX);
    assert_eq!(again.unwrap()["sources"][2]["unchanged"], 9000);
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
    let (_, report) = run(&bench, 1);
    assert_eq!(report, None);
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
    let child = Command::new(env!("CARGO_BIN_EXE_buzheng"))
        .env("BUZHENG_CONFIG", bench.config())
        .args(["import", "run", "--quiet", "--format", "json", "--manifest"])
        .arg(bench.path("manifest.toml"))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
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

        let (_, report) = run(&bench, usize::MAX);
        let source = &report.unwrap()["sources"][1];
        let count = |what: &str| source[what].as_u64().unwrap();
        let lines = u64::try_from(another.lines().count()).unwrap() - 1;
        assert_eq!(count("read"), lines, "{source}");
        assert_eq!(count("inserted") + count("unchanged"), lines, "{source}");
        assert_eq!(bench.count("legacy_accounts WHERE key LIKE 'C%'") > 0, another.contains("C7"));
    }
}

//! `buzheng import wrap`: many processes, many cores, any end.

use buzheng::app::wrapping::Wrapper;
use buzheng::jobs::Runner;
use diesel::connection::SimpleConnection;
use indicatif::ProgressBar;
use serde_json::Value;
use std::fs;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use crate::bench::{ACCOUNTS, Bench, now};
use crate::passwords::{ABC, fits, import_md5, runner};
use crate::progress::on_a_terminal;

const WRAPPED: &str = "legacy_accounts WHERE password_wrapped LIKE '$argon2id$%' AND password_sealed IS NULL";
const SEALED: &str = "legacy_accounts WHERE password_wrapped IS NULL AND password_sealed IS NOT NULL";

/// `import_md5` makes all accounts of one hash.
const PASSWORD: &str = "abc";

fn start(bench: &Bench, arguments: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_buzheng"))
        .env("BUZHENG_CONFIG", bench.config())
        .args(["import", "wrap", "--format", "json"])
        .args(arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

fn report(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)))
}

/// Nothing of an old hash lies open, at any time.
fn nothing_is_plain(bench: &Bench) {
    let all = bench.count("legacy_accounts");
    assert_eq!(bench.count(WRAPPED) + bench.count(SEALED), all, "each is sealed or wrapped");
    let everything = bench.everything().to_lowercase();
    let hash = ABC.to_lowercase();
    assert!(!everything.contains(&hash) && !everything.contains(&hex::encode(&hash)), "a fast hash lies open");
}

/// Asks until the answer is yes; the process that is watched must not have ended.
fn until(child: &mut Child, mut yes: impl FnMut() -> bool) {
    while !yes() {
        assert!(child.try_wait().unwrap().is_none(), "it ended before");
        std::thread::yield_now();
    }
}

#[test]
fn a_wrapping_that_is_killed_goes_on_where_it_was_and_every_password_still_proves() {
    let bench = Bench::new();
    import_md5(&bench, 1..193);
    nothing_is_plain(&bench);
    let mut kept = 0;
    for _ in 0..2 {
        let mut wrapping = start(&bench, &["--cores", "1"]);
        until(&mut wrapping, || bench.count(WRAPPED) > kept);
        wrapping.kill().unwrap();
        wrapping.wait().unwrap();
        nothing_is_plain(&bench);
        kept = bench.count(WRAPPED);
        assert!(kept < 192 && bench.count("jobs") == 1, "{kept} before it was killed");
    }
    let output = start(&bench, &[]).wait_with_output().unwrap();
    let report = report(&output);
    assert_eq!(output.status.code(), Some(0));
    // What a killed one had sent to the database may have been committed after the count.
    let wrapped = report["wrapped"].as_i64().unwrap();
    assert!((1..=192 - kept).contains(&wrapped), "{wrapped} of {}", 192 - kept);
    assert_eq!((bench.count(WRAPPED), bench.count("jobs")), (192, 0));
    nothing_is_plain(&bench);
    for key in ["001", "033", "100", "192"] {
        assert!(fits(&bench, key, PASSWORD) && !fits(&bench, key, "abd"), "{key}");
    }
    let again = start(&bench, &[]).wait_with_output().unwrap();
    assert_eq!((again.status.code(), self::report(&again)["wrapped"].as_i64()), (Some(0), Some(0)));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_commands_and_a_service_at_once_wrap_each_hash_once() {
    let bench = Bench::new();
    import_md5(&bench, 1..193);
    let commands = [start(&bench, &["--cores", "1"]), start(&bench, &["--cores", "2"])];
    let service = runner(&bench);
    service.drain(now()).await.unwrap();
    let reports = commands.map(|command| report(&command.wait_with_output().unwrap()));
    let [first, second] = reports.each_ref().map(|report| report["wrapped"].as_i64().unwrap());
    assert!(first + second <= 192, "{reports:?}");
    assert!(reports.iter().all(|report| report["discarded"] == 0), "no work was done twice: {reports:?}");
    assert_eq!((bench.count(WRAPPED), bench.count("jobs")), (192, 0));
    assert!(fits(&bench, "001", PASSWORD) && fits(&bench, "192", PASSWORD));
}

#[test]
fn a_hash_is_claimed_by_one_alone_and_free_again_when_its_holder_dies() {
    let bench = Bench::new();
    import_md5(&bench, 1..6);
    // Another process in the midst of hashing, as far as PostgreSQL can tell.
    let mut other = bench.test_db.connect();
    other
        .batch_execute(
            "BEGIN; SELECT pg_advisory_xact_lock(x'77726170'::int, ('x' || right(id::text, 8))::bit(32)::int)
             FROM legacy_accounts WHERE key <= '002'",
        )
        .unwrap();
    let mut wrapping = start(&bench, &[]);
    until(&mut wrapping, || bench.count(WRAPPED) == 3);
    assert_eq!(
        bench.text("SELECT string_agg(key, ' ' ORDER BY key) FROM legacy_accounts WHERE password_sealed IS NOT NULL"),
        "001 002"
    );
    assert!(wrapping.try_wait().unwrap().is_none(), "it waits for them");
    drop(other);
    let report = report(&wrapping.wait_with_output().unwrap());
    assert_eq!((report["wrapped"].as_i64(), bench.count(WRAPPED)), (Some(5), 5));
}

#[test]
fn a_row_that_an_import_is_writing_is_not_waited_for_and_has_its_turn_later() {
    let bench = Bench::new();
    import_md5(&bench, 1..4);
    let mut import = bench.test_db.connect();
    import.batch_execute("BEGIN; UPDATE legacy_accounts SET batch = batch WHERE key = '002'").unwrap();
    let mut wrapping = start(&bench, &[]);
    until(&mut wrapping, || bench.count(WRAPPED) == 2);
    import.batch_execute("COMMIT").unwrap();
    let report = report(&wrapping.wait_with_output().unwrap());
    assert_eq!((report["wrapped"].as_i64(), bench.count(WRAPPED)), (Some(3), 3));
    assert!(fits(&bench, "002", PASSWORD));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_that_goes_on_keeps_the_job_and_its_rows_are_wrapped() {
    let bench = Bench::new();
    import_md5(&bench, 1..3);
    let mut import = bench.test_db.connect();
    import.batch_execute("BEGIN").unwrap();
    buzheng::db::jobs::ensure(&mut import, "wrap_passwords", "b", now()).unwrap();
    // The job's last look comes while the import has not committed: nothing is left to be seen, and the job stays.
    runner(&bench).drain(now()).await.unwrap();
    assert_eq!((bench.count(SEALED), bench.count("jobs")), (0, 1));
    import.batch_execute("COMMIT").unwrap();
    runner(&bench).drain(now() + chrono::TimeDelta::seconds(2)).await.unwrap();
    assert_eq!(bench.count("jobs"), 0);
}

/// Threads of a process that hash, as `top -H` shows them.
fn hashing_threads(process: u32) -> usize {
    let Ok(threads) = fs::read_dir(format!("/proc/{process}/task")) else { return 0 };
    let name = |thread: fs::DirEntry| fs::read_to_string(thread.path().join("comm")).unwrap_or_default();
    threads.flatten().map(name).filter(|name| name.trim() == "wrap").count()
}

#[test]
fn no_more_threads_hash_than_cores_were_given() {
    let bench = Bench::new();
    import_md5(&bench, 1..193);
    let all = std::thread::available_parallelism().unwrap().get();
    for (cores, until_wrapped) in [(1, 96), (all, 192)] {
        let mut wrapping = start(&bench, &["--cores", &cores.to_string()]);
        let mut most = 0;
        while bench.count(WRAPPED) < until_wrapped {
            most = most.max(hashing_threads(wrapping.id()));
        }
        wrapping.kill().unwrap();
        wrapping.wait().unwrap();
        assert_eq!(most, cores);
    }
}

/// MiB that a process may take for data while it wraps on one core: 19 are Argon2's. With the code of an optimised build, about 26 MiB, it
/// stays below 80; the unoptimised code of other builds takes twice as much, and more with everything that is added.
const DATA: u64 = 50;

/// The most that a process has had resident so far without its code, in MiB; nothing of one that has ended.
fn peak_of_data(process: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let kibibytes = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name))?;
        line.split_whitespace().next()?.parse::<u64>().ok()
    };
    Some(kibibytes("VmHWM:")?.saturating_sub(kibibytes("RssFile:")?) / 1024)
}

/// The most that it has had when the answer is yes.
fn peak_of_data_until(process: &mut Child, mut yes: impl FnMut(&mut Child) -> bool) -> u64 {
    let (began, mut peak) = (Instant::now(), 0);
    while !yes(process) {
        assert!(began.elapsed() < Duration::from_mins(2), "it does not end");
        peak = peak_of_data(process.id()).unwrap_or(peak);
        std::thread::sleep(Duration::from_millis(10));
    }
    peak
}

#[test]
fn wrapping_on_one_core_takes_the_memory_of_one_hash() {
    let bench = Bench::new();
    import_md5(&bench, 1..385);
    let mut wrapping = start(&bench, &["--cores", "1"]);
    let peak = peak_of_data_until(&mut wrapping, |wrapping| wrapping.try_wait().unwrap().is_some());
    assert_eq!(bench.count(WRAPPED), 384);
    assert!((20..=DATA).contains(&peak), "{peak} MiB");
}

#[test]
fn a_service_that_wraps_takes_the_memory_of_one_hash_more() {
    let bench = Bench::new();
    import_md5(&bench, 1..385);
    let mut serving = Command::new(env!("CARGO_BIN_EXE_buzheng"))
        .env("BUZHENG_CONFIG", bench.config())
        .env("BUZHENG__SERVER__LISTEN", "127.0.0.1:0")
        .env("BUZHENG__SERVER__MANAGEMENT_LISTEN", "127.0.0.1:0")
        .env("BUZHENG__SERVER__SHUTDOWN_DELAY", "0s")
        .arg("serve")
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let peak = peak_of_data_until(&mut serving, |_| bench.count("jobs") == 0);
    Command::new("kill").arg(serving.id().to_string()).status().unwrap();
    serving.wait().unwrap();
    assert_eq!(bench.count(WRAPPED), 384);
    assert!((20..=DATA).contains(&peak), "{peak} MiB");
}

#[test]
fn more_cores_than_there_are_are_as_many_as_there_are() {
    let bench = Bench::new();
    import_md5(&bench, 1..3);
    let output = start(&bench, &["--cores", "100000"]).wait_with_output().unwrap();
    let all = std::thread::available_parallelism().unwrap().get();
    assert_eq!(report(&output)["cores"].as_u64(), u64::try_from(all).ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_without_cores_for_it_wraps_nothing_and_does_its_other_jobs() {
    let bench = Bench::new();
    import_md5(&bench, 1..3);
    let other = "INSERT INTO jobs VALUES (gen_random_uuid(), 'dance', '{}', 0, '2020-01-01', '2020-01-01', NULL)";
    bench.test_db.connect().batch_execute(other).unwrap();
    Runner::new(bench.db.clone(), bench.vault.clone(), 0).drain(now()).await.unwrap();
    assert_eq!(bench.count(SEALED), 2);
    assert_eq!(bench.text("SELECT kind || ' ' || attempts FROM jobs ORDER BY kind"), "dance 1\nwrap_passwords 0");
}

#[test]
fn hashes_that_do_not_open_stay_sealed_and_are_counted() {
    let bench = Bench::new();
    import_md5(&bench, 1..4);
    // Changed by one bit, and back again.
    let spoil =
        "UPDATE legacy_accounts SET password_sealed = set_byte(password_sealed, 20, get_byte(password_sealed, 20) # 1)";
    bench.do_sql(spoil);
    let output = start(&bench, &[]).wait_with_output().unwrap();
    assert_eq!((output.status.code(), report(&output)["refused"].as_i64()), (Some(1), Some(3)));
    assert!(String::from_utf8(output.stderr).unwrap().contains("vault.keys_file"));
    assert_eq!((bench.count(SEALED), bench.count("jobs")), (3, 1));
    bench.do_sql(spoil);
    assert_eq!(start(&bench, &[]).wait_with_output().unwrap().status.code(), Some(0));
    assert_eq!(bench.count(WRAPPED), 3);
}

#[test]
fn steps_that_run_out_of_time_wrap_each_hash_once_and_count_each_that_does_not_open_once() {
    let bench = Bench::new();
    import_md5(&bench, 1..12);
    bench.do_sql(
        "UPDATE legacy_accounts SET password_sealed = set_byte(password_sealed, 20, get_byte(password_sealed, 20) # 1)
         WHERE id IN (SELECT id FROM legacy_accounts ORDER BY id OFFSET 4 LIMIT 3)",
    );
    for cores in [1, 3] {
        let cores = std::num::NonZero::new(cores).unwrap();
        let wrapper = Wrapper::with_budget(bench.db.clone(), bench.vault.clone(), cores, Duration::ZERO);
        let before = u64::try_from(bench.count(WRAPPED)).unwrap();
        let done = wrapper.finish(&ProgressBar::hidden()).unwrap();
        assert_eq!((done.wrapped, done.refused, done.discarded), (8 - before, 3, 0));
        assert_eq!((bench.count(WRAPPED), bench.count(SEALED)), (8, 3));
    }
}

#[test]
fn a_run_tells_how_many_passwords_wait_and_wrapping_shows_how_far_it_is() {
    let bench = Bench::new();
    let rows: Vec<String> = (1..61).map(|n| format!("{n:03},,甲,,{ABC},,")).collect();
    bench.rows("accounts.csv", ACCOUNTS, &rows.iter().map(String::as_str).collect::<Vec<_>>());
    bench.manifest(&[("accounts", "accounts.csv", "password = { scheme = \"md5\" }")]);
    assert!(!bench.of("check", &[]).1.contains("待加固"));
    let told = "60 个旧密码已封存，待加固：服务在后台用 1 个核心（jobs.wrap_cores）约需 00:00:0";
    let (_, report, _) = bench.of("run", &[]);
    assert!(report.contains(told), "{report}");
    let (_, report, messages) = bench.of("run", &["--format", "json"]);
    assert!(messages.contains(told), "{messages}");
    serde_json::from_str::<Value>(&report).unwrap();

    let output = bench.command(&["wrap", "--progress-every", "1"]);
    let (report, lines) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    assert_eq!(report, format!("已加固 60 个旧密码（{} 个核心同时）\n", std::thread::available_parallelism().unwrap()));
    assert!(lines.lines().any(|line| line.starts_with("加固旧密码 · ") && line.contains("/60 ")), "{lines}");
    assert!(!bench.of("run", &[]).1.contains("待加固"));

    bench.rows("accounts.csv", ACCOUNTS, &[&format!("999,,甲,,{ABC},,")]);
    bench.of("run", &[]);
    let screen = on_a_terminal(&bench, &["wrap"]);
    assert!(screen.contains("加固旧密码") && screen.contains("个/秒"), "{screen:?}");
    assert!(screen.trim_end().ends_with("个核心同时）"), "{screen:?}");
}

use buzheng::jobs::Runner;
use buzheng::vault::{KeyFile, Purpose, Vault, verify_password};
use chrono::TimeDelta;
use diesel::connection::SimpleConnection;

use crate::bench::{ACCOUNTS, Bench, now};

const ABC: &str = "900150983CD24FB0D6963F7D28E17F72";
const BCRYPT: &str = "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";

fn runner(bench: &Bench) -> Runner {
    Runner::new(bench.db.clone(), bench.vault.clone())
}

fn state(bench: &Bench) -> Vec<String> {
    let query = "SELECT concat_ws(' ', key, password_scheme, CASE WHEN password_sealed IS NOT NULL THEN 'sealed' END,
        CASE WHEN password_wrapped IS NOT NULL THEN 'wrapped' END) FROM legacy_accounts ORDER BY key";
    bench.column(query).into_iter().flatten().collect()
}

fn import_md5(bench: &Bench, accounts: std::ops::Range<u32>) {
    let rows: Vec<String> = accounts.map(|n| format!("{n:03},,甲,,{ABC},,")).collect();
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    bench.rows("accounts.csv", ACCOUNTS, &rows);
    bench.import(&[("accounts", "accounts.csv", "password = { scheme = \"md5\" }")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn sealed_hashes_are_wrapped_in_the_background() {
    let bench = Bench::new();
    import_md5(&bench, 1..61);
    assert_eq!(bench.text("SELECT (kind, payload) FROM jobs"), r#"(wrap_passwords,"{""batch"": ""b""}")"#);
    assert!(state(&bench).iter().all(|account| account.ends_with("md5 sealed")));
    let sealed = hex::decode(bench.text("SELECT encode(password_sealed, 'hex') FROM legacy_accounts LIMIT 1")).unwrap();
    let hash = bench.vault.open_text(Purpose::PasswordHash, &sealed).unwrap();
    assert_eq!(hash, ABC.to_lowercase(), "the normal form");

    let steps = runner(&bench).drain(now()).await.unwrap();

    assert!(steps >= 3, "in short steps: {steps}");
    assert_eq!(bench.count("jobs"), 0);
    assert!(state(&bench).iter().all(|account| account.ends_with("md5 wrapped")));
    let wrapped = bench.text("SELECT password_wrapped FROM legacy_accounts WHERE key = '060'");
    assert!(wrapped.starts_with("$argon2id$") && verify_password(&hash, &wrapped));
    // The same file again finds them unchanged and queues nothing.
    import_md5(&bench, 1..61);
    assert_eq!(bench.count("jobs"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn bcrypt_stays_sealed_and_clear_text_is_hashed_at_once() {
    let bench = Bench::new();
    bench.rows("bcrypt.csv", ACCOUNTS, &[&format!("1,,甲,,{BCRYPT},,")]);
    bench.rows("plain.csv", ACCOUNTS, &["2,,乙,,abc123456 ,,", "3,,乙,,,,"]);
    bench.rows("md5.csv", ACCOUNTS, &[&format!("4,,乙,,{ABC},,")]);
    bench.import(&[
        ("accounts", "bcrypt.csv", "password = { scheme = \"bcrypt\", trim = true }"),
        ("accounts", "plain.csv", "password = { scheme = \"plain\" }"),
        ("accounts", "md5.csv", "password = { scheme = \"md5\", charset = \"gb18030\" }"),
    ]);
    let bcrypt = r#"1 {"scheme":"bcrypt","trim":true} sealed"#;
    let md5 = r#"4 {"scheme":"md5","charset":"gb18030"} sealed"#;
    assert_eq!(state(&bench), [bcrypt, "2 plain wrapped", "3", md5]);
    let wrapped = bench.text("SELECT password_wrapped FROM legacy_accounts WHERE key = '2'");
    assert!(verify_password("abc123456 ", &wrapped));

    runner(&bench).drain(now()).await.unwrap();

    assert_eq!(state(&bench), [bcrypt, "2 plain wrapped", "3", &md5.replace("sealed", "wrapped")]);
    assert_eq!(bench.count("jobs"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_that_fails_is_noted_without_personal_data_and_tried_again_later() {
    let bench = Bench::new();
    import_md5(&bench, 1..3);
    let stranger = Runner::new(bench.db.clone(), Vault::new(&KeyFile::generate()));
    stranger.drain(now()).await.unwrap();
    let job = || bench.text("SELECT (attempts, last_error, run_after AT TIME ZONE 'UTC') FROM jobs");
    let error = "2 sealed password hashes do not open: check the key file";
    assert_eq!(job(), format!("(1,\"{error}\",\"2026-01-15 02:00:10\")"));

    assert_eq!(runner(&bench).drain(now()).await.unwrap(), 0, "not yet");
    runner(&bench).drain(now() + TimeDelta::seconds(10)).await.unwrap();

    assert_eq!(state(&bench), ["001 md5 wrapped", "002 md5 wrapped"]);
    assert_eq!(bench.count("jobs"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_of_an_unknown_kind_does_not_stop_the_others() {
    let bench = Bench::new();
    import_md5(&bench, 1..2);
    let stranger = "INSERT INTO jobs VALUES (gen_random_uuid(), 'dance', '{}', 0, '2020-01-01', '2020-01-01', NULL)";
    bench.test_db.connect().batch_execute(stranger).unwrap();
    runner(&bench).drain(now()).await.unwrap();
    assert_eq!(state(&bench), ["001 md5 wrapped"]);
    assert_eq!(bench.text("SELECT (kind, attempts, last_error) FROM jobs"), "(dance,1,\"unknown kind of job\")");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_hash_is_sealed_and_wrapped_anew() {
    let bench = Bench::new();
    import_md5(&bench, 1..3);
    runner(&bench).drain(now()).await.unwrap();
    let other = "0cc175b9c0f1b6a831c399e269772661";
    bench.rows("accounts.csv", ACCOUNTS, &[&format!("001,,甲,,{other},,")]);
    bench.import(&[("accounts", "accounts.csv", "password = { scheme = \"md5\" }")]);
    assert_eq!(state(&bench), ["001 md5 sealed", "002 md5 wrapped"]);
    runner(&bench).drain(now()).await.unwrap();
    let wrapped = bench.text("SELECT password_wrapped FROM legacy_accounts WHERE key = '001'");
    assert!(verify_password(other, &wrapped));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_worker_ends_when_it_is_told_to() {
    let bench = Bench::new();
    import_md5(&bench, 1..200);
    let runner = runner(&bench);
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let working = tokio::spawn(async move { runner.run(async { drop(stopped.await) }).await });
    while bench.count("legacy_accounts WHERE password_wrapped IS NOT NULL") == 0 {
        tokio::task::yield_now().await;
    }
    stop.send(()).unwrap();
    working.await.unwrap();
    let done = bench.count("legacy_accounts WHERE password_wrapped IS NOT NULL");
    assert!(done % 25 == 0 && done < 199, "whole steps: {done}");
    assert_eq!(bench.count("jobs"), 1, "another worker goes on");
}

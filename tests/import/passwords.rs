use buzheng::app::old_password::{self, OldPassword};
use buzheng::db::legacy_passwords::Wrapped;
use buzheng::ids::AccountId;
use buzheng::jobs::Runner;
use buzheng::vault::{KeyFile, Purpose, Vault, verify_password};
use chrono::TimeDelta;
use diesel::connection::SimpleConnection;

use crate::bench::{ACCOUNTS, Bench, codes, counts, now};

pub(crate) const ABC: &str = "900150983CD24FB0D6963F7D28E17F72";
const BCRYPT: &str = "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";

pub(crate) fn runner(bench: &Bench) -> Runner {
    Runner::new(bench.db.clone(), bench.vault.clone(), 1)
}

fn state(bench: &Bench) -> Vec<String> {
    let query = "SELECT concat_ws(' ', key, password_scheme, CASE WHEN password_sealed IS NOT NULL THEN 'sealed' END,
        CASE WHEN password_wrapped IS NOT NULL THEN 'wrapped' END) FROM legacy_accounts ORDER BY key";
    bench.column(query).into_iter().flatten().collect()
}

pub(crate) fn import_md5(bench: &Bench, accounts: std::ops::Range<u32>) {
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
    let stranger = Runner::new(bench.db.clone(), Vault::new(&KeyFile::generate()), 1);
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
    assert!((1..199).contains(&done), "it ended with the step at hand: {done}");
    assert_eq!(bench.count("jobs"), 1, "another worker goes on");
}

/// A source: its `password` table, the password column, the salt column; the password is always `hashcat` (`my password` for
/// ASP.NET Identity, `U*U` for bcrypt). Vectors as in `src/domain/legacy_password/tests.rs`.
const SOURCES: [(&str, &str, &str, &str); 14] = [
    ("scheme = \"md5\"", "8743b52063cd84097a65d1633f5c74f5", "", "hashcat"),
    ("scheme = \"md5-16\"", "63CD84097A65D163", "", "hashcat"),
    ("scheme = \"md5\", charset = \"gbk\"", "023b1f07f0a78fc82f15fc1cebe93524", "", "密码123"),
    ("scheme = \"md5\", charset = \"utf-16le\", trim = true", "67e01d9eeefa9113c5a00e8ca85c2b53", "", "密码123 "),
    ("scheme = \"md5-salted\", order = \"password+salt\"", "01dfae6e5d4d90d9892622325959afbe", "7050461", "hashcat"),
    ("scheme = \"md5-salted\", order = \"salt+password\"", "f0fda58630310a6dd91a7d8f0a4ceda2", "4225637426", "hashcat"),
    (
        "scheme = \"md5-salted\", order = \"md5(password)+salt\", hex_case = \"upper\"",
        "E6D1549614E30EA2B186EA84A32DB3E6",
        "568",
        "hashcat",
    ),
    ("scheme = \"sha1\"", "a9993e364706816aba3e25717850c26c9cd0d89d", "", "abc"),
    ("scheme = \"sha256\"", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", "", "abc"),
    ("scheme = \"aspnet-membership\"", "utkfN0EOgljbv5FoZ6+AcZD5iLk=", "bEtiVGhPNlZpcUN4a3ExTg==", "hashcat"),
    (
        "scheme = \"aspnet-membership\", algorithm = \"hmac-sha256\"",
        "fkQfSRVPA0ffIETAxuF3Pj/jk66nY1nH3iNLBS1ncKQ=",
        "MDEyMzQ1Njc4OWFiY2RlZg==",
        "hashcat",
    ),
    (
        "scheme = \"aspnet-identity\"",
        "AAABAgMEBQYHCAkKCwwNDg+ukCEMDf0yyQ29NYubggHIVY0sdEUfdyeM+E1LtH1uJg==",
        "",
        "my password",
    ),
    (
        "scheme = \"aspnet-identity\"",
        "AQAAAAEAACcQAAAAEAABAgMEBQYHCAkKCwwNDg+yWU7rLgUwPZb1Itsmra7cbxw2EFpwpVFIEtP+JIuUEw==",
        "",
        "my password",
    ),
    ("scheme = \"bcrypt\"", BCRYPT, "", "U*U"),
];

/// Imports one account of each source; keys count from 10.
fn import_every_scheme(bench: &Bench) {
    let mut manifest = Vec::new();
    for (at, (table, hash, salt, _)) in SOURCES.iter().enumerate() {
        let file = format!("{at}.csv");
        bench.rows(&file, ACCOUNTS, &[&format!("{},,甲,,{hash},{salt},", at + 10)]);
        manifest.push((file, format!("password = {{ {table} }}")));
    }
    let manifest: Vec<_> = manifest.iter().map(|(file, table)| ("accounts", file.as_str(), table.as_str())).collect();
    let sources = bench.import(&manifest);
    assert!(sources.iter().all(|source| codes(source).iter().all(|(code, _)| !code.contains("password"))));
}

fn account(bench: &Bench, key: &str) -> (AccountId, OldPassword) {
    let id = bench.text(&format!("SELECT id FROM legacy_accounts WHERE key = '{key}'"));
    let id = AccountId::from_uuid(id.parse().unwrap());
    let row = old_password::find(&mut bench.test_db.connect(), id).unwrap().unwrap();
    (id, row)
}

pub(crate) fn fits(bench: &Bench, key: &str, typed: &str) -> bool {
    old_password::check(&bench.vault, &account(bench, key).1, typed).unwrap()
}

fn replace(bench: &Bench, id: AccountId, former: &OldPassword, typed: &str) -> bool {
    let replacement = old_password::replacement(typed);
    old_password::replace(&mut bench.test_db.connect(), id, former, &replacement).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_scheme_is_verified_sealed_wrapped_and_replaced() {
    let bench = Bench::new();
    import_every_scheme(&bench);
    let check = |state: &str| {
        for (at, (table, hash, salt, password)) in SOURCES.iter().enumerate() {
            let key = (at + 10).to_string();
            assert!(fits(&bench, &key, password), "{state}: {table}");
            // Of the schemes' many wrong answers the table of vectors tells; here each costs an Argon2id comparison.
            let wrong = if state == "wrapped" { (*hash).to_owned() } else { format!("{password}{salt}.") };
            assert!(!fits(&bench, &key, &wrong), "{state}: {table}");
        }
    };
    assert_eq!(bench.count("legacy_accounts WHERE password_sealed IS NOT NULL"), 14);
    assert_eq!(bench.count("legacy_accounts WHERE password_salt_sealed IS NOT NULL"), 7);
    check("sealed");

    runner(&bench).drain(now()).await.unwrap();
    assert_eq!(bench.count("legacy_accounts WHERE password_wrapped IS NOT NULL"), 13, "all but bcrypt");
    assert_eq!(bench.count("legacy_accounts WHERE password_salt_sealed IS NOT NULL"), 7, "needed as before");
    check("wrapped");

    for (at, (.., password)) in SOURCES.iter().enumerate() {
        let (id, row) = account(&bench, &(at + 10).to_string());
        assert!(replace(&bench, id, &row, password));
    }
    let replaced = "password_scheme = 'argon2id' AND password_salt_sealed IS NULL AND password_sealed IS NULL";
    assert_eq!(bench.count(&format!("legacy_accounts WHERE {replaced}")), 14);
    check("replaced");
    assert_eq!(runner(&bench).drain(now()).await.unwrap(), 0, "nothing is left to be wrapped");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replaced_password_outlives_the_same_import_and_gives_way_to_another_hash() {
    let bench = Bench::new();
    let table = "password = { scheme = \"md5-salted\", order = \"password+salt\" }";
    let import = |hash: &str, salt: &str| {
        bench.rows("accounts.csv", ACCOUNTS, &[&format!("1,,甲,,{hash},{salt},")]);
        bench.import(&[("accounts", "accounts.csv", table)]).remove(0).counts
    };
    let (first, second) = ("01dfae6e5d4d90d9892622325959afbe", "031f4d0b1b0a2c9ae1d0b5f3e2b7a111");
    assert_eq!(import(first, "7050461"), counts([1, 1, 0, 0, 0]));
    let (id, row) = account(&bench, "1");
    assert!(replace(&bench, id, &row, "hashcat"));
    assert!(!replace(&bench, id, &row, "hashcat"), "not what was checked any more");
    let (_, again) = account(&bench, "1");
    assert!(!replace(&bench, id, &again, "other"), "replaced once and for all");

    assert_eq!(import(first, "7050461"), counts([1, 0, 0, 1, 0]));
    assert_eq!(state(&bench), ["1 argon2id wrapped"]);
    assert!(fits(&bench, "1", "hashcat"));

    // The same digits with another salt are another password.
    assert_eq!(import(first, "7050462"), counts([1, 0, 1, 0, 0]));
    assert!(!fits(&bench, "1", "hashcat"));
    assert_eq!(import(second, "1"), counts([1, 0, 1, 0, 0]));
    assert!(state(&bench)[0].ends_with("sealed"));
    assert!(!replace(&bench, id, &row, "hashcat"), "a delta import came between check and replacement");
    runner(&bench).drain(now()).await.unwrap();
    assert!(!fits(&bench, "1", "hashcat"));
    assert_eq!(bench.count("legacy_accounts WHERE password_salt_sealed IS NOT NULL"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hash_that_was_wrapped_or_replaced_meanwhile_is_left_alone() {
    let bench = Bench::new();
    import_md5(&bench, 1..2);
    let (id, sealed) = account(&bench, "001");
    runner(&bench).drain(now()).await.unwrap();
    assert!(!replace(&bench, id, &sealed, "abc"), "wrapped meanwhile");
    let (_, wrapped) = account(&bench, "001");
    assert!(replace(&bench, id, &wrapped, "abc"));
    let mut conn = bench.test_db.connect();
    let bytes = sealed.password_sealed.unwrap();
    let late = Wrapped { account: id, sealed: bytes, argon2id: "x".into() };
    assert_eq!(buzheng::db::legacy_passwords::wrap(&mut conn, &[late]).unwrap(), 0, "the job comes too late");
    assert!(fits(&bench, "001", "abc"));
}

#[test]
fn rows_without_a_salt_or_with_a_wrong_one_come_without_a_password() {
    let bench = Bench::new();
    bench.rows("a.csv", ACCOUNTS, &[&format!("1,,甲,,{ABC},,"), &format!("2,,甲,,{ABC}, ,"), "3,,甲,,,,"]);
    bench.rows("b.csv", ACCOUNTS, &["4,,甲,,utkfN0EOgljbv5FoZ6+AcZD5iLk=,12345,"]);
    bench.rows(
        "c.csv",
        ACCOUNTS,
        &["5,,甲,,AQAAAAH/////AAAAEAABAgMEBQYHCAkKCwwNDg+yWU7rLgUwPZb1Itsmra7cbxw2EFpwpVFIEtP+JIuUEw==,,"],
    );
    let sources = bench.import(&[
        ("accounts", "a.csv", "password = { scheme = \"md5-salted\", order = \"salt+password\" }"),
        ("accounts", "b.csv", "password = { scheme = \"aspnet-membership\" }"),
        ("accounts", "c.csv", "password = { scheme = \"aspnet-identity\" }"),
    ]);
    let found: Vec<_> =
        sources.iter().flat_map(codes).filter(|(code, _)| code.contains("password") || code.contains("salt")).collect();
    let malformed = ("malformed-password-hash", 1);
    assert_eq!(found, [("empty-password", 1), ("missing-salt", 2), malformed, malformed]);
    assert_eq!(state(&bench), ["1", "2", "3", "4", "5"]);
    assert!(!fits(&bench, "1", "abc"));
}

#[test]
fn a_salted_scheme_demands_the_column_of_its_salt() {
    use buzheng::import::finding::Code;
    let bench = Bench::new();
    bench.rows("a.csv", "编号,身份证号,姓名,邮箱,密码,注册时间", &[&format!("1,,甲,,{ABC},")]);
    let table = "password = { scheme = \"md5-salted\", order = \"salt+password\" }";
    let checked = bench.check(&bench.manifest(&[("accounts", "a.csv", table)]));
    assert_eq!(checked.refused, [Code::MissingColumn]);
}

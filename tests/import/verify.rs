//! `buzheng import verify`: what somebody changed in the database is found, and what the service and later imports do there is not.

use buzheng::app::old_password;
use buzheng::ids::AccountId;
use buzheng::vault::Purpose;
use diesel::connection::SimpleConnection;
use serde_json::Value;
use std::fs;

use crate::bench::{ACCOUNTS, APPLICATIONS, Bench, CERTIFICATES, EXAMS, now};
use crate::passwords::runner;

/// Tables of old rows, each with its kind.
const TABLES: [(&str, &str); 5] = [
    ("exam_combinations", "exams"),
    ("legacy_accounts", "accounts"),
    ("legacy_certificates", "certificates"),
    ("legacy_applications", "applications"),
    ("legacy_photos", "photos"),
];

/// What comes of no source: the row's own name, and when and by what it was written.
const NOT_OF_THE_SOURCE: [&str; 3] = ["id", "batch", "imported_at"];

const SOURCES: [(&str, &str, &str); 5] = [
    ("exams", "exams.csv", ""),
    ("accounts", "accounts.csv", "password = { scheme = \"md5-salted\", order = \"password+salt\" }"),
    ("certificates", "certificates.csv", ""),
    ("applications", "applications.csv", ""),
    ("photos", "photos", ""),
];

fn write_sources(bench: &Bench) {
    let number = "110101199003071233";
    bench.rows("exams.csv", EXAMS, &["ZJ,造价,2017,一级,土建", "YS,药师,2018,,"]);
    let hash = "01dfae6e5d4d90d9892622325959afbe";
    let account = |key: &str, name: &str| format!("{key},{number},{name},a@example.com,{hash},7050461,2013-05-06");
    bench.rows("accounts.csv", ACCOUNTS, &[&account("11", "测试甲"), &account("12", "测试乙"), "13,,测试丙,,,,"]);
    let registered = "造价,2017,一级,土建,测试甲";
    bench.rows(
        "certificates.csv",
        CERTIFICATES,
        &[
            &format!("21,{registered},{number},16039686,20171022,济南市,未领取"),
            &format!("22,{registered},{number},16039687,20171022,青岛市,未领取"),
        ],
    );
    bench.rows(
        "applications.csv",
        APPLICATIONS,
        &[
            &format!("31,11,{registered},{number},16039686,20171022,济南市,13900000000,等待审核,照片,2013-05-06"),
            &format!("32,,{registered},,16039687,20171022,青岛市,,审核通过,,"),
        ],
    );
    let photo = fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/photos/good.jpg")).unwrap();
    bench.file("photos/31.jpg", &photo);
    bench.file("photos/32.jpg", &photo[..photo.len() / 2]);
}

fn imported() -> Bench {
    let bench = Bench::new();
    write_sources(&bench);
    bench.run(&bench.manifest(&SOURCES));
    bench
}

impl Bench {
    fn apply(&self, statements: &str) {
        self.test_db.connect().batch_execute(statements).unwrap_or_else(|error| panic!("{statements}: {error}"));
    }

    /// Exit code and report.
    fn verify(&self) -> (i32, Value) {
        let (code, report, messages) = self.of("verify", &["--format", "json"]);
        (code, serde_json::from_str(&report).unwrap_or_else(|_| panic!("{messages}")))
    }

    /// The list's rows as (kind, key, column, difference).
    fn differences(&self) -> Vec<[String; 4]> {
        let Ok(mut reader) = csv::Reader::from_path(self.path("b.differences.csv")) else { return Vec::new() };
        assert_eq!(reader.headers().unwrap(), vec!["system", "kind", "key", "column", "difference"]);
        let row = |record: csv::StringRecord| [1, 2, 3, 4].map(|at| record[at].to_owned());
        reader.records().map(|record| row(record.unwrap())).collect()
    }
}

fn counts(source: &Value) -> [u64; 6] {
    ["read", "inserted", "updated", "unchanged", "rejected", "extra"].map(|name| source[name].as_u64().unwrap())
}

#[test]
fn what_was_imported_is_found_equal_and_nothing_is_written() {
    let bench = imported();
    let before = bench.everything();
    let (code, report) = bench.verify();
    assert_eq!((code, report["batch"].as_str()), (0, Some("b")), "{report:#}");
    let sources = report["sources"].as_array().unwrap();
    let found: Vec<_> = sources.iter().map(counts).collect();
    let equal = |rows| [rows, 0, 0, rows, 0, 0];
    assert_eq!(found, [equal(2), equal(3), equal(2), equal(2), equal(2)]);
    for column in sources.iter().flat_map(|source| source["columns"].as_array().unwrap()) {
        assert_eq!(
            (column["source_digest"].as_str(), &column["different"]),
            (column["stored_digest"].as_str(), &Value::from(0))
        );
        assert!(column["equal"].as_u64().unwrap() >= 2, "{column}");
        assert_eq!(column["source_digest"].as_str().unwrap().len(), 32);
    }
    assert_eq!(sources[1]["passwords"], serde_json::json!({ "compared": 2, "wrapped": 0, "replaced": 0 }));
    assert_eq!(bench.differences(), Vec::<[String; 4]>::new());
    assert!(!bench.path("b.differences.csv").exists());
    assert_eq!(bench.everything(), before);
    let (code, page, _) = bench.of("verify", &[]);
    assert_eq!(code, 0);
    assert!(page.contains("核对批次 b") && page.contains("全部一致"), "{page}");
}

/// Columns of a table as (name, type).
fn columns(bench: &Bench, table: &str) -> Vec<(String, String)> {
    let query = format!(
        "SELECT column_name || ' ' || data_type FROM information_schema.columns
         WHERE table_schema = 'public' AND table_name = '{table}' ORDER BY ordinal_position"
    );
    let columns = bench.column(&query).into_iter().flatten();
    columns
        .map(|column| column.split_once(' ').map(|(name, kind)| (name.to_owned(), kind.to_owned())).unwrap())
        .collect()
}

/// A statement that gives a column of one row another value.
fn tamper(table: &str, column: &str, data_type: &str) -> String {
    let row = match table {
        "exam_combinations" => "exam_code = 'ZJ'",
        "legacy_photos" => "application_key = '31'",
        _ => "key LIKE '_1'",
    };
    let set = match (column, data_type) {
        ("exam_code", _) if table == "exam_combinations" => "exam_code = 'XX'".into(),
        ("status", _) if table == "legacy_applications" => "status = 'approved'".into(),
        ("password_wrapped", _) => "password_sealed = NULL, password_wrapped = 'x'".into(),
        (_, "text") => format!("{column} = coalesce({column}, '') || 'x'"),
        (_, "bytea") => format!("{column} = decode('00ff', 'hex')"),
        (_, "integer") => format!("{column} = {column} + 1"),
        other => panic!("no way to change {table}.{other:?}"),
    };
    format!("UPDATE {table} SET {set} WHERE {row}")
}

#[test]
fn a_change_of_any_column_of_any_old_row_is_found() {
    let bench = imported();
    bench.apply("INSERT INTO exams VALUES ('XX', 'x')");
    let mut changed = 0;
    for (table, kind) in TABLES {
        bench.apply(&format!("CREATE TABLE saved AS TABLE {table}"));
        for (column, data_type) in columns(&bench, table) {
            if NOT_OF_THE_SOURCE.contains(&column.as_str()) {
                continue;
            }
            bench.apply(&tamper(table, &column, &data_type));
            let (code, report) = bench.verify();
            assert_eq!(code, 1, "{table}.{column}: {report:#}");
            let found = bench.differences();
            // Certificates and applications are read with the catalogue.
            assert!(kind == "exams" || found.iter().all(|[of, ..]| of == kind), "{table}.{column}: {found:?}");
            let mut found = found.iter().filter(|[of, ..]| of == kind);
            let is_key = column == "key"
                || column == "application_key"
                || column == "system"
                || table == "exam_combinations" && column != "name";
            if is_key {
                assert!(found.any(|[_, _, of, what]| of.is_empty() && what == "missing"), "{table}.{column}");
            } else {
                assert!(found.any(|[_, _, of, _]| *of == column), "{table}.{column}");
            }
            bench.apply(&format!("DELETE FROM {table}; INSERT INTO {table} SELECT * FROM saved"));
            changed += 1;
        }
        bench.apply("DROP TABLE saved");
        assert_eq!(bench.verify().0, 0, "{table} as it was");
        assert!(!bench.path("b.differences.csv").exists(), "a list of what is no more is gone");
    }
    assert!(changed > 50, "{changed}");
}

#[test]
fn another_value_that_is_sealed_well_is_found_and_its_text_told_nowhere() {
    let bench = imported();
    let put = |column: &str, table: &str, sealed: &[u8], row: &str| {
        bench.apply(&format!("UPDATE {table} SET {column} = decode('{}', 'hex') WHERE {row}", hex::encode(sealed)));
    };
    let seal = |purpose, text| bench.vault.seal_text(purpose, text);
    put("name_sealed", "legacy_accounts", &seal(Purpose::Name, "测试丁"), "key = '11'");
    put("number_sealed", "legacy_certificates", &seal(Purpose::Number, "110101199003071241"), "key = '21'");
    put("contact_sealed", "legacy_applications", &seal(Purpose::Contact, "13900000001"), "key = '31'");
    put("password_sealed", "legacy_accounts", &seal(Purpose::PasswordHash, "00"), "key = '12'");
    put("password_salt_sealed", "legacy_accounts", &seal(Purpose::PasswordSalt, "1"), "key = '11'");
    put("photo_sealed", "legacy_photos", &bench.vault.seal(Purpose::Photo, b"another"), "application_key = '32'");
    let raw = bench.vault.seal_json(Purpose::RawRow, &serde_json::json!({ "编号": "21", "姓名": "测试丁" })).unwrap();
    put("raw_sealed", "legacy_certificates", &raw, "key = '22'");
    let moved = "UPDATE legacy_applications SET name_sealed = number_sealed WHERE key = '32'";
    bench.apply(moved);

    let (code, report, messages) = bench.of("verify", &["--format", "json"]);
    assert_eq!(code, 1);
    let mut found = bench.differences();
    found.sort();
    let expected = [
        ["accounts", "11", "name_sealed", "different"],
        ["accounts", "11", "password_salt_sealed", "different"],
        ["accounts", "12", "password_sealed", "different"],
        ["applications", "31", "contact_sealed", "different"],
        ["applications", "32", "name_sealed", "unreadable"],
        ["certificates", "21", "number_sealed", "different"],
        ["certificates", "22", "raw_sealed", "different"],
        ["photos", "32", "photo_sealed", "different"],
    ];
    assert_eq!(found, expected.map(|row| row.map(str::to_owned)));
    let list = fs::read_to_string(bench.path("b.differences.csv")).unwrap();
    for text in [&report, &messages, &list] {
        assert!(!["测试", "1101011990", "139000", "another"].iter().any(|part| text.contains(part)), "{text}");
    }
    let report: Value = serde_json::from_str(&report).unwrap();
    let of = |at: usize, name: &str| {
        let columns = report["sources"][at]["columns"].as_array().unwrap();
        columns.iter().find(|column| column["column"] == name).unwrap().clone()
    };
    assert_eq!(counts(&report["sources"][1]), [3, 0, 2, 1, 0, 0]);
    let name = of(1, "name_sealed");
    assert_ne!(name["source_digest"], name["stored_digest"]);
    assert_eq!((&name["equal"], &name["different"]), (&Value::from(2), &Value::from(1)));
    assert_eq!(of(1, "email_sealed")["source_digest"], of(1, "email_sealed")["stored_digest"]);
}

#[test]
fn missing_and_extra_rows_are_told_and_the_list_goes_where_it_is_told_to() {
    let bench = imported();
    bench.apply(
        "DELETE FROM legacy_certificates WHERE key = '22';
         INSERT INTO legacy_photos SELECT system, '=99', photo_sealed, content_digest, batch, imported_at FROM legacy_photos LIMIT 1;
         INSERT INTO import_batches (name, started_at) VALUES ('other', now());
         INSERT INTO legacy_photos SELECT system, '98', photo_sealed, content_digest, 'other', imported_at FROM legacy_photos LIMIT 1",
    );
    let lists = bench.path("lists");
    let (code, page, _) = bench.of("verify", &["--out", lists.to_str().unwrap()]);
    assert_eq!(code, 1);
    assert!(page.contains("有差异") && page.contains(lists.join("b.differences.csv").to_str().unwrap()), "{page}");
    assert!(!bench.path("b.differences.csv").exists());
    let list = fs::read_to_string(lists.join("b.differences.csv")).unwrap();
    assert_eq!(
        list,
        "system,kind,key,column,difference\nreissue,certificates,22,,missing\nreissue,photos,'=**,,extra\n"
    );
    let (_, report) = bench.verify();
    assert_eq!(counts(&report["sources"][2]), [2, 1, 0, 1, 0, 0]);
    assert_eq!(counts(&report["sources"][4]), [2, 0, 0, 2, 0, 1], "what another batch brought is its own");
}

#[tokio::test(flavor = "multi_thread")]
async fn wrapped_and_replaced_passwords_are_counted_and_are_no_differences() {
    let bench = imported();
    runner(&bench).drain(now()).await.unwrap();
    let id = AccountId::from_uuid(bench.text("SELECT id FROM legacy_accounts WHERE key = '11'").parse().unwrap());
    let mut conn = bench.test_db.connect();
    let former = old_password::find(&mut conn, id).unwrap().unwrap();
    assert!(old_password::replace(&mut conn, id, &former, &old_password::replacement("hashcat")).unwrap());
    let (code, report) = bench.verify();
    assert_eq!(code, 0, "{report:#}");
    assert_eq!(report["sources"][1]["passwords"], serde_json::json!({ "compared": 0, "wrapped": 1, "replaced": 1 }));
    assert!(bench.of("verify", &[]).1.contains("已加固 1 个、已更换 1 个"));
}

#[test]
fn rows_that_a_later_batch_rewrote_are_told_as_such_and_a_forged_batch_is_no_excuse() {
    let bench = imported();
    let original = fs::read_to_string(bench.path("manifest.toml")).unwrap();
    bench.rows("delta.csv", ACCOUNTS, &["12,110101199003071233,测试戊,,,,"]);
    bench.file(
        "delta.toml",
        "batch = \"delta\"\n[[source]]\nsystem = \"reissue\"\nkind = \"accounts\"\nfile = \"delta.csv\"\nencoding = \"utf-8\"\n",
    );
    bench.run(&bench.path("delta.toml"));
    bench.file("manifest.toml", &original);
    let (code, report) = bench.verify();
    assert_eq!(code, 0, "{report:#}");
    assert_eq!(counts(&report["sources"][1]), [3, 0, 1, 2, 0, 0]);
    assert_eq!(report["sources"][1]["rewritten"], serde_json::json!({ "delta": 1 }));
    assert!(bench.of("verify", &[]).1.contains("1 行由批次 delta 改为其他内容"));

    bench.apply("UPDATE legacy_accounts SET batch = 'delta', registered_at = 'x' WHERE key = '11'");
    assert_eq!(bench.verify().0, 1);
    let expected = ["accounts", "11", "registered_at", "different"].map(str::to_owned);
    assert_eq!(bench.differences(), [expected]);
}

#[test]
fn the_same_content_under_other_headers_in_another_order_and_encoding_is_equal() {
    let bench = imported();
    let accounts = fs::read_to_string(bench.path("accounts.csv")).unwrap();
    let turned: Vec<String> =
        accounts.lines().map(|line| line.split(',').rev().collect::<Vec<_>>().join(",") + ",").collect();
    let text = turned.join("\n").replace("编号", "用户编号").replacen(",\n", ",备注\n", 1);
    bench.file("accounts.csv", encoding_rs::GB18030.encode(&text).0);
    let mut sources = SOURCES;
    sources[1].2 = "encoding = \"gb18030\"\ncolumns = { key = \"用户编号\" }\n\
                    password = { scheme = \"md5-salted\", order = \"password+salt\" }";
    bench.manifest(&sources);
    let (code, report) = bench.verify();
    assert_eq!(code, 0, "{report:#}");
}

#[test]
fn a_verification_that_cannot_be_made_ends_with_2() {
    let bench = imported();
    let accounts = fs::read(bench.path("accounts.csv")).unwrap();
    fs::remove_file(bench.path("accounts.csv")).unwrap();
    let (code, report, messages) = bench.of("verify", &[]);
    assert_eq!((code, report.as_str()), (2, ""));
    assert!(messages.contains("import check"), "{messages}");
    bench.file("accounts.csv", accounts);
    bench.apply("ALTER TABLE legacy_photos RENAME TO gone");
    assert_eq!(bench.of("verify", &[]).0, 2);
}

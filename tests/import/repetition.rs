use buzheng::import::ImportError;
use diesel::connection::SimpleConnection;

use crate::bench::{ACCOUNTS, Bench, CERTIFICATES, EXAMS, codes, counts};

fn accounts(numbers: std::ops::Range<u32>) -> String {
    let rows =
        numbers.map(|n| format!("{n},11010119900307{n:04},测试{n},t{n}@example.com,{n:032x},,2011/8/22 17:16\r\n"));
    format!("{ACCOUNTS}\r\n{}", rows.collect::<String>())
}

const MD5: &str = "password = { scheme = \"md5\" }";

fn gb18030(text: &str) -> Vec<u8> {
    encoding_rs::GB18030.encode(text).0.into_owned()
}

#[test]
fn the_same_files_again_change_nothing_in_whatever_encoding() {
    let bench = Bench::new();
    let text = accounts(1..30).replace("测试7", "测·𠀀\u{fffd}");
    bench.file("accounts.csv", &text);
    let first = bench.import(&[("accounts", "accounts.csv", MD5)]).remove(0);
    assert_eq!(first.counts, counts([29, 29, 0, 0, 0]));
    let before = bench.text("SELECT a FROM legacy_accounts a ORDER BY key");

    bench.file("gb.csv", gb18030(&text));
    let utf16: Vec<u8> = format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    bench.file("utf16.csv", utf16);
    bench.file("bom.csv", format!("\u{feff}{}", text.replace("\r\n", "\n")));
    bench.file("quoted.csv", text.replace("测", "\"测").replace(",t", "\",t"));
    for (file, encoding) in [
        ("gb.csv", "gb18030"),
        ("gb.csv", "auto"),
        ("utf16.csv", "utf-16le"),
        ("utf16.csv", "auto"),
        ("bom.csv", "utf-8"),
        ("quoted.csv", "utf-8"),
    ] {
        let again = bench.import(&[("accounts", file, &format!("encoding = \"{encoding}\"\n{MD5}"))]).remove(0);
        assert_eq!(again.counts, counts([29, 0, 0, 29, 0]), "{file} {encoding}");
    }
    assert_eq!(bench.text("SELECT a FROM legacy_accounts a ORDER BY key"), before);
}

#[test]
fn columns_may_move_and_headers_change_without_changing_a_row() {
    let bench = Bench::new();
    bench.rows("a.csv", "编号,姓名,身份证号,邮箱,注册时间,备注", &["1,测试,110101199003071233,,,x"]);
    bench.rows("b.csv", "备注,邮箱,ID,注册时间,身份证号,姓名,空列", &["x,,1,,110101199003071233,测试,"]);
    bench.import(&[("accounts", "a.csv", "columns = { password = \"\" }")]);
    let moved = bench.import(&[("accounts", "b.csv", "columns = { password = \"\", key = \"ID\" }")]).remove(0);
    assert_eq!(moved.counts, counts([1, 0, 0, 1, 0]));
}

#[test]
fn a_delta_updates_what_changed_and_keeps_the_ids() {
    let bench = Bench::new();
    bench.file("accounts.csv", accounts(1..20));
    bench.import(&[("accounts", "accounts.csv", MD5)]);
    let ids = bench.text("SELECT (key, id) FROM legacy_accounts WHERE key::int < 20 ORDER BY key");
    let third = || bench.text("SELECT (number_lookup, name_sealed, raw_sealed) FROM legacy_accounts WHERE key = '3'");
    let fourth = || bench.text("SELECT a FROM legacy_accounts a WHERE key = '4'");
    let (third_before, fourth_before) = (third(), fourth());

    bench.file("accounts.csv", accounts(1..25).replace("测试3,", "测试三,"));
    let delta = bench.import(&[("accounts", "accounts.csv", MD5)]).remove(0);

    assert_eq!(delta.counts, counts([24, 5, 1, 18, 0]));
    assert_eq!(bench.text("SELECT (key, id) FROM legacy_accounts WHERE key::int < 20 ORDER BY key"), ids);
    assert_ne!(third(), third_before);
    assert_eq!(fourth(), fourth_before);
}

#[test]
fn an_interrupted_run_goes_on_where_it_stood() {
    let bench = Bench::new();
    bench.file("accounts.csv", accounts(1..10_001));
    let manifest = bench.manifest(&[("accounts", "accounts.csv", MD5)]);
    let mut conn = bench.test_db.connect();
    conn.batch_execute(
        "CREATE FUNCTION break() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            IF NEW.key = '8500' THEN RAISE 'power cut'; END IF; RETURN NEW; END $$;
         CREATE TRIGGER break BEFORE INSERT ON legacy_accounts FOR EACH ROW EXECUTE FUNCTION break()",
    )
    .unwrap();
    assert!(matches!(bench.try_run(&manifest, &[]), Err(ImportError::Database(_))));
    assert_eq!(bench.count("legacy_accounts"), 8000, "whole chunks");
    assert_eq!(bench.count("import_sources WHERE rows_done = 8000 AND inserted = 8000"), 1);
    assert_eq!(bench.count("import_batches WHERE finished_at IS NULL"), 1);
    conn.batch_execute("DROP TRIGGER break ON legacy_accounts").unwrap();

    let foreseen = bench.check(&manifest).report.sources.remove(0);
    let whole = bench.run(&manifest).report.sources.remove(0);
    assert_eq!(foreseen, whole, "a check foresees how it goes on");
    assert_eq!(whole.counts, counts([10_000, 10_000, 0, 0, 0]), "as if nothing had happened");
    assert_eq!(bench.count("legacy_accounts"), 10_000);
    assert_eq!(bench.count("import_batches WHERE finished_at IS NOT NULL"), 1);
}

#[test]
fn a_row_split_over_two_files_of_one_system_counts_once() {
    let bench = Bench::new();
    bench.file("a.csv", accounts(1..5));
    bench.file("b.csv", accounts(3..8).replace("测试4,", "别人,"));
    let sources = bench.import(&[("accounts", "a.csv", MD5), ("accounts", "b.csv", MD5)]);
    assert_eq!(sources[0].counts, counts([4, 4, 0, 0, 0]));
    assert_eq!(sources[1].counts, counts([5, 3, 0, 1, 1]));
    assert!(codes(&sources[1]).contains(&("repeated-key", 1)));
}

#[test]
fn exams_are_known_by_their_whole_combination() {
    let bench = Bench::new();
    let rows = [
        "ZJ,造价,2017,一级,土建",
        "ZJ,造价,２０１７,一级,土建",
        "ZJ,造价,2018,一级,土建",
        "ZJ,造价,,一级,土建",
        ",造价,2017,,",
    ];
    bench.rows("exams.csv", EXAMS, &rows);
    let exams = bench.import(&[("exams", "exams.csv", "")]).remove(0);
    assert_eq!(exams.counts, counts([5, 3, 0, 1, 1]));
    assert_eq!(codes(&exams), [("duplicate-row", 1), ("missing-key", 1), ("odd-year", 1)]);
    bench.rows("exams.csv", EXAMS, &["ZJ,造价工程师,2018,一级,土建", "ZJ,造价,2017,一级,土建"]);
    let renamed = bench.import(&[("exams", "exams.csv", "")]).remove(0);
    assert_eq!(renamed.counts, counts([2, 0, 1, 1, 0]));
    assert_eq!(bench.text("SELECT name FROM exams"), "造价工程师");
}

#[test]
fn a_certificate_is_read_anew_when_its_exam_becomes_known() {
    let bench = Bench::new();
    bench.rows("c.csv", CERTIFICATES, &["7,造价,2017,,,测试,110101199003071233,1,,济南市,已领取"]);
    bench.rows("e.csv", EXAMS, &["ZJ,造价,2017,,"]);
    let first = bench.import(&[("certificates", "c.csv", "")]).remove(0);
    assert_eq!(codes(&first), [("unknown-exam", 1)]);
    let again = bench.import(&[("certificates", "c.csv", ""), ("exams", "e.csv", "")]).remove(0);
    assert_eq!(again.counts, counts([1, 0, 1, 0, 0]));
    assert_eq!(bench.text("SELECT (exam_code, exam_name) FROM legacy_certificates"), "(ZJ,造价)");
}

#[test]
fn each_run_that_ends_is_recorded_with_its_counts_and_a_check_is_not() {
    let bench = Bench::new();
    bench.file("accounts.csv", accounts(1..4));
    for counts in ["\"inserted\": 3, \"unchanged\": 0", "\"inserted\": 0, \"unchanged\": 3"] {
        bench.import(&[("accounts", "accounts.csv", MD5)]);
        let newest = "SELECT event || ' ' || actor || ' ' || details FROM audit_events ORDER BY seq DESC LIMIT 1";
        let told = bench.text(newest);
        assert!(told.starts_with("imported import {\"batch\": \"b\", \"sources\": [{"), "{told}");
        for part in ["\"system\": \"reissue\"", "\"kind\": \"accounts\"", "\"read\": 3", "\"rejected\": 0"] {
            assert!(told.contains(part), "{told}");
        }
        assert!(counts.split(", ").all(|count| told.contains(count)), "{told}");
        assert!(!told.contains("accounts.csv") && !told.contains("测试"), "{told}");
    }
    assert_eq!(bench.count("audit_events"), 2, "a check writes nothing");
}

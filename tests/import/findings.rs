use buzheng::import::finding::Code;
use buzheng::import::report::SourceReport;

use crate::bench::{ACCOUNTS, APPLICATIONS, Bench, CERTIFICATES, EXAMS, codes, counts};

fn number_finding(bench: &Bench, number: &str) -> Vec<(&'static str, u64)> {
    bench.rows("accounts.csv", ACCOUNTS, &[&format!("1,{number},测试,,,,")]);
    let source = bench.import(&[("accounts", "accounts.csv", "columns = { password = \"\" }")]).remove(0);
    assert_eq!(source.counts.rejected, 0, "{number}");
    codes(&source)
}

#[test]
fn odd_numbers_are_imported_with_their_finding() {
    let bench = Bench::new();
    let secret = ("secret-column", 1);
    let table = [
        ("110101199003071233", None),
        ("\"=\"\"110101199003071233\"\"\"", None),
        ("1.10101E+17", Some("excel-damage")),
        ("110101199003071000", Some("excel-damage")),
        ("110101199003071234", Some("bad-check-digit")),
        ("110101690512001", Some("fifteen-digit")),
        ("110101690512996", Some("ambiguous-fifteen-digit")),
        ("", Some("empty-number")),
        ("110101********1233", Some("masked-number")),
        ("11010119900307123", Some("odd-number")),
    ];
    for (number, code) in table {
        let mut expected = vec![secret];
        expected.extend(code.map(|code| (code, 1)));
        expected.sort_unstable();
        assert_eq!(number_finding(&bench, number), expected, "{number}");
        let readable = !matches!(code, Some("excel-damage" | "empty-number" | "masked-number"));
        let found = bench.count("legacy_accounts WHERE number_lookup IS NOT NULL") == 1;
        assert_eq!(found, readable, "{number}: only what can be read can be looked up");
    }
}

#[test]
fn the_word_null_is_no_number_no_name_no_city_and_no_account() {
    let bench = Bench::new();
    for word in ["NULL", "null", "\\N"] {
        bench.rows("accounts.csv", ACCOUNTS, &[&format!("1,{word},{word},,,,{word}")]);
        let source =
            bench.import(&[("accounts", "accounts.csv", "columns = { password = \"\", salt = \"\" }")]).remove(0);
        let expected = [("empty-date", 1), ("null-text", 2), ("secret-column", 2)];
        assert_eq!(codes(&source).into_iter().filter(|one| one.0 != "unmapped-column").collect::<Vec<_>>(), expected);
        assert_eq!(bench.count("legacy_accounts WHERE number_lookup IS NOT NULL"), 0, "and nobody is found by it");
    }
    assert_eq!(codes(&certificate(&bench, &[(9, "NULL")])), [("null-text", 1)]);
    let row = "5001,NULL,ZJ,2012,,,测试,110101199003071233,无,20121118,济南市,1,等待审核,,2020-11-23 09:30:00";
    bench.rows("applications.csv", APPLICATIONS, &[row]);
    bench.rows("exams.csv", EXAMS, &["ZJ,造价,2012,,"]);
    let sources = bench.import(&[("exams", "exams.csv", ""), ("applications", "applications.csv", "")]);
    assert_eq!(codes(&sources[1]), [("null-text", 1)]);
    assert_eq!(bench.text("SELECT coalesce(account_key, '-') FROM legacy_applications"), "-");
}

#[test]
fn dates_in_several_forms_are_read_and_their_forms_are_named() {
    let bench = Bench::new();
    let days = [
        "20171021",
        "2017-10-21",
        "2017/10/21",
        "2017.10.21",
        "2017年10月21日",
        "21-OCT-17",
        "2017-10-21",
        "0",
        "NULL",
        "19000101",
        "1900-01-01",
        "0000-00-00",
        "",
        "不详",
    ];
    let head = "造价,2017,造价工程师,土建,测试,110101199003071233,16039686";
    let rows: Vec<String> =
        days.iter().enumerate().map(|(at, day)| format!("{at},{head},{day},济南市,已领取")).collect();
    bench.rows("exams.csv", EXAMS, &["ZJ,造价,2017,造价工程师,土建"]);
    bench.rows("certificates.csv", CERTIFICATES, &rows.iter().map(String::as_str).collect::<Vec<_>>());
    let source = bench.import(&[("exams", "exams.csv", ""), ("certificates", "certificates.csv", "")]).remove(1);
    assert_eq!(codes(&source), [("date-formats", 7), ("empty-date", 5), ("odd-date", 1)]);
    let formats = source.findings.iter().find(|finding| finding.code == "date-formats").unwrap();
    let forms = "approval_date：yyyyMMdd 1、yyyy-MM-dd 2、yyyy/M/d 1、yyyy.M.d 1、yyyy年M月d日 1、dd-mon-yy 1";
    assert_eq!(formats.details, [forms]);
    let stored = "SELECT DISTINCT approval_date FROM legacy_certificates ORDER BY 1";
    assert_eq!(bench.column(stored).into_iter().flatten().collect::<Vec<_>>(), ["", "20171021", "不详"]);
}

#[test]
fn a_report_says_how_each_table_was_read() {
    let bench = Bench::new();
    let header = format!("{ACCOUNTS},备注,old_pwd").replace("编号", "ID");
    let (gbk, _, _) = encoding_rs::GB18030.encode("1,,测试,,,,,甲,x\n");
    bench.file("accounts.csv", [encoding_rs::GB18030.encode(&format!("{header}\n")).0, gbk].concat());
    let more = "encoding = \"auto\"\ncolumns = { key = \"ID\", password = \"\", salt = \"\" }";
    let manifest = bench.manifest(&[("accounts", "accounts.csv", more)]);
    let report = bench.check(&manifest).report;
    let said = serde_json::to_value(&report.sources[0]).unwrap();
    assert_eq!(said["encoding"], serde_json::json!({"name": "gb18030", "guessed": true}));
    assert_eq!(said["delimiter"], "comma");
    assert_eq!(said["columns"]["mapped"]["key"], "ID");
    assert_eq!(said["columns"]["mapped"]["id_number"], "身份证号");
    assert_eq!(said["columns"]["unmapped"], serde_json::json!(["密码", "盐", "备注", "old_pwd"]));
    let page = report.to_string();
    for line in ["  编码 gb18030（猜测），分隔符 逗号\n", "key = ID", "  未用的列：密码，盐，备注，old_pwd\n"]
    {
        assert!(page.contains(line), "{line} in\n{page}");
    }
}

fn certificate(bench: &Bench, change: &[(usize, &str)]) -> SourceReport {
    bench.rows("exams.csv", EXAMS, &["ZJ,造价工程师,2010,造价工程师,土建", "ZJ,造价,2017,造价工程师,土建"]);
    let mut fields: Vec<&str> =
        "7,造价,2017,造价工程师,土建,测试,110101199003071233,16039686,20171021,济南市,已领取".split(',').collect();
    for (at, value) in change {
        fields[*at] = value;
    }
    bench.rows("certificates.csv", CERTIFICATES, &[&fields.join(",")]);
    let mut sources = bench.import(&[("certificates", "certificates.csv", ""), ("exams", "exams.csv", "")]);
    sources.remove(0)
}

#[test]
fn odd_certificates_are_imported_with_their_finding() {
    let bench = Bench::new();
    let table: [(usize, &str, Option<&str>); 20] = [
        (0, "7", None),
        (1, "ｚｊ", None),
        (1, "造价工程师", None),
        (1, "建造师", Some("unknown-exam")),
        (2, "二〇一七", Some("odd-year")),
        (2, "2017年", None),
        (5, "", Some("empty-name")),
        (5, "测?", Some("name-placeholder")),
        (5, "测\u{e000}", Some("name-private-use")),
        (5, "测\u{e863}", Some("name-private-use-mapped")),
        (4, "土\u{fffd}", Some("replacement-character")),
        (4, "土\t建", Some("tab-or-line-break")),
        (8, "2017年10月21日", None),
        (8, "20171032", Some("odd-date")),
        (8, "", None),
        (9, "莱芜市", None),
        (9, "济南", Some("unknown-city")),
        (9, "", Some("empty-city")),
        (10, "暂扣", None),
        (10, "已发", Some("unknown-status")),
    ];
    for (at, value, code) in table {
        let source = certificate(&bench, &[(at, value)]);
        let expected: Vec<_> = code.map(|code| (code, 1)).into_iter().collect();
        assert_eq!(codes(&source), expected, "{value:?}");
        assert_eq!(source.counts.rejected, 0, "{value:?}");
    }
    let late = certificate(&bench, &[(9, "莱芜市"), (2, "2019")]);
    assert_eq!(codes(&late), [("laiwu-after-merger", 1)]);
}

#[test]
fn registered_values_are_stored_in_their_normal_form_or_as_given() {
    let bench = Bench::new();
    let row =
        || bench.text("SELECT (exam_code, exam_name, year, approval_date, city, status) FROM legacy_certificates");
    certificate(&bench, &[(1, "造价工程师"), (2, "２０１７年"), (8, "2017/1/2 0:00:00"), (9, " 济南市 ")]);
    assert_eq!(row(), "(ZJ,造价,2017,20170102,济南市,collected)");
    certificate(&bench, &[(1, "别的考试"), (2, "?"), (8, "不详"), (9, "省直"), (10, "未知")]);
    assert_eq!(row(), "(别的考试,别的考试,?,不详,省直,unknown)");
    assert_eq!(bench.text("SELECT name FROM exams"), "造价", "the newest name");
}

#[test]
fn applications_and_photos_are_held_against_what_they_refer_to() {
    let bench = Bench::new();
    bench.rows("accounts.csv", ACCOUNTS, &["1,110101199003071233,测试,,,,"]);
    let rest = "ZJ,2012,,,测试,110101199003071233,无,20121118,济南市,1,等待审核,,2020-11-23 09:30:00";
    let rows = [
        format!("5001,1,{rest}"),
        format!("5002,2,{rest}"),
        format!("5003,,{rest}"),
        format!("5004,1,{}", rest.replace("等待审核", "审核中")),
    ];
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    bench.rows("applications.csv", APPLICATIONS, &rows);
    bench.rows("exams.csv", EXAMS, &["ZJ,造价,2012,,"]);
    let photo = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/photos/good.jpg")).unwrap();
    bench.file("photos/5001.jpg", &photo);
    bench.file("photos/9999.jpg", &photo);
    bench.file("photos/5002.jpg", &photo[..photo.len() / 2]);

    // Out of order on purpose.
    let sources = bench.import(&[
        ("photos", "photos", ""),
        ("applications", "applications.csv", ""),
        ("accounts", "accounts.csv", "columns = { password = \"\", salt = \"\" }"),
        ("exams", "exams.csv", ""),
    ]);

    assert_eq!(codes(&sources[0]), [("photo-breaks-rule", 1), ("photo-without-application", 1)]);
    assert_eq!(sources[0].counts, counts([3, 3, 0, 0, 0]));
    assert_eq!(codes(&sources[1]), [("account-missing", 1), ("application-without-account", 1), ("unknown-status", 1)]);
    assert_eq!(
        bench.text("SELECT (key, account_key, status) FROM legacy_applications ORDER BY key"),
        "(5001,1,pending)\n(5002,2,pending)\n(5003,,pending)\n(5004,1,pending)"
    );
    // Known from an earlier batch as well.
    let sources = bench.import(&[("applications", "applications.csv", ""), ("photos", "photos", "")]);
    assert_eq!(codes(&sources[0])[0], ("account-missing", 1));
    assert_eq!(codes(&sources[1])[1], ("photo-without-application", 1));
}

#[test]
fn passwords_have_findings_of_their_own() {
    let bench = Bench::new();
    let md5 = "900150983cd24fb0d6963f7d28e17f72";
    let rows = [format!("1,,,,{md5},,"), "2,,,,,,".to_owned(), "3,,,,abc,,".to_owned()];
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    bench.rows("accounts.csv", ACCOUNTS, &rows);
    let ours = |more: &str| {
        let source = bench.import(&[("accounts", "accounts.csv", more)]).remove(0);
        codes(&source).into_iter().filter(|(code, _)| code.contains("password")).collect::<Vec<_>>()
    };
    assert_eq!(ours("password = { scheme = \"md5\" }"), [("empty-password", 1), ("malformed-password-hash", 1)]);
    assert_eq!(ours("password = { scheme = \"plain\" }"), [("clear-text-password", 2), ("empty-password", 1)]);
    assert_eq!(ours(""), [("password-without-scheme", 1)]);
}

#[test]
fn a_row_is_named_once_however_often_a_finding_is_about_it() {
    let bench = Bench::new();
    bench.rows("exams.csv", &format!("{EXAMS},备注,批注,说明"), &["ZJ,造价,2017,,,,,"]);
    bench.manifest(&[("exams", "exams.csv", "")]);
    let source = bench.import(&[("exams", "exams.csv", "")]).remove(0);
    let unmapped = source.findings.iter().find(|finding| finding.code == "unmapped-column").unwrap();
    assert_eq!((unmapped.count, &unmapped.first_rows[..]), (3, &[1][..]));
    let (_, page, _) = bench.of("check", &[]);
    assert!(page.contains("unmapped-column：3 处，第 1 行（"), "{page}");
}

#[test]
fn a_file_in_utf16_of_the_other_byte_order_is_named() {
    let text = format!("{ACCOUNTS}\r\n1,110101199003071233,测试,,,,\r\n");
    let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let marked = [&b"\xfe\xff"[..], &wide].concat();
    for (bytes, encoding) in [(&marked, "auto"), (&wide, "auto"), (&marked, "gb18030"), (&marked, "utf-16le")] {
        let bench = Bench::new();
        bench.file("accounts.csv", bytes);
        let manifest = bench.manifest(&[("accounts", "accounts.csv", &format!("encoding = \"{encoding}\""))]);
        let outcome = bench.try_run(&manifest, &[]).unwrap();
        assert_eq!(outcome.refused, [Code::UnreadableFile], "{encoding}");
        assert_eq!(
            outcome.report.sources[0].findings[0].details,
            ["文件是 UTF-16BE 编码，请另存为 UTF-8"],
            "{encoding}"
        );
    }
}

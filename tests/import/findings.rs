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

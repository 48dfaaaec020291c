//! Texts that were garbled on their way into the file.

use encoding_rs::GB18030;
use std::io::Write as _;

use crate::bench::{ACCOUNTS, APPLICATIONS, Bench, CERTIFICATES, EXAMS, codes};

#[test]
fn garbled_texts_are_named_with_what_they_look_like_and_how_to_export_them_again() {
    let bench = Bench::new();
    for (name, looks) in [
        ("寮犱笁", "UTF-8 当作 GBK"),
        ("ÕÅÈý", "GBK 当作 Latin-1"),
        ("å¼\u{a0}ä¸‰", "UTF-8 当作 Latin-1"),
        ("锟斤拷", "锟斤拷"),
        ("烫烫烫", "烫烫烫"),
        ("屯屯屯", "烫烫烫"),
        ("&#24352;&nbsp;&#19977;", "HTML"),
        ("\\u5f20\\u4e09", "转义"),
        ("%E5%BC%A0", "百分号编码"),
    ] {
        let row = format!("2,110101199003071233,{name},,,,");
        bench.rows("accounts.csv", ACCOUNTS, &["1,110101199003071233,张三,,,,", &row]);
        bench.manifest(&[("accounts", "accounts.csv", "columns = { password = \"\", salt = \"\" }")]);
        let (status, page, _) = bench.of("check", &["--format", "json"]);
        assert_eq!(status, 1, "{page}");
        let report: serde_json::Value = serde_json::from_str(&page).unwrap();
        let findings = report["sources"][0]["findings"].as_array().unwrap();
        let garbled = findings.iter().find(|finding| finding["code"] == "name-garbled").expect(name);
        assert_eq!((garbled["severity"].as_str(), garbled["first_rows"][0].as_i64()), (Some("warning"), Some(3)));
        let detail = garbled["details"][0].as_str().unwrap();
        assert!(
            detail.starts_with("姓名：") && detail.contains(looks) && detail.contains("重新导出"),
            "{name}: {detail}"
        );
        assert!(looks == "锟斤拷" || looks == "烫烫烫" || !page.contains(name), "a detail quotes nobody's name");
    }
}

#[test]
fn every_text_column_is_looked_at() {
    let bench = Bench::new();
    let garbled = |header: &str, columns: &[usize]| {
        let width = header.split(',').count();
        let row = |at: &usize| {
            let mut cells = vec![String::new(); width];
            cells[0] = format!("K{at}");
            cells[*at] = "寮犱笁".to_owned();
            cells.join(",")
        };
        columns.iter().map(row).collect::<Vec<_>>()
    };
    let write = |file: &str, header: &str, columns: &[usize]| {
        let rows = garbled(header, columns);
        bench.rows(file, header, &rows.iter().map(String::as_str).collect::<Vec<_>>());
        columns.len() as u64
    };
    let all = [
        write("exams.csv", EXAMS, &[1, 3, 4]),
        write("accounts.csv", ACCOUNTS, &[0, 1, 2, 3, 6]),
        write("certificates.csv", CERTIFICATES, &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]),
        write("applications.csv", APPLICATIONS, &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14]),
    ];
    let sources = bench.import(&[
        ("exams", "exams.csv", ""),
        ("accounts", "accounts.csv", "columns = { password = \"\", salt = \"\" }"),
        ("certificates", "certificates.csv", ""),
        ("applications", "applications.csv", ""),
    ]);
    for (source, count) in sources.iter().zip(all) {
        assert!(codes(source).contains(&("name-garbled", count)), "{source:?}");
    }
}

#[test]
fn columns_that_are_not_used_are_looked_at_unless_they_look_like_passwords() {
    let bench = Bench::new();
    let header = format!("{ACCOUNTS},曾用名,主页,old_pwd");
    let rows = [
        "1,110101199003071233,张三,,,,,寮犱笁,https://example.com/?xm=%E5%BC%A0,寮犱笁",
        "2,110101199003071233,张三,,,,,李四,<p>合格&nbsp;</p>,%E5%BC%A0",
        "3,110101199003071233,张三,,,,,王五,ÉóºËÍ¨¹ý,x",
    ];
    bench.rows("accounts.csv", &header, &rows);
    let source = bench.import(&[("accounts", "accounts.csv", "columns = { password = \"\", salt = \"\" }")]).remove(0);
    let garbled = source.findings.iter().find(|finding| finding.code == "name-garbled").unwrap();
    assert_eq!((garbled.count, &garbled.first_rows[..]), (2, &[2, 4][..]));
    assert!(garbled.details[0].starts_with("曾用名：像是把 UTF-8 当作 GBK"), "{:?}", garbled.details);
    assert!(garbled.details[1].starts_with("主页：像是把 GBK 当作 Latin-1"), "{:?}", garbled.details);
}

#[test]
fn a_row_of_utf8_in_a_file_of_gb18030_is_found() {
    let bench = Bench::new();
    let mut bytes = Vec::new();
    let gb18030 = |text: &str| GB18030.encode(text).0.into_owned();
    bytes.write_all(&gb18030(&format!("{ACCOUNTS}\n1,110101199003071233,张三,,,,\n"))).unwrap();
    bytes.write_all("2,110101199003071233,李四,,,,\n".as_bytes()).unwrap();
    (3..50).for_each(|n| bytes.extend(gb18030(&format!("{n},110101199003071233,王五,,,,\n"))));
    // A character without a partner for its last byte: malformed.
    bytes.write_all("50,110101199003071233,诸葛亮,,,,\n".as_bytes()).unwrap();
    bench.file("accounts.csv", bytes);
    for encoding in ["gb18030", "auto"] {
        let more = format!("encoding = \"{encoding}\"\ncolumns = {{ password = \"\", salt = \"\" }}");
        let source = bench.import(&[("accounts", "accounts.csv", &more)]).remove(0);
        let garbled = source.findings.iter().find(|finding| finding.code == "name-garbled").expect(encoding);
        assert_eq!((garbled.count, &garbled.first_rows[..]), (1, &[3][..]));
        assert_eq!(source.counts.rejected, 1, "{source:?}");
    }
}

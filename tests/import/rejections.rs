use crate::bench::{ACCOUNTS, Bench, codes, counts};

const PERSON: &str = "110101199003071233,测试,,,,";

#[test]
fn each_reason_to_reject_a_row_costs_that_row_alone() {
    let bench = Bench::new();
    let mut file = format!("{ACCOUNTS}\r\n").into_bytes();
    let mut line = |bytes: &[u8]| {
        file.extend(bytes);
        file.extend(b"\r\n");
    };
    line(format!("1,{PERSON}").as_bytes());
    line(format!(",{PERSON}").as_bytes());
    line(format!(" \u{3000},{PERSON}").as_bytes());
    line(format!("4,{PERSON},").as_bytes());
    line(b"5,1,2");
    line(b"6,110101199003071233,\xff,,,,");
    line(b"7,110101199003071233,a\0b,,,,");
    line("8,110101199003071233,a\u{85}b,,,,".as_bytes());
    line("1,110101199003071233,改名,,,,".as_bytes());
    line(format!("1,{PERSON}").as_bytes());
    line(format!("=2+5,{PERSON}").as_bytes());
    line("=2+5,,改名,,,,".as_bytes());
    line(format!("{},{PERSON}", "9".repeat(300)).as_bytes());
    line("110101199003071233,\u{1},,,,,".as_bytes());
    line(format!("15,\"{PERSON}").as_bytes());
    line(format!("16,{PERSON}").as_bytes());
    bench.file("accounts.csv", &file);

    let source = bench.import(&[("accounts", "accounts.csv", "")]).remove(0);

    assert_eq!(source.counts, counts([16, 3, 0, 1, 12]));
    let expected = [
        (3, "", "missing-key"),
        (4, "", "missing-key"),
        (5, "4", "column-count"),
        (6, "5", "column-count"),
        (7, "6", "malformed-bytes"),
        (8, "7", "control-character"),
        (9, "8", "control-character"),
        (10, "1", "repeated-key"),
        (13, "'=***", "repeated-key"),
        (14, "", "key-too-long"),
        (15, "1*****************", "control-character"),
        (16, "", "unclosed-quote"),
    ];
    let expected: Vec<_> =
        expected.into_iter().map(|(row, key, code)| (row, key.to_owned(), code.to_owned())).collect();
    assert_eq!(bench.rejected(), expected);
    let rejected: u64 =
        codes(&source).iter().filter(|(code, _)| expected.iter().any(|row| row.2 == *code)).map(|c| c.1).sum();
    assert_eq!(rejected, 12, "each stands among the findings too");
    assert_eq!(bench.column("SELECT key FROM legacy_accounts ORDER BY key").len(), 3);
}

#[test]
fn a_key_that_may_be_anything_else_is_not_told() {
    let bench = Bench::new();
    let keys = ["a-1_2.3:4", "张三丰", "z@example.com", "13812345678", "110101900307123", "110101-19900307-1233", "甲"];
    let rows: Vec<String> = keys.iter().flat_map(|key| [format!("{key},,a,,,,"), format!("{key},,b,,,,")]).collect();
    let mut rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    rows.extend(["张三,丰,110101199003071233", "王五,x,y,z,1,2,3,4,5", "E12345678,x", "2345678,x", "zhang,x", "C7,x"]);
    bench.rows("accounts.csv", ACCOUNTS, &rows);
    bench.import(&[("accounts", "accounts.csv", "")]);
    let told: Vec<String> = bench.rejected().into_iter().map(|(_, key, _)| key).collect();
    let stars = |first: &str, length: usize| format!("{first}{}", "*".repeat(length - 1));
    let numbers = [stars("1", 11), stars("1", 15), stars("1", 20)];
    let expected = [&["a-1_2.3:4".into(), stars("张", 3), stars("z", 13)], numbers.as_slice(), &["*".into()]].concat();
    assert_eq!(told[..7], expected);
    assert_eq!(told[7..], ["", "", "", "", "", "C7"]);
}

#[test]
fn what_is_odd_about_a_rejected_row_is_no_finding() {
    let bench = Bench::new();
    bench.rows("accounts.csv", ACCOUNTS, &["1,110101199003071233,测试,,,,", "1,1.1E+17,?,,,,", ",1.1E+17,?,,,,"]);
    let source = bench.import(&[("accounts", "accounts.csv", "")]).remove(0);
    let found = codes(&source);
    assert_eq!(found, [("missing-key", 1), ("password-without-scheme", 1), ("repeated-key", 1)]);
}

#[test]
fn photos_are_rejected_by_name_alone() {
    let bench = Bench::new();
    bench.file("photos/1.jpg", b"not a photo");
    bench.file("photos/2.JPG", b"");
    bench.file("photos/.jpg", b"x");
    bench.file("photos/a\tb.jpg", b"x");
    bench.file("photos/Thumbs.db", b"x");
    bench.file("photos/folder/3.jpg", b"x");
    let path = bench.path("photos/x.jpg");
    std::os::unix::fs::symlink(bench.path("manifest.toml"), &path).unwrap();

    let source = bench.import(&[("photos", "photos", "")]).remove(0);

    assert_eq!(source.counts, counts([4, 2, 0, 0, 2]));
    assert_eq!(
        codes(&source),
        [
            ("control-character", 1),
            ("missing-key", 1),
            ("other-file", 3),
            ("photo-breaks-rule", 2),
            ("photo-without-application", 2)
        ]
    );
    assert_eq!(bench.text("SELECT application_key FROM legacy_photos ORDER BY 1"), "1\n2");
}

#[test]
fn control_characters_that_are_white_space_at_the_ends_of_a_value_are_no_part_of_it() {
    let bench = Bench::new();
    let rows = ["\t1\t,\u{b}110101199003071233\u{85},\t测试\u{c},,,,", "2,,\u{7}乙,,,,", "3,,丙\u{b}丙,,,,"];
    bench.rows("accounts.csv", ACCOUNTS, &rows);
    let source = bench.import(&[("accounts", "accounts.csv", "columns = { password = \"\", salt = \"\" }")]).remove(0);
    assert_eq!((source.counts.inserted, source.counts.rejected), (1, 2), "{source:?}");
    assert_eq!(bench.text("SELECT key FROM legacy_accounts WHERE number_lookup IS NOT NULL"), "1");
    assert!(!codes(&source).iter().any(|(code, _)| *code == "tab-or-line-break"), "{source:?}");
}

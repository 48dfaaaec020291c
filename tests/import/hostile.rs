use std::fmt::Write as _;
use std::io::Write as _;

use crate::bench::{ACCOUNTS, Bench, codes, counts};

/// The most memory that this process ever held, in MiB; each test is a process of its own.
fn peak_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() / 1024
}

#[test]
fn a_line_of_100_megabytes_is_one_rejected_row() {
    let bench = Bench::new();
    let mut file = std::io::BufWriter::new(std::fs::File::create(bench.path("accounts.csv")).unwrap());
    write!(file, "{ACCOUNTS}\n1,,甲,,,,\n2,").unwrap();
    let megabyte = vec![b'x'; 1024 * 1024];
    (0..100).for_each(|_| file.write_all(&megabyte).unwrap());
    write!(file, ",乙,,,,\n3,,丙,,,,\n").unwrap();
    file.into_inner().unwrap();
    let before = peak_memory();

    let source = bench.import(&[("accounts", "accounts.csv", "")]).remove(0);

    assert_eq!(source.counts, counts([3, 2, 0, 0, 1]));
    assert!(codes(&source).contains(&("line-too-long", 1)));
    assert_eq!(bench.rejected()[0].0, 3);
    assert!(peak_memory() - before < 30, "{} MiB", peak_memory() - before);
}

#[test]
fn an_unclosed_quote_does_not_swallow_the_file() {
    let bench = Bench::new();
    let mut text = format!("{ACCOUNTS}\n1,\",甲,,,,\n");
    (2..5000).for_each(|n| writeln!(text, "{n},,乙{n},,,,").unwrap());
    text += "5000,,丙,,,,\"\n5001,,\"丁,,,,";
    bench.file("accounts.csv", &text);
    let source = bench.import(&[("accounts", "accounts.csv", "")]).remove(0);
    assert_eq!(source.counts, counts([5001, 4998, 0, 0, 3]));
    let rows: Vec<_> = bench.rejected().into_iter().map(|(row, _, code)| (row, code)).collect();
    let unclosed = |row| (row, "unclosed-quote".to_owned());
    assert_eq!(rows, [unclosed(2), unclosed(5001), unclosed(5002)]);
}

#[test]
fn a_million_columns_and_every_kind_of_line_end_are_read_row_by_row() {
    let bench = Bench::new();
    let mut bytes = format!("{ACCOUNTS}\r1,,甲,,,,\n2").into_bytes();
    bytes.extend(vec![b','; 1_000_000]);
    bytes.extend("\r\n3,,丙,,,,\r\r\n\n4,,丁,,,,\r".as_bytes());
    bytes.extend(b"5,,\0,,,,\n\0\n");
    bench.file("accounts.csv", &bytes);
    let before = peak_memory();
    let source = bench.import(&[("accounts", "accounts.csv", "")]).remove(0);
    assert_eq!(source.counts, counts([6, 3, 0, 0, 3]));
    let rows: Vec<_> = bench.rejected().into_iter().map(|(row, _, code)| (row, code)).collect();
    assert_eq!(
        rows,
        [(3, "column-count".into()), (8, "control-character".into()), (9, "column-count".into())] as [(u64, String); 3]
    );
    assert!(peak_memory() - before < 60, "{} MiB", peak_memory() - before);
}

#[test]
fn a_header_of_a_million_columns_an_empty_file_and_a_folder_are_unreadable() {
    let bench = Bench::new();
    bench.file("wide.csv", vec![b','; 1_000_000]);
    bench.file("empty.csv", b"");
    bench.file("folder.csv/x", b"");
    bench.file("binary.csv", (0..=255).cycle().take(100_000).collect::<Vec<u8>>());
    for file in ["wide.csv", "empty.csv", "folder.csv", "none.csv", "binary.csv"] {
        for encoding in ["utf-8", "gb18030", "utf-16le", "auto"] {
            let manifest = bench.manifest(&[("accounts", file, &format!("encoding = \"{encoding}\""))]);
            let refused = bench.try_run(&manifest, &[]).unwrap().refused;
            // What is left of it may look like data besides.
            let reasons = refused.iter().filter(|code| code.as_str() != "header-looks-like-data").count();
            assert_eq!(reasons, 1, "{file} {encoding}: {refused:?}");
        }
    }
}

#[test]
fn keys_and_headers_that_attack_the_reader_stay_harmless() {
    let bench = Bench::new();
    let header = format!("{ACCOUNTS},\"=cmd|' /C calc'!A0\u{1b}[31m\"");
    bench.rows("accounts.csv", &header, &["'; DROP TABLE exams; --,,x,,,,,", "@SUM(1),,x,,,,,", "@SUM(1),,y,,,,,"]);
    let source = bench.import(&[("accounts", "accounts.csv", "")]).remove(0);
    assert_eq!(source.counts, counts([3, 2, 0, 0, 1]));
    assert_eq!(bench.rejected()[0].1, "'@******");
    let unmapped = source.findings.iter().find(|finding| finding.code == "unmapped-column").unwrap();
    assert_eq!(unmapped.details, ["=cmd|' /C calc'!A0[31m"]);
    assert_eq!(bench.count("exams"), 0);
}

#[test]
fn pipes_and_devices_are_refused_before_they_are_opened() {
    let bench = Bench::new();
    let made = std::process::Command::new("mkfifo").arg(bench.path("pipe.csv")).status().unwrap();
    assert!(made.success());
    for file in ["pipe.csv", "/dev/zero"] {
        let manifest = bench.manifest(&[("accounts", file, "")]);
        let outcome = bench.try_run(&manifest, &[]).unwrap();
        assert_eq!(outcome.refused, [buzheng::import::finding::Code::UnreadableFile], "{file}");
        assert_eq!(outcome.report.sources[0].findings[0].details, ["不是普通文件"], "{file}");
    }
}

#[test]
fn what_attacks_a_reader_of_tabs_is_read_as_quickly_as_what_attacks_one_of_commas() {
    let bench = Bench::new();
    let header = ACCOUNTS.replace(',', "\t");
    let mut bytes = format!("{header}\r1\t\t甲\t\t\t\t\n").into_bytes();
    // A million columns, a line of 100 MB, a NUL, an open quote before ten thousand rows, and every kind of line end.
    bytes.extend(vec![b'\t'; 1_000_000]);
    bytes.extend(b"\r\n2\t");
    bytes.extend(vec![b'x'; 100 * 1024 * 1024]);
    bytes.extend("\n3\t\t\0\t\t\t\t\r4\t\"\t乙\t\t\t\t\r\n".as_bytes());
    (5..10_005).for_each(|n| bytes.extend(format!("{n}\t\t丙\t\t\t\t\n").bytes()));
    bench.file("accounts.tsv", &bytes);
    let started = std::time::Instant::now();
    let source = bench.import(&[("accounts", "accounts.tsv", "")]).remove(0);
    assert_eq!(source.counts, counts([10_005, 10_001, 0, 0, 4]));
    let codes: Vec<_> = bench.rejected().into_iter().map(|(row, _, code)| (row, code)).collect();
    let rejected = [(3, "column-count"), (4, "line-too-long"), (5, "control-character"), (6, "unclosed-quote")];
    assert_eq!(codes, rejected.map(|(row, code)| (row, code.to_owned())));
    assert!(started.elapsed().as_secs() < 120);
}

#![allow(clippy::unwrap_used)]
use super::*;
use crate::import::kind::Kind;
use crate::import::kind::Target;
use crate::import::source::items::{Item, Items};
use crate::import::source::{Declared, Encoding};
use std::collections::BTreeMap;

const HEADER: &str = "代码,名称,年度,级别,专业";

fn source(columns: &[(Target, Option<&str>)]) -> manifest::Source {
    manifest::Source {
        system: "reissue".into(),
        kind: Kind::Exams,
        file: "exams.csv".into(),
        path: "exams.csv".into(),
        mysql: None,
        delimiter: None,
        sheet: None,
        encoding: Declared::Fixed(Encoding::Utf8),
        columns: columns
            .iter()
            .map(|(target, header)| (*target, header.map(str::to_owned)))
            .collect::<BTreeMap<_, _>>(),
        password: None,
    }
}

/// A row with its number, or why it was rejected.
type Read = Result<(u64, Vec<String>), (u64, Code)>;

fn read_once(table: &Delimited) -> Vec<Read> {
    let mut rows = table.rows(&ProgressBar::hidden()).unwrap();
    let mut found = Vec::new();
    while let Some(item) = rows.next().unwrap() {
        found.push(match item {
            Item::Row(row) => Ok((row.number, row.cells().map(|(_, _, value)| value.to_owned()).collect())),
            Item::Rejected(rejection) => Err((rejection.row, rejection.code)),
        });
    }
    found
}

fn open(text: &[u8], source: &manifest::Source, tally: &mut Tally) -> Result<(tempfile::TempDir, Delimited), NoTable> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("exams.csv");
    std::fs::write(&path, text).unwrap();
    let source = manifest::Source { path, ..source.clone() };
    Delimited::open(&source, tally).map(|table| (folder, table))
}

fn read(text: &[u8], source: &manifest::Source) -> (Vec<Read>, Tally) {
    let mut tally = Tally::default();
    let (_folder, table) = open(text, source, &mut tally).unwrap();
    let found = read_once(&table);
    assert_eq!(read_once(&table), found, "a source reads alike every time");
    (found, tally)
}

#[test]
fn a_file_that_changes_its_header_between_two_readings_is_noticed() {
    let (folder, table) = open(format!("{HEADER}\n").as_bytes(), &source(&[]), &mut Tally::default()).unwrap();
    std::fs::write(folder.path().join("exams.csv"), "名称,代码,年度,级别,专业\n").unwrap();
    assert!(table.rows(&ProgressBar::hidden()).err().unwrap().to_string().contains("改动"));
}

#[test]
fn rows_are_rejected_one_by_one_with_their_line() {
    let text = [
        HEADER.as_bytes(),
        b"\nA,a,1,2,3\nB,b,1,2\nC,c,1,2,3,4\nD,\xff,1,2,3\nE,\0,1,2,3\nF,\x07,1,2,3\nG,\"g,1,2,3\nH,\"a\tb\nc\",1,2,3\n",
    ]
    .concat();
    let (found, _) = read(&text, &source(&[]));
    let codes: Vec<_> = found.iter().filter_map(|row| row.as_ref().err().copied()).collect();
    assert_eq!(
        codes,
        [
            (3, Code::ColumnCount),
            (4, Code::ColumnCount),
            (5, Code::MalformedBytes),
            (6, Code::ControlCharacter),
            (7, Code::ControlCharacter),
            (8, Code::UnclosedQuote)
        ]
    );
    assert_eq!(found.last().unwrap().as_ref().unwrap().1[1], "a\tb\nc");
}

#[test]
fn a_quote_that_swallows_a_whole_row_is_told_from_a_line_break() {
    let text = format!("{HEADER}\nA,\"a,1,2,3\nB,b,1,2,3\nC,c\",1,2,3\nD,d,1,2,3\n");
    let (found, _) = read(text.as_bytes(), &source(&[]));
    let lines: Vec<u64> = found.iter().filter_map(|row| row.as_ref().ok().map(|row| row.0)).collect();
    assert_eq!(found[0], Err((2, Code::UnclosedQuote)));
    assert_eq!(lines, [3, 4, 5]);
}

#[test]
fn missing_unused_and_secret_columns_are_findings() {
    let text = "代码,名称,年度,级别,备注,old_pwd\nA,a,1,2,x,y\n";
    let (_, tally) = read(text.as_bytes(), &source(&[]));
    let found: Vec<_> = tally.findings().into_iter().map(|f| (f.code, f.details.join(""))).collect();
    assert_eq!(
        found,
        [
            ("missing-column", "专业".to_owned()),
            ("secret-column", "old_pwd".to_owned()),
            ("unmapped-column", "备注".to_owned())
        ]
    );
    let (_, tally) = read(text.as_bytes(), &source(&[(Target::Specialty, None), (Target::Name, Some("备注"))]));
    assert_eq!(tally.refused(&[]).count(), 0);
    let (_, tally) = read(text.as_bytes(), &source(&[(Target::Specialty, Some("方向"))]));
    assert_eq!(tally.findings()[0].details, ["方向"]);
}

#[test]
fn files_without_a_usable_header_are_no_tables() {
    let mut tally = Tally::default();
    let mut open = |text: &[u8]| open(text, &source(&[]), &mut tally).unwrap_err().to_string();
    assert!(open(b"\n\n").contains("空"));
    assert!(open(b"\xb4\xfa\xc2\xeb,a\n").contains("utf-8"));
    assert!(open(b"a,\"b\n").contains("引号"));
    assert!(open(&vec![b','; 1_000_000]).contains("列数"));
}

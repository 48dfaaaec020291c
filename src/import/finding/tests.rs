#![allow(clippy::unwrap_used)]
use super::*;

#[test]
fn codes_are_unique_and_read_back() {
    for (at, code) in Code::ALL.iter().enumerate() {
        assert_eq!(Code::parse(code.as_str()), Some(*code));
        assert!(Code::ALL[..at].iter().all(|other| other.as_str() != code.as_str()), "{}", code.as_str());
        assert!(code.as_str().bytes().all(|b| b.is_ascii_lowercase() || b == b'-'), "{}", code.as_str());
        assert!(code.meaning().ends_with('。') && code.advice().ends_with('。'), "{}", code.as_str());
        assert!(code.english().ends_with('.'), "{}", code.as_str());
    }
    assert_eq!(Code::parse("no-such-code"), None);
}

#[test]
fn counts_are_whole_and_rows_and_details_are_bounded() {
    let mut tally = Tally::default();
    for row in 2..2000 {
        tally.row_with(Code::PhotoBreaksRule, row, &format!("detail {row}"));
    }
    tally.row(Code::FifteenDigit, 7);
    let findings = tally.findings();
    assert_eq!(findings[0].code, "photo-breaks-rule");
    assert_eq!((findings[0].count, findings[0].first_rows.len(), findings[0].details.len()), (1998, 5, 8));
    assert_eq!((findings[1].code, findings[1].severity), ("fifteen-digit", Severity::Info));
}

#[test]
fn only_blocking_findings_that_are_not_accepted_refuse() {
    let mut tally = Tally::default();
    tally.row(Code::BadCheckDigit, 2);
    assert_eq!(tally.refused(&[]).count(), 0);
    tally.source(Code::MissingColumn, "姓名");
    assert_eq!(tally.refused(&[]).collect::<Vec<_>>(), [Code::MissingColumn]);
    assert_eq!(tally.refused(&[Code::MissingColumn]).count(), 0);
    assert!(tally.needs_attention());
}

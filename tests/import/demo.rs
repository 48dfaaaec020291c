//! The sample data, against the counts that its generator wrote down.

use serde_json::Value;
use std::path::Path;

use crate::bench::{Bench, codes};

fn demo() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/deploy/demo"))
}

/// Kinds of noise that are one finding, as its readers name them.
const NOISE: [(&str, &[&str]); 16] = [
    ("bad-check-digit", &["number_wrong_check_digit"]),
    ("ambiguous-fifteen-digit", &["number_15_digits_ambiguous"]),
    ("empty-number", &["number_empty"]),
    ("excel-damage", &["number_excel_decimal", "number_excel_exponent", "number_excel_zeros"]),
    ("masked-number", &["number_masked"]),
    ("name-placeholder", &["name_placeholder"]),
    ("name-private-use", &["name_private_use_unmapped"]),
    ("name-private-use-mapped", &["name_private_use_mapped"]),
    ("odd-date", &["approval_date_odd"]),
    ("unknown-exam", &["exam_unknown"]),
    ("unknown-status", &["status_unknown"]),
    ("empty-city", &["city_empty"]),
    ("laiwu-after-merger", &["city_laiwu_after_2018"]),
    ("account-missing", &["account_unknown"]),
    ("empty-password", &["password_empty"]),
    ("malformed-password-hash", &["password_hash_cut_short"]),
];

#[test]
fn the_sample_data_is_imported_with_the_counts_that_it_states() {
    let bench = Bench::new();
    let manifest = demo().join("manifest.toml");
    let foreseen = bench.check(&manifest);
    let done = bench.run(&manifest);
    assert_eq!(foreseen.report, done.report);
    let expected: Value = serde_json::from_slice(&std::fs::read(demo().join("expected.json")).unwrap()).unwrap();
    let expected = expected["sources"].as_array().unwrap();
    assert_eq!(done.report.sources.len(), expected.len());
    for (source, expected) in done.report.sources.iter().zip(expected) {
        let stated = |key: &str| expected[key].as_u64().unwrap();
        let counts = source.counts;
        assert_eq!(source.file, expected["file"].as_str().unwrap());
        assert_eq!(
            [counts.read, counts.inserted, counts.unchanged, counts.rejected, counts.updated],
            [stated("read"), stated("inserted"), stated("unchanged"), stated("rejected"), 0],
            "{}",
            source.file
        );
        let one = |code: &str| codes(source).iter().find(|(known, _)| *known == code).map_or(0, |found| found.1);
        // Among the odd dates of the sample is 0000-00-00, which says that there is none.
        let found = |code: &str| one(code) + if code == "odd-date" { one("empty-date") } else { 0 };
        for (reason, count) in expected["rejected_by_reason"].as_object().unwrap() {
            assert_eq!(found(&reason.replace('_', "-")), count.as_u64().unwrap(), "{reason}");
        }
        assert_eq!(one("name-garbled"), 0, "{}", source.file);
        for (code, words) in NOISE {
            let noise: u64 = words.iter().filter_map(|word| expected["noise"][word].as_u64()).sum();
            assert_eq!(found(code), noise, "{} {code}", source.file);
        }
    }
    let again = bench.run(&manifest);
    assert!(again.report.sources.iter().all(|source| source.counts.inserted + source.counts.updated == 0));
}

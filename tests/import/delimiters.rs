//! Commas and tabs.

use crate::bench::{ACCOUNTS, Bench, codes, counts};

fn tabbed(rows: &[&str]) -> String {
    let lines = std::iter::once(ACCOUNTS).chain(rows.iter().copied());
    lines.map(|line| line.replace(',', "\t") + "\n").collect()
}

#[test]
fn a_file_of_tabs_is_read_by_its_name_by_the_manifest_or_by_its_header() {
    let text = tabbed(&["1,110101199003071233,测试,,,,", "2,,\"a\tb\",,,,"]);
    let says = |file: &str, more: &str| {
        let bench = Bench::new();
        bench.file(file, &text);
        let source = bench.import(&[("accounts", file, more)]).remove(0);
        assert_eq!(source.counts, counts([2, 2, 0, 0, 0]), "{file} {more}");
        codes(&source).contains(&("delimiter-guessed", 1))
    };
    assert!(says("accounts.csv", ""));
    for (file, more) in [
        ("accounts.tsv", ""),
        ("accounts.TAB", ""),
        ("accounts.txt", "delimiter = \"tab\""),
        ("accounts.csv", "delimiter = \"\\t\""),
    ] {
        assert!(!says(file, more), "{file} {more}");
    }
}

#[test]
fn a_quote_that_swallows_a_row_of_tabs_is_told_from_a_line_break() {
    let bench = Bench::new();
    bench.file("accounts.tsv", tabbed(&["1,\"x,甲,,,,", "2,,乙,,,,", "3,,丙\",,,,", "4,,\"甲,\n乙\",,,,"]));
    let source = bench.import(&[("accounts", "accounts.tsv", "")]).remove(0);
    assert_eq!(source.counts, counts([4, 3, 0, 0, 1]));
    assert_eq!(bench.rejected()[0].2, "unclosed-quote");
}

#[test]
fn commas_within_a_file_of_tabs_and_tabs_within_one_of_commas_are_content() {
    let bench = Bench::new();
    bench.file("tabs.tsv", tabbed(&["1,,甲,,,,"]).replace('甲', "甲,乙"));
    bench.file("commas.csv", format!("{ACCOUNTS}\n2,,甲\t乙,,,,\n"));
    let sources = bench.import(&[("accounts", "tabs.tsv", ""), ("accounts", "commas.csv", "")]);
    assert!(sources.iter().all(|source| source.counts == counts([1, 1, 0, 0, 0])), "{sources:?}");
    assert!(codes(&sources[1]).contains(&("tab-or-line-break", 1)));
}

#[test]
fn two_columns_of_one_mapped_header_stop_the_run_until_accepted() {
    let bench = Bench::new();
    bench.rows("accounts.csv", &format!("{ACCOUNTS},备注,备注,姓名"), &["1,,甲,,,,,a,b,乙"]);
    let manifest = bench.manifest(&[("accounts", "accounts.csv", "")]);
    let outcome = bench.try_run(&manifest, &[]).unwrap();
    let ambiguous = buzheng::import::finding::Code::AmbiguousColumn;
    assert_eq!(outcome.refused, [ambiguous], "and not for 备注, which nothing is made of");
    assert_eq!(outcome.report.sources[0].findings[0].details, ["姓名"]);
    let outcome = bench.try_run(&manifest, &[ambiguous]).unwrap();
    assert_eq!(outcome.report.sources[0].counts, counts([1, 1, 0, 0, 0]));
}

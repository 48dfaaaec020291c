//! How far a command is, as it is told on a terminal and elsewhere.

use std::process::Command;

use crate::bench::{ACCOUNTS, Bench};

const ROWS: u32 = 20_000;

fn long_file(bench: &Bench) {
    let rows: Vec<String> = (0..ROWS).map(|n| format!("{n},,甲,,,,")).collect();
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    bench.rows("accounts.csv", ACCOUNTS, &rows);
    bench.manifest(&[("accounts", "accounts.csv", "columns = { password = \"\" }")]);
}

/// What the command shows where stderr, and stdout too, is a terminal.
pub(crate) fn on_a_terminal(bench: &Bench, arguments: &[&str]) -> String {
    let command = [&[env!("CARGO_BIN_EXE_buzheng"), "import"], arguments].concat().join(" ");
    let output = Command::new("script")
        .args(["--quiet", "--return", "--command", &command, "/dev/null"])
        .env("BUZHENG_CONFIG", bench.config())
        .env("TERM", "xterm")
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_bar_with_rate_and_remaining_time_is_drawn_on_a_terminal_and_gone_before_the_report() {
    let bench = Bench::new();
    long_file(&bench);
    let manifest = bench.path("manifest.toml");
    let arguments = ["check", "--manifest", manifest.to_str().unwrap()];
    let screen = on_a_terminal(&bench, &arguments);
    let (progress, report) = screen.split_once("批次 b").expect("a report");
    assert!(progress.contains('█') && progress.contains("/秒") && progress.contains("剩余约"), "{progress:?}");
    assert!(progress.ends_with("\u{1b}[2K"), "the line is cleared: {progress:?}");
    assert!(!report.contains("/秒") && !report.contains('\u{1b}'), "{report:?}");

    let quiet = on_a_terminal(&bench, &[&arguments[..], &["--quiet"]].concat());
    assert!(!quiet.contains("/秒") && !quiet.contains('\u{1b}'), "{quiet:?}");
}

#[test]
fn elsewhere_a_plain_line_is_told_now_and_then_and_none_by_a_short_run_or_a_quiet_one() {
    let bench = Bench::new();
    long_file(&bench);
    let (_, report, lines) = bench.of("check", &["--progress-every", "1"]);
    let whole = |line: &str| {
        (line.starts_with("通读 accounts.csv · ") || line.starts_with("检查 accounts.csv · "))
            && line.contains("% · ")
            && line.contains("/秒 · 剩余")
    };
    assert!(lines.lines().any(whole), "{lines}");
    assert!(!lines.contains('\u{1b}') && !lines.contains('█'), "{lines:?}");
    assert!(report.starts_with("批次 b") && !report.contains("/秒"));
    assert_eq!(bench.of("check", &["--progress-every", "1", "--quiet"]).2, "");
    // One row does not take ten seconds, even on a busy machine.
    bench.rows("accounts.csv", ACCOUNTS, &["1,,甲,,,,"]);
    assert_eq!(bench.of("check", &[]).2, "");
}

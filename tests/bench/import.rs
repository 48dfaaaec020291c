//! The import of old data by the built program, beside a bare `psql \copy` of the same files into plain tables.

pub(crate) mod files;
pub(crate) mod process;

use serde_json::Value;
use std::process::Command;
use std::time::Duration;

use self::files::Files;
use super::support::TestDb;
use super::table::{Table, duration, per_second, rate, thousands};
use super::timing::{Sample, ratio};

/// Of each kind.
const ROWS: usize = 100_000;

/// The plain way is short enough to be taken more than once.
const COPIES: usize = 3;

pub(crate) fn run(table: &mut Table) {
    let files = Files::write(ROWS);
    let copy = Sample::new((0..COPIES).map(|_| plain_copy(&files)).collect()).p50();
    let rows = 2 * ROWS;
    let beside = format!("took {}; plain tables, same keys and indexes", duration(copy));
    table.row(
        format!("psql \\copy, {} rows in GB18030", thousands(rows as u64)),
        per_second(rate(rows, copy)),
        None,
        beside,
    );

    let db = TestDb::new();
    let config = files.write_config(db.url());
    for (what, counted) in [("new rows", "inserted"), ("the same rows again", "unchanged")] {
        let mut import = Command::new(env!("CARGO_BIN_EXE_buzheng"));
        import.args(["import", "run", "--format", "json", "--manifest"]).arg(files.path("manifest.toml"));
        import.arg("--config").arg(&config);
        let ended = process::run(&mut import);
        expect(&ended.output, counted);
        let slower = ratio(ended.took, copy);
        let beside = format!(
            "took {}: {:.3} of psql's rate, {slower:.1} times its time; peak memory {} MiB",
            duration(ended.took),
            1.0 / slower,
            ended.peak_kib / 1024
        );
        table.row(format!("buzheng import run, {what}"), per_second(rate(rows, ended.took)), None, beside);
    }
}

/// Tables of text with the same keys and indexes, loaded by the one command that every DBA would use.
fn plain_copy(files: &Files) -> Duration {
    let db = TestDb::new();
    let create = "CREATE TABLE plain_accounts (key text PRIMARY KEY, number text, name text, email text, password text, salt text, \
                  registered_at text); CREATE INDEX ON plain_accounts (number); \
                  CREATE TABLE plain_certificates (key text PRIMARY KEY, exam text, year text, level text, specialty text, name text, \
                  number text, certificate_number text, approval_date text, city text, status text); \
                  CREATE INDEX ON plain_certificates (number)";
    let psql = || {
        let mut psql = Command::new("psql");
        psql.args(["-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", db.url()]);
        psql
    };
    process::run(psql().args(["-c", create]));
    let mut copy = psql();
    for (table, file) in [("plain_accounts", "accounts.csv"), ("plain_certificates", "certificates.csv")] {
        let path = files.path(file).display().to_string();
        copy.args(["-c", &format!("\\copy {table} FROM '{path}' WITH (FORMAT csv, HEADER true, ENCODING 'GB18030')")]);
    }
    let ended = process::run(&mut copy);
    for table in ["plain_accounts", "plain_certificates"] {
        let counted = process::run(psql().args(["-A", "-t", "-c", &format!("SELECT count(*) FROM {table}")]));
        assert_eq!(counted.output.trim(), ROWS.to_string(), "rows in {table}");
    }
    ended.took
}

/// Makes sure that every row was read and counted as it should be.
fn expect(report: &str, counted: &str) {
    let report: Value = serde_json::from_str(report).expect("a report in JSON");
    for kind in ["accounts", "certificates"] {
        let sources = report["sources"].as_array().expect("sources");
        let source = sources.iter().find(|source| source["kind"] == kind).expect("every source is reported");
        assert_eq!(source["read"], ROWS, "{source}");
        assert_eq!(source[counted], ROWS, "{source}");
    }
}

//! The import of old data by the built program: a check beside the csv crate that reads the same files, a first load beside a bare
//! `psql \copy` of the finished rows into equal tables, the same rows again, and the memory that it takes with few and with many rows.

pub(crate) mod files;
pub(crate) mod process;

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use self::files::Files;
use self::process::Ended;
use super::support::TestDb;
use super::table::{Table, duration, per_second, rate, thousands};
use super::timing::ratio;

/// Of each kind, where memory is compared.
const FEW: usize = 100_000;

const KINDS: [&str; 2] = ["accounts", "certificates"];

/// `rows` of each kind.
pub(crate) fn run(table: &mut Table, rows: usize) {
    let files = Files::write(rows);
    let db = TestDb::new();
    let import = Import { config: files.write_config(db.url()), files, rows };
    let all = 2 * rows;

    let read = import.read_by_csv();
    table.row(
        format!("csv crate, {} rows in GB18030 read", thousands(all as u64)),
        per_second(rate(all, read)),
        None,
        format!("took {}; bytes, neither decoded nor judged", duration(read)),
    );
    let checked = import.go(Command::new("taskset").args(["--cpu-list", "0", PROGRAM]), "check", "inserted");
    import.row(
        table,
        ("check, nothing stored, on one core", "target: >= 300,000 /s or 0.333"),
        &checked,
        (read, "the csv crate's"),
    );

    let loaded = import.go(&mut Command::new(PROGRAM), "run", "inserted");
    let copied = plain_copy(&db, rows);
    table.row(
        "psql \\copy of the finished rows".to_owned(),
        per_second(rate(all, copied)),
        None,
        format!("took {}; equal tables with the same indexes", duration(copied)),
    );
    import.row(table, ("run, new rows", "target: >= 0.5 and < 200 MiB"), &loaded, (copied, "psql's"));
    let again = import.go(&mut Command::new(PROGRAM), "run", "unchanged");
    import.row(table, ("run, the same rows again", ""), &again, (copied, "psql's"));

    let files = Files::write(FEW);
    let db = TestDb::new();
    let few = Import { config: files.write_config(db.url()), files, rows: FEW };
    let loaded_few = few.go(&mut Command::new(PROGRAM), "run", "inserted");
    table.row(
        format!("buzheng import run, {} new rows", thousands(2 * FEW as u64)),
        per_second(rate(2 * FEW, loaded_few.took)),
        None,
        format!(
            "peak memory {} MiB, with {} rows {} MiB",
            loaded_few.peak_kib / 1024,
            thousands(all as u64),
            loaded.peak_kib / 1024
        ),
    );
}

const PROGRAM: &str = env!("CARGO_BIN_EXE_buzheng");

/// One batch and where it goes.
struct Import {
    files: Files,
    config: PathBuf,
    rows: usize,
}

impl Import {
    fn go(&self, program: &mut Command, action: &str, counted: &str) -> Ended {
        program.args(["import", action, "--quiet", "--format", "json", "--manifest"]);
        program.arg(self.files.path("manifest.toml")).arg("--config").arg(&self.config);
        let ended = process::run(program);
        expect(&ended.output, counted, self.rows);
        ended
    }

    fn row(&self, table: &mut Table, (what, target): (&str, &str), ended: &Ended, (beside, whose): (Duration, &str)) {
        let rows = 2 * self.rows;
        let slower = ratio(ended.took, beside);
        let semicolon = if target.is_empty() { "" } else { "; " };
        table.row(
            format!("buzheng import {what}"),
            per_second(rate(rows, ended.took)),
            None,
            format!(
                "took {}: {:.3} of {whose} rate; peak memory {} MiB{semicolon}{target}",
                duration(ended.took),
                1.0 / slower,
                ended.peak_kib / 1024
            ),
        );
    }

    /// What reading the files takes at the least.
    fn read_by_csv(&self) -> Duration {
        let began = Instant::now();
        for kind in KINDS {
            let mut reader = csv::Reader::from_path(self.files.path(&format!("{kind}.csv"))).unwrap();
            let (mut record, mut read) = (csv::ByteRecord::new(), 0);
            while reader.read_byte_record(&mut record).unwrap() {
                read += 1;
            }
            assert_eq!(read, self.rows, "rows of {kind}");
        }
        began.elapsed()
    }
}

/// The finished rows, sealed as they stand, into tables that differ in name alone, by the one command that every DBA would use.
fn plain_copy(db: &TestDb, rows: usize) -> Duration {
    let folder = tempfile::tempdir().unwrap();
    let psql = || {
        let mut psql = Command::new("psql");
        psql.args(["-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", db.url()]);
        psql
    };
    let file = |kind: &str| Path::new(folder.path()).join(kind).display().to_string();
    let mut copy = psql();
    for kind in KINDS {
        let create = format!("CREATE TABLE equal_{kind} (LIKE legacy_{kind} INCLUDING ALL)");
        process::run(psql().args(["-c", &create, "-c", &format!("\\copy legacy_{kind} TO '{}'", file(kind))]));
        copy.args(["-c", &format!("\\copy equal_{kind} FROM '{}'", file(kind))]);
    }
    let ended = process::run(&mut copy);
    for kind in KINDS {
        let counted = process::run(psql().args(["-A", "-t", "-c", &format!("SELECT count(*) FROM equal_{kind}")]));
        assert_eq!(counted.output.trim(), rows.to_string(), "rows in equal_{kind}");
    }
    ended.took
}

/// Makes sure that every row was read and counted as it should be.
fn expect(report: &str, counted: &str, rows: usize) {
    let report: Value = serde_json::from_str(report).expect("a report in JSON");
    for kind in KINDS {
        let sources = report["sources"].as_array().expect("sources");
        let source = sources.iter().find(|source| source["kind"] == kind).expect("every source is reported");
        assert_eq!(source["read"], rows, "{source}");
        assert_eq!(source[counted], rows, "{source}");
    }
}

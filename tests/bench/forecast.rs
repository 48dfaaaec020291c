//! The forecast by the built program, of a population with every kind of noise against its own accounts.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use super::import::{files::write_config, process};
use super::invented::Population;
use super::support::TestDb;
use super::table::{Table, duration, per_second, rate, thousands};

const PEOPLE: usize = 100_000;
const MILLION: u32 = 1_000_000;

pub(crate) fn run(table: &mut Table) {
    let folder = tempfile::tempdir().unwrap();
    let population = Population::generate(Population::seed(), PEOPLE);
    let files = population.write(folder.path());
    let users = population.people.iter().filter(|person| person.portal.is_some()).count();
    drop(population);
    let db = TestDb::new();
    let config = write_config(folder.path(), db.url());
    // Exit code 1: such files are full of findings.
    let imported = program(&config, "run", "--manifest", &files.manifest).output().unwrap();
    assert_eq!(imported.status.code(), Some(1), "the population is imported");

    let ended = process::run(&mut program(&config, "forecast", "--portal-users", &files.portal_users));
    assert_eq!(ended.output.lines().count(), users, "everyone is foreseen");
    let million: Duration = ended.took * (MILLION / 1000) / u32::try_from(users / 1000).unwrap();
    let beside = format!(
        "took {}; a million would take {}, target: < 10 min; peak memory {} MiB",
        duration(ended.took),
        duration(million),
        ended.peak_kib / 1024
    );
    let what = format!("buzheng import forecast, {} portal users", thousands(users as u64));
    table.row(what, per_second(rate(users, ended.took)), None, beside);
}

fn program(config: &Path, action: &str, option: &str, file: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_buzheng"));
    command.args(["import", action, "--format", "json", option]).arg(file).arg("--config").arg(config);
    command.stderr(std::process::Stdio::null());
    command
}

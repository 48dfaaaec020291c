//! The key file: there, well formed, its owner's alone, and that of this database.

use diesel::PgConnection;
use sso::Finding;
use std::path::Path;
use std::time::{Duration, Instant};

use super::finding::{ok, problem, warning};
use crate::app::keys::rows::{self, Table};
use crate::app::keys::{Keys, Recording};
use crate::db::DbError;
use crate::vault::{KeyFile, KeyMismatch, Vault};

pub(super) fn examine(path: &Path) -> Vec<Finding> {
    let name = path.display();
    let readable = match KeyFile::read(path) {
        Ok(_) => ok("keys.file", format!("{name} holds usable keys")),
        Err(error) => {
            return vec![problem(
                "keys.file",
                format!("vault.keys_file {name}: {error}"),
                "restore the installation's key file from its backup; only a new installation gets a new one, by `buzheng doctor \
                 --new-keys FILE`",
            )];
        }
    };
    let access = match KeyFile::is_exposed(path) {
        Ok(false) => ok("keys.access", format!("{name} is readable by its owner alone")),
        Ok(true) => warning(
            "keys.access",
            format!("{name} can be read or written by others than its owner"),
            "chmod 600 the file, and consider who may have read the keys",
        ),
        Err(error) => problem("keys.access", format!("{name}: {error}"), "let this user look at the file"),
    };
    vec![readable, access]
}

/// How long doctor looks through stored rows.
const PATIENCE: Duration = Duration::from_secs(6);

/// Whether the keys are those of this database, and whether every row was written under them. Nothing where there are no keys.
pub(super) fn fit(conn: &mut PgConnection, path: &Path) -> Result<Vec<Finding>, DbError> {
    let Ok(keys) = KeyFile::read(path) else { return Ok(Vec::new()) };
    let vault = Vault::new(&keys);
    match Keys::new(&vault, Recording::ComparesOnly).look(conn) {
        Ok(()) => Ok(judge(&rows::examine(conn, &vault, Instant::now() + PATIENCE)?)),
        Err(DbError::Keys(mismatch)) => Ok(vec![problem("keys.fit", mismatch.to_string(), KeyMismatch::NEXT_STEP)]),
        Err(error) => Err(error),
    }
}

fn judge(tables: &[Table]) -> Vec<Finding> {
    let mut findings: Vec<Finding> = tables.iter().flat_map(sealed_by_others).collect();
    if findings.is_empty() {
        let (rows, part) = looked_at(tables);
        findings.push(ok(
            "keys.fit",
            format!("the keys are those of this database, and open what it holds ({rows} rows{part})"),
        ));
    }
    findings.extend(tables.iter().filter(|table| table.unfound > 0).map(not_found_by_number));
    findings
}

/// In a large database the deadline comes before the last row.
fn looked_at(tables: &[Table]) -> (u64, &'static str) {
    let part = if tables.iter().all(|table| table.complete) { "" } else { ", not all in the time there was" };
    (tables.iter().map(|table| table.rows).sum(), part)
}

fn sealed_by_others(table: &Table) -> Vec<Finding> {
    let name = table.name;
    let foreign = table.foreign.iter().map(|(key, count)| {
        problem(
            "keys.fit",
            format!("{name}: {count} rows are sealed with sealing key {key}, which the key file does not hold"),
            "add the [[sealing]] section of that key to vault.keys_file, beside the present ones and not as current_sealing: from a \
             backup of this key file, or from the file of the installation that wrote these rows (docs/operations.md, chapter 3)",
        )
    });
    let damaged = (table.unopened > 0).then(|| {
        problem(
            "keys.fit",
            format!("{name}: {} rows do not open with the key that they name", table.unopened),
            "they were changed, or written under another key of that id: restore them from a backup of the database",
        )
    });
    foreign.chain(damaged).collect()
}

fn not_found_by_number(table: &Table) -> Finding {
    let (name, count) = (table.name, table.unfound);
    let people: Vec<String> = table.people.iter().map(ToString::to_string).collect();
    let of_people = if people.is_empty() { String::new() } else { format!("; persons {}", people.join(", ")) };
    problem(
        "keys.look_up",
        format!(
            "{name}: {count} rows are not found by the number that they hold: written under another look-up key{of_people}"
        ),
        "run `buzheng vault repair`: it computes their look-up values anew with the present key (docs/operations.md, chapter 3)",
    )
}

#[cfg(test)]
mod tests;

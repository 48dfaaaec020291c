//! Whether the keys are those of this database: asked before anything is written to it.
//!
//! Another installation's key file would end the audit log's chain, make newcomers of all citizens, and seal what nobody else can open.

use diesel::{Connection, PgConnection};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

pub mod repair;
pub mod rows;

use super::audit::chain;
use crate::db::{DbError, Guard, audit, key_checks};
use crate::domain::document::Number;
use crate::vault::{CheckValue, Difference, KeyMismatch, KeyUse, LookUp, Purpose, Vault, VaultError, sealed_with};

/// Entries of the audit log that are tried where there are no check values yet.
const ENTRIES: i64 = 10;

/// Whether a command may leave check values behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recording {
    /// It writes anyway: what is not there yet is recorded.
    Records,
    /// It writes nothing.
    ComparesOnly,
}

/// The keys of this installation, held against every database that they meet.
#[derive(Debug)]
pub struct Keys {
    vault: Vault,
    recording: Recording,
    /// What the last look found; nothing before the first one.
    found: Mutex<Option<Result<(), KeyMismatch>>>,
}

impl Guard for Keys {
    fn admit(&self, conn: &mut PgConnection) -> Result<(), DbError> {
        conn.transaction(|conn| {
            self.look(conn)?;
            if self.recording == Recording::Records { self.record(conn) } else { Ok(()) }
        })
    }
}

impl Keys {
    /// The keys of a vault.
    pub fn new(vault: &Vault, recording: Recording) -> Arc<Self> {
        Arc::new(Self { vault: vault.clone(), recording, found: Mutex::default() })
    }

    /// What the last look found; `None` while no database has answered yet.
    pub fn found(&self) -> Option<Result<(), KeyMismatch>> {
        self.found.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Compares, and writes nothing.
    pub fn look(&self, conn: &mut PgConnection) -> Result<(), DbError> {
        if !key_checks::is_prepared(conn)? {
            return Err(DbError::Unprepared);
        }
        let recorded = key_checks::all(conn)?;
        let found = if recorded.is_empty() { prove(conn, &self.vault)? } else { self.vault.compare(&recorded) };
        *self.found.lock().unwrap_or_else(PoisonError::into_inner) = Some(found.clone());
        Ok(found?)
    }

    /// Records what is not there yet. Of two installations that are the first at once, one is refused.
    fn record(&self, conn: &mut PgConnection) -> Result<(), DbError> {
        if self.unrecorded(&key_checks::all(conn)?).is_empty() {
            return Ok(());
        }
        key_checks::lock(conn)?;
        let recorded = key_checks::all(conn)?;
        self.vault.compare(&recorded)?;
        Ok(key_checks::record(conn, &self.unrecorded(&recorded))?)
    }

    /// The look-up key is recorded once, whatever id a file gives it.
    fn unrecorded(&self, recorded: &[CheckValue]) -> Vec<CheckValue> {
        let has_look_up = recorded.iter().any(|check| check.of == KeyUse::LookUp);
        let is_new = |check: &CheckValue| match check.of {
            KeyUse::LookUp => !has_look_up,
            KeyUse::Sealing => recorded.iter().all(|other| other.key_id != check.key_id),
        };
        self.vault.check_values().into_iter().filter(is_new).collect()
    }
}

/// Before the schema is changed: compares as far as the schema of before allows.
pub fn before_migrations(conn: &mut PgConnection, vault: &Vault) -> Result<(), DbError> {
    let recorded = if key_checks::is_prepared(conn)? { key_checks::all(conn)? } else { Vec::new() };
    Ok(if recorded.is_empty() { prove(conn, vault)? } else { vault.compare(&recorded) }?)
}

/// Tries the keys on what is stored. They fit where at least half of it fits: some may have been written with others' keys by mistake, before
/// there were check values.
fn prove(conn: &mut PgConnection, vault: &Vault) -> Result<Result<(), KeyMismatch>, DbError> {
    let (mut sealed, mut found) = (Tally::default(), Tally::default());
    let mut missing = BTreeSet::new();
    for stored in key_checks::some_numbers(conn)? {
        let opened = vault.open_text(Purpose::Number, &stored.number_sealed);
        if let Err(VaultError::UnknownKey(_)) = opened {
            missing.extend(sealed_with(&stored.number_sealed));
        }
        sealed.count(opened.is_ok());
        if let (Ok(number), Some(lookup)) = (opened, stored.number_lookup) {
            found.count(
                lookup == vault.look_up(LookUp::Number, &[Number::new(&number, stored.document_type).canonical()]),
            );
        }
    }
    if key_checks::exist(conn, &["audit_events", "audit_head"])? {
        for row in audit::page(conn, 0, ENTRIES)? {
            found.count(chain::hash(vault, &row, row.seq) == row.hash);
        }
        if let Some(head) = audit::head(conn)? {
            found.count(chain::is_sealed(vault, &head));
        }
    }
    let mut differences = Vec::new();
    if !sealed.fits() {
        let Tally { tried, failed } = sealed;
        differences.push(Difference::Unopened { tried, failed, missing: missing.into_iter().collect() });
    }
    if !found.fits() {
        let Tally { tried, failed } = found;
        differences.push(Difference::Unfound { held: vault.look_up_id(), tried, failed });
    }
    Ok(if differences.is_empty() { Ok(()) } else { Err(KeyMismatch(differences)) })
}

#[derive(Default)]
struct Tally {
    tried: usize,
    failed: usize,
}

impl Tally {
    fn count(&mut self, fits: bool) {
        self.tried += 1;
        self.failed += usize::from(!fits);
    }

    fn fits(&self) -> bool {
        2 * self.failed <= self.tried
    }
}

//! Verification: compares every row of the sources with the stored row, and every stored row with the sources.

mod extras;
mod verifier;

use std::collections::{BTreeMap, HashMap, HashSet};

use super::chunk::{Chunk, Target, relate};
use super::{Engine, Mode, Turn};
use crate::db::import as store;
use crate::db::import::batches;
use crate::import::compare::{ColumnSum, Fault, Passwords, Sheet};
use crate::import::entity::Entity;
use crate::import::error::ImportError;
use crate::import::finding::Tally;
use crate::import::ground::Ground;
use crate::import::kind::Kind;
use crate::import::report::Counts;
pub(in crate::import) use verifier::Verifier;

pub(super) struct Examined {
    counts: Counts,
    notes: Tally,
    columns: Vec<ColumnSum>,
    passwords: Passwords,
    rewritten: BTreeMap<String, u64>,
    /// Key, column and fault.
    faults: Vec<(String, &'static str, Fault)>,
    /// Keys of the chunk that this batch stored.
    own: Vec<String>,
}

impl Target<'_> {
    /// Compares every column.
    pub(super) fn examine<E: Entity>(&self, chunk: Chunk<E>) -> Result<Examined, ImportError> {
        let Self { ground: Ground { db, vault, .. }, stamp, .. } = *self;
        let Chunk { candidates, settled, .. } = chunk;
        let (mut notes, mut sheet) = (Tally::default(), Sheet::new(vault));
        let system = if E::KIND == Kind::Exams { "" } else { stamp.system };
        let keys: Vec<&str> = candidates.iter().map(|candidate| candidate.keyed.key.as_str()).collect();
        let (there, replaced) = db.transaction_blocking::<_, ImportError, _>(|conn| {
            store::read_only(conn)?;
            relate(conn, stamp.system, settled.iter().chain(&candidates), &mut notes)?;
            let there: HashMap<String, E::Stored> =
                E::stored(conn, stamp, &keys)?.into_iter().map(|row| (E::identity(&row).0, row)).collect();
            let foreign = there.iter().filter(|(_, row)| E::identity(row).1 != stamp.batch);
            let foreign: Vec<&str> = foreign.map(|(key, _)| key.as_str()).collect();
            let replaced = batches::replaced(conn, E::KIND.as_str(), system, &foreign)?;
            Ok((there, replaced))
        })?;
        let replaced: HashSet<(String, String)> = replaced.into_iter().collect();
        let mut done = Examined::default();
        for candidate in &candidates {
            let key = &candidate.keyed.key;
            let digest = E::digest(vault, &candidate.input, &candidate.keyed.content);
            let stored = there.get(key);
            sheet.begin(key, stored.is_some());
            E::compare(&mut sheet, candidate, &digest, stored);
            let Some(batch) = stored.map(|stored| E::identity(stored).1) else {
                done.counts.inserted += 1;
                done.faults.push((key.clone(), "", Fault::Missing));
                continue;
            };
            if batch == stamp.batch {
                done.own.push(key.clone());
            }
            let faults = sheet.faults();
            if faults.is_empty() {
                done.counts.unchanged += 1;
                continue;
            }
            done.counts.updated += 1;
            // Only an import keeps a replaced row: a batch written into a row by hand does not count.
            if batch != stamp.batch && replaced.contains(&(key.clone(), batch.to_owned())) {
                *done.rewritten.entry(batch.to_owned()).or_default() += 1;
            } else {
                sheet.count_faults();
                done.faults.extend(faults.into_iter().map(|(column, fault)| (key.clone(), column, fault)));
            }
        }
        (done.columns, done.passwords, done.notes) = (sheet.columns, sheet.passwords, notes);
        Ok(done)
    }
}

impl Default for Examined {
    fn default() -> Self {
        let (counts, notes, passwords) = (Counts::default(), Tally::default(), Passwords::default());
        let (columns, faults, own) = (Vec::new(), Vec::new(), Vec::new());
        Self { counts, notes, columns, passwords, rewritten: BTreeMap::new(), faults, own }
    }
}

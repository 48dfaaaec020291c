//! Verification: compares every row of the sources with the stored row, and every stored row with the sources.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::chunk::{Chunk, Target, relate};
use super::{Engine, Mode, Turn};
use crate::db::import as store;
use crate::db::import::batches;
use crate::import::compare::{ColumnSum, Fault, Passwords, Sheet};
use crate::import::entity::{Accounts, Applications, Certificates, Entity, Exams, Photos};
use crate::import::error::ImportError;
use crate::import::finding::Tally;
use crate::import::ground::Ground;
use crate::import::kind::Kind;
use crate::import::lock::ImportLock;
use crate::import::report::Counts;
use crate::import::survey::{Marks, Place, Space, Survey};
use crate::import::verify::{Details, Differences, Spot};

/// Stored keys that are read in one page.
const PAGE: i64 = 4000;

/// The place of the sources' keys in the survey: after the stored ones, because they are never looked up.
const BEHIND: u16 = u16::MAX;

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
        let keys: Vec<&str> = candidates.iter().map(|candidate| candidate.draft.key.as_str()).collect();
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
            let key = &candidate.draft.key;
            let digest = E::digest(vault, &candidate.input, &candidate.draft.content);
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

/// Collects the results of an examination.
pub(in crate::import) struct Verifier {
    /// In the manifest's order.
    pub(in crate::import) details: Vec<Details>,
    pub(in crate::import) list: Differences,
    /// Keys of the sources that this batch stored.
    own: Survey,
    /// The last source of each kind and system, to which stored rows without a source are attributed.
    groups: BTreeMap<(Kind, String), usize>,
    /// Held so that no import runs meanwhile.
    _lock: ImportLock,
}

impl Verifier {
    pub(in crate::import) fn new(lock: ImportLock, list: Differences, sources: usize) -> Self {
        let details = vec![Details::default(); sources];
        Self { details, list, own: Survey::new(), groups: BTreeMap::new(), _lock: lock }
    }

    pub(super) fn settle(
        &mut self,
        turn: Turn<'_>,
        examined: Examined,
        late: &mut Tally,
    ) -> Result<Counts, ImportError> {
        let Examined { counts, notes, columns, passwords, rewritten, faults, own } = examined;
        late.absorb(notes);
        let details = &mut self.details[turn.at];
        details.add(columns, passwords);
        for (batch, rows) in rewritten {
            *details.rewritten.entry(batch).or_default() += rows;
        }
        let (system, kind) = (turn.source.system.as_str(), turn.source.kind);
        for (key, column, fault) in &faults {
            self.list.add(Spot { system, kind, key, column }, *fault)?;
        }
        let space = self.space(turn);
        for key in own {
            self.own.key(space, &key, Place { source: BEHIND, row: 0 }).map_err(ImportError::Scratch)?;
        }
        Ok(counts)
    }

    fn space(&self, turn: Turn<'_>) -> Space {
        let before = self.groups.keys().position(|group| *group == group_of(turn));
        Space(before.and_then(|before| u16::try_from(before).ok()).unwrap_or(BEHIND))
    }

    /// Call before the first row.
    pub(super) fn expect(&mut self, turns: &[Turn<'_>]) {
        self.groups = turns.iter().map(|turn| (group_of(*turn), turn.at)).collect();
    }
}

/// The catalogue of exams is one for all systems.
fn group_of(turn: Turn<'_>) -> (Kind, String) {
    let kind = turn.source.kind;
    (kind, if kind == Kind::Exams { String::new() } else { turn.source.system.clone() })
}

impl Engine<'_> {
    /// Finds rows that this batch stored and that none of its sources has.
    pub(super) fn look_for_extras(&mut self) -> Result<(), ImportError> {
        let Mode::Verify(verifier) = &mut self.mode else { return Ok(()) };
        self.options.progress.set_message("查找多出的行");
        let (db, batch) = (self.ground.db, self.manifest.batch.as_str());
        let groups: Vec<(Kind, String, usize)> =
            verifier.groups.iter().map(|((kind, system), at)| (*kind, system.clone(), *at)).collect();
        let mut own = std::mem::replace(&mut verifier.own, Survey::new());
        for (number, (kind, system, _)) in (0..).zip(&groups) {
            each_own(db, (*kind, system), batch, |row, key| {
                own.reference(Space(number), key, Place { source: number, row }).map_err(ImportError::Scratch)
            })?;
        }
        let mut marks: Marks = own.finish().map_err(ImportError::Scratch)?;
        for (number, (kind, system, at)) in (0..).zip(groups) {
            each_own(db, (kind, &system), batch, |row, key| {
                let known = marks.of(Place { source: number, row }).map_err(ImportError::Scratch)?;
                if known.dangling {
                    verifier.details[at].extra += 1;
                    verifier.list.add(Spot { system: &system, kind, key, column: "" }, Fault::Extra)?;
                }
                Ok(())
            })?;
        }
        Ok(())
    }
}

/// Iterates over the keys of all rows that a batch stored, numbered from 1, in a fixed order.
fn each_own(
    db: &crate::db::Db,
    (kind, system): (Kind, &str),
    batch: &str,
    mut give: impl FnMut(u64, &str) -> Result<(), ImportError>,
) -> Result<(), ImportError> {
    let page = match kind {
        Kind::Exams => Exams::page,
        Kind::Accounts => Accounts::page,
        Kind::Certificates => Certificates::page,
        Kind::Applications => Applications::page,
        Kind::Photos => Photos::page,
    };
    let (mut after, mut row) = (None::<String>, 0);
    loop {
        let keys = db.transaction_blocking::<_, ImportError, _>(|conn| {
            store::read_only(conn)?;
            Ok(page(conn, system, after.as_deref(), PAGE)?)
        })?;
        let Some((last, _)) = keys.last() else { return Ok(()) };
        after = Some(last.clone());
        for (key, _) in keys.iter().filter(|(_, of)| of == batch) {
            row += 1;
            give(row, key)?;
        }
    }
}

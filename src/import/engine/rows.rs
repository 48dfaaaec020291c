//! One source from its first row to its last.

use std::sync::Arc;

use super::{Engine, Mode};
use crate::db::import as store;
use crate::domain::form::china_date;
use crate::import::entity::{Candidate, Entity, Stamp};
use crate::import::finding::{Code, Tally};
use crate::import::kind::Kind;
use crate::import::manifest::Source;
use crate::import::report::Counts;
use crate::import::seen::{Meeting, Seen};
use crate::import::source::{Item, Items, Rejection};
use crate::import::transform::Context;
use crate::import::write::compare;
use crate::import::{Ground, ImportError};

/// A batch is written when it has this many rows or bytes.
const BATCH_ROWS: usize = 1000;
const BATCH_BYTES: usize = 8 * 1024 * 1024;

/// What becomes of a row before the database is asked.
enum Admission<E: Entity> {
    Candidate(Candidate<E>),
    /// Stood before in these files, exactly so.
    Repetition(u64),
    Rejected(Rejection),
}

impl Engine<'_> {
    /// Reads a source to its end, in batches.
    pub(super) fn rows<E: Entity>(
        &mut self,
        source: &Source,
        mut items: impl Items<Input = E::Input>,
        tally: &mut Tally,
    ) -> Result<Counts, ImportError> {
        let catalogue = Arc::clone(&self.catalogue);
        let password =
            source.password.as_ref().and_then(|password| password.as_ref().ok()).map(|spec| (*spec, spec.stored()));
        let today = china_date(self.ground.now);
        let cx = Context { vault: self.ground.vault, catalogue: &catalogue, password, today };
        let mut counts = Counts::default();
        let (mut batch, mut bytes) = (Vec::new(), 0);
        while let Some(item) = items.next().map_err(|error| ImportError::Read { file: source.file.clone(), error })? {
            counts.read += 1;
            match self.admit::<E>(source, item, &cx, tally) {
                Admission::Candidate(candidate) => {
                    bytes += E::measure(&candidate.input).1;
                    batch.push(candidate);
                }
                Admission::Repetition(row) => {
                    counts.unchanged += 1;
                    tally.row(Code::DuplicateRow, row);
                }
                Admission::Rejected(rejection) => {
                    counts.rejected += 1;
                    tally.row(rejection.code, rejection.row);
                    if let Some(list) = &mut self.list {
                        list.add(&source.file, &rejection)?;
                    }
                }
            }
            if batch.len() >= BATCH_ROWS || bytes >= BATCH_BYTES {
                self.batch::<E>(source, std::mem::take(&mut batch), tally, &mut counts)?;
                bytes = 0;
            }
        }
        self.batch::<E>(source, batch, tally, &mut counts)?;
        Ok(counts)
    }

    /// What is odd about a row counts only if the row does.
    fn admit<E: Entity>(
        &mut self,
        source: &Source,
        item: Item<E::Input>,
        cx: &Context<'_>,
        tally: &mut Tally,
    ) -> Admission<E> {
        let input = match item {
            Item::Row(input) => input,
            Item::Rejected(rejection) => return Admission::Rejected(rejection),
        };
        let row = E::measure(&input).0;
        let mut notes = Tally::default();
        let draft = match E::read(&input, cx, &mut notes) {
            Ok(draft) => draft,
            Err(code) => return Admission::Rejected(Rejection { row, key: String::new(), code }),
        };
        let seen = self.seen.entry(key_space(&source.system, E::KIND)).or_default();
        match seen.meet(&draft.key, &draft.digest) {
            Meeting::First => {
                tally.absorb(notes);
                if let Some(combination) = E::offers(&draft.content) {
                    self.offered.insert(draft.key.clone(), combination);
                }
                Admission::Candidate(Candidate { input, draft })
            }
            Meeting::SameAgain => Admission::Repetition(row),
            Meeting::OtherContent => Admission::Rejected(Rejection { row, key: draft.key, code: Code::RepeatedKey }),
        }
    }

    fn batch<E: Entity>(
        &mut self,
        source: &Source,
        batch: Vec<Candidate<E>>,
        tally: &mut Tally,
        counts: &mut Counts,
    ) -> Result<(), ImportError> {
        if batch.is_empty() {
            return Ok(());
        }
        let Ground { db, vault, now, .. } = self.ground;
        let stamp = Stamp { vault, system: &source.system, batch: &self.manifest.batch, now };
        if let Some(kind) = E::REFERS_TO {
            let none = Seen::default();
            let seen = self.seen.get(&key_space(&source.system, kind)).unwrap_or(&none);
            db.transaction_blocking::<_, ImportError, _>(|conn| {
                store::read_only(conn)?;
                Ok(E::relate(conn, &source.system, seen, &batch, tally)?)
            })?;
        }
        let compared = compare(db, stamp, batch)?;
        compared.count(counts);
        if let Mode::Run(lock) = &mut self.mode {
            lock.still_held()?;
            compared.write(db, stamp)?;
        }
        Ok(())
    }
}

/// The catalogue of exams is one for all systems.
fn key_space(system: &str, kind: Kind) -> (String, Kind) {
    (if kind == Kind::Exams { String::new() } else { system.to_owned() }, kind)
}

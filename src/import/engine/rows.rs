//! One source from its first row to its last.

use indicatif::ProgressBar;
use std::collections::BTreeMap;
use std::mem;
use std::ops::ControlFlow;
use std::sync::Arc;

use super::chunk::{Chunk, Target, Writer};
use super::pipeline::pipeline;
use super::{Engine, Mode, Turn};
use crate::db::import::{self as store, batches};
use crate::domain::form::china_date;
use crate::domain::legacy_password::Scheme;
use crate::import::ImportError;
use crate::import::entity::{Candidate, Entity, Stamp};
use crate::import::finding::{Code, Tally};
use crate::import::kind::Kind;
use crate::import::rejected::RejectedList;
use crate::import::report::Counts;
use crate::import::source::{Item, Items, Rejection};
use crate::import::survey::{Marks, Meeting, Place};
use crate::import::transform::{Combination, Context};

/// A chunk is handed on when it has this many rows or bytes.
const CHUNK_ROWS: usize = 4000;
const CHUNK_BYTES: usize = 4 * 1024 * 1024;
/// Hashing a clear-text password takes 20 ms: an interrupted run should not lose minutes of it.
const CHUNK_OF_CLEAR_TEXT: usize = 100;

/// What becomes of a row before the database is asked.
enum Admission<E: Entity> {
    Candidate(Candidate<E>),
    /// Stood before in these files, exactly so.
    Repetition(u64),
    Rejected(Rejection),
}

/// Reads one source and admits its rows.
struct Reader<'e, 'a> {
    turn: Turn<'a>,
    cx: Context<'e>,
    marks: &'e mut Marks,
    offered: &'e mut BTreeMap<String, Combination>,
    list: Option<&'e mut RejectedList>,
    tally: &'e mut Tally,
    progress: &'e ProgressBar,
    counts: Counts,
    /// Rows through this one were settled by an earlier run, which was interrupted.
    settled: u64,
}

impl<'a> Engine<'a> {
    /// Reads a source to its end; `(turn, digest)` says which, and what it holds.
    pub(super) fn rows<E: Entity>(
        &mut self,
        (turn, digest): (Turn<'a>, Vec<u8>),
        items: impl Items<Input = E::Input>,
        marks: &mut Marks,
        tally: &mut Tally,
    ) -> Result<Counts, ImportError> {
        let ground = self.ground;
        let catalogue = Arc::clone(&self.catalogue);
        let password = turn.source.password.as_ref().and_then(|password| password.as_ref().ok());
        let password = password.map(|spec| (*spec, spec.stored()));
        let cx = Context { vault: ground.vault, catalogue: &catalogue, password, today: china_date(ground.now) };
        let batch = self.manifest.batch.as_str();
        let stamp = Stamp { vault: ground.vault, system: &turn.source.system, batch, now: ground.now };
        let place = i32::try_from(turn.at).unwrap_or(i32::MAX);
        let (empty, progress) = ground.db.transaction_blocking::<_, ImportError, _>(|conn| {
            store::read_only(conn)?;
            Ok((E::is_empty(conn, stamp.system)?, batches::progress(conn, batch, place, &digest)?))
        })?;
        let target = Target { ground, stamp, empty };
        // A check foresees how an interrupted run goes on; whoever verifies trusts nothing that was settled before.
        let settled = if matches!(self.mode, Mode::Verify(_)) { 0 } else { progress.rows_done.unsigned_abs() };
        let (list, offered, bar) = (self.list.as_mut(), &mut self.offered, self.options.progress);
        let mut reader =
            Reader { turn, cx, marks, offered, list, tally, progress: bar, counts: Counts::default(), settled };
        let mut late = Tally::default();
        let found = match &mut self.mode {
            Mode::Check => {
                let mut found = Counts::settled(&progress);
                let settle = |compared: super::chunk::Compared<E>| {
                    found.add(compared.counts());
                    late.absorb(compared.notes);
                    Ok(())
                };
                pipeline(|push| reader.read::<E>(items, push), |chunk| target.compare::<E>(chunk), settle)?;
                found
            }
            Mode::Verify(verifier) => {
                let mut found = Counts::default();
                let settle = |examined| {
                    found.add(verifier.settle(turn, examined, &mut late)?);
                    Ok(())
                };
                pipeline(|push| reader.read::<E>(items, push), |chunk| target.examine::<E>(chunk), settle)?;
                found
            }
            Mode::Run(lock) => {
                let mut writer = Writer { target, turn, lock, progress };
                let settle = |sealed| writer.write::<E>(sealed, &mut late);
                pipeline(|push| reader.read::<E>(items, push), |chunk| target.seal::<E>(chunk), settle)?;
                writer.counts()
            }
        };
        let mut counts = reader.counts;
        counts.add(found);
        tally.absorb(late);
        Ok(counts)
    }
}

impl Reader<'_, '_> {
    fn read<E: Entity>(
        &mut self,
        mut items: impl Items<Input = E::Input>,
        push: &mut dyn FnMut(Chunk<E>) -> ControlFlow<()>,
    ) -> Result<(), ImportError> {
        let clear_text = self.cx.password.as_ref().is_some_and(|(spec, _)| spec.scheme == Scheme::Plain);
        let rows = if clear_text { CHUNK_OF_CLEAR_TEXT } else { CHUNK_ROWS };
        let (mut candidates, mut settled, mut bytes) = (Vec::new(), Vec::new(), 0);
        let file = &self.turn.source.file;
        while let Some(item) = items.next().map_err(|error| ImportError::Read { file: file.clone(), error })? {
            self.counts.read += 1;
            if let (Kind::Photos, Item::Row(photo)) = (E::KIND, &item) {
                self.progress.inc(E::measure(photo).1 as u64);
            }
            match self.admit::<E>(item)? {
                // What an earlier run settled is in its counts.
                Admission::Candidate(candidate) if self.counts.read <= self.settled => {
                    settled.extend(Some(candidate).filter(|candidate| candidate.dangling));
                }
                Admission::Candidate(candidate) => {
                    bytes += E::measure(&candidate.input).1;
                    candidates.push(candidate);
                }
                Admission::Repetition(row) => {
                    self.counts.unchanged += 1;
                    self.tally.row(Code::DuplicateRow, row);
                }
                Admission::Rejected(rejection) => {
                    self.counts.rejected += 1;
                    self.tally.row(rejection.code, rejection.row);
                    if let Some(list) = &mut self.list {
                        list.add(file, &rejection)?;
                    }
                }
            }
            if candidates.len() + settled.len() >= rows || bytes >= CHUNK_BYTES {
                let (candidates, settled) = (mem::take(&mut candidates), mem::take(&mut settled));
                bytes = 0;
                if push(Chunk { candidates, settled, through: self.counts.read.max(self.settled) }).is_break() {
                    return Ok(());
                }
            }
        }
        if !settled.is_empty() || self.counts.read > self.settled {
            // Nothing follows that could be spared.
            let _ = push(Chunk { candidates, settled, through: self.counts.read.max(self.settled) });
        }
        Ok(())
    }

    /// What is odd about a row counts only if the row does.
    fn admit<E: Entity>(&mut self, item: Item<E::Input>) -> Result<Admission<E>, ImportError> {
        let input = match item {
            Item::Row(input) => input,
            Item::Rejected(rejection) => return Ok(Admission::Rejected(rejection)),
        };
        let row = E::measure(&input).0;
        let mut notes = Tally::default();
        let draft = match E::read(&input, &self.cx, &mut notes) {
            Ok(draft) => draft,
            Err(code) => return Ok(Admission::Rejected(Rejection { row, key: String::new(), code })),
        };
        let place = Place { source: self.turn.place, row: self.counts.read };
        let known = self.marks.of(place).map_err(ImportError::Scratch)?;
        let meeting = match known.repeated {
            None => Meeting::First,
            Some(group) => {
                let digest = E::digest(self.cx.vault, &input, &draft.content);
                self.marks.meet(group, &digest).map_err(ImportError::Scratch)?
            }
        };
        Ok(match meeting {
            Meeting::First => {
                self.tally.absorb(notes);
                if let Some(combination) = E::offers(&draft.content) {
                    self.offered.insert(draft.key.clone(), combination);
                }
                Admission::Candidate(Candidate { input, draft, dangling: known.dangling })
            }
            Meeting::SameAgain => Admission::Repetition(row),
            Meeting::OtherContent => Admission::Rejected(Rejection { row, key: draft.key, code: Code::RepeatedKey }),
        })
    }
}

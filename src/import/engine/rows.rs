//! One source from its first row to its last.

use indicatif::ProgressBar;
use std::collections::BTreeMap;
use std::mem;
use std::ops::ControlFlow;
use std::sync::Arc;

use super::chunk::{Chunk, Target, Writer};
use super::pipeline::pipeline;
use super::survey::{Content, Surveyed};
use super::{Engine, Mode, Turn};
use crate::db::import as store;
use crate::db::import::batches::{self, Progress};
use crate::domain::exam::Catalogue;
use crate::domain::form::china_date;
use crate::domain::legacy_password::Scheme;
use crate::import::entity::{Candidate, Entity, Stamp};
use crate::import::error::ImportError;
use crate::import::finding::{Code, Tally};
use crate::import::ground::Ground;
use crate::import::kind::Kind;
use crate::import::manifest::Source;
use crate::import::rejected::RejectedList;
use crate::import::report::Counts;
use crate::import::source::{Item, Items, Rejection};
use crate::import::survey::{Marks, Meeting, Place};
use crate::import::transform::{Combination, Context};

/// The size limits of a chunk, in rows and bytes.
const CHUNK_ROWS: usize = 4000;
const CHUNK_BYTES: usize = 4 * 1024 * 1024;
/// Hashing a clear-text password takes 20 ms: an interrupted run should not lose minutes of work.
const CHUNK_OF_CLEAR_TEXT: usize = 100;

/// The outcome for a row before the database is queried.
enum Admission<E: Entity> {
    Candidate(Candidate<E>),
    /// A duplicate of an earlier row of these files.
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
    /// Rows through this one were settled by an earlier, interrupted run.
    settled: u64,
    surveyed: Surveyed,
}

impl<'a> Engine<'a> {
    /// Processes a source to its end, with the survey's results for it.
    pub(super) fn rows<E: Entity>(
        &mut self,
        (turn, surveyed): (Turn<'a>, Surveyed),
        items: impl Items<Input = E::Input>,
        marks: &mut Marks,
        tally: &mut Tally,
    ) -> Result<Counts, ImportError> {
        let ground = self.ground;
        let catalogue = Arc::clone(&self.catalogue);
        let cx = context(ground, turn.source, &catalogue);
        let (batch, now) = (self.manifest.batch.as_str(), ground.now);
        let stamp = Stamp { vault: ground.vault, system: &turn.source.system, batch, now };
        let (empty, progress) = standing::<E>(ground, stamp, turn, &surveyed)?;
        let target = Target { ground, stamp, empty };
        // A check predicts how an interrupted run continues; a verification trusts nothing that was settled before.
        let settled = if matches!(self.mode, Mode::Verify(_)) { 0 } else { progress.rows_done.unsigned_abs() };
        let (list, offered, bar) = (self.list.as_mut(), &mut self.offered, self.options.progress);
        let mut reader = Reader {
            turn,
            cx,
            marks,
            offered,
            list,
            tally,
            progress: bar,
            counts: Counts::default(),
            settled,
            surveyed,
        };
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
                let done = pipeline(|push| reader.read::<E>(items, push), |chunk| target.seal::<E>(chunk), settle);
                if matches!(done, Err(ImportError::Changed { .. })) {
                    writer.forget()?;
                }
                done?;
                writer.counts()
            }
        };
        let mut counts = reader.counts;
        counts.add(found);
        tally.absorb(late);
        Ok(counts)
    }
}

/// Whether no row of the source's kind and system is stored, and the progress of an unfinished run of it.
fn standing<E: Entity>(
    ground: Ground<'_>,
    stamp: Stamp<'_>,
    turn: Turn<'_>,
    surveyed: &Surveyed,
) -> Result<(bool, Progress), ImportError> {
    let place = i32::try_from(turn.at).unwrap_or(i32::MAX);
    ground.db.transaction_blocking(|conn| {
        store::read_only(conn)?;
        let progress = batches::progress(conn, stamp.batch, place, &surveyed.digest)?;
        Ok((E::is_empty(conn, stamp.system)?, progress))
    })
}

/// The context in which every row of a source is read.
fn context<'c>(ground: Ground<'c>, source: &Source, catalogue: &'c Catalogue) -> Context<'c> {
    let password = source.password.as_ref().and_then(|password| password.as_ref().ok());
    let password = password.map(|spec| (*spec, spec.stored()));
    Context { vault: ground.vault, catalogue, password, today: china_date(ground.now) }
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
        let (file, mut content) = (&self.turn.source.file, Content::default());
        while let Some(item) = items.next().map_err(|error| ImportError::Read { file: file.clone(), error })? {
            self.counts.read += 1;
            if let (Kind::Photos, Item::Row(photo)) = (E::KIND, &item) {
                self.progress.inc(E::measure(photo).1 as u64);
            }
            match &item {
                Item::Row(input) => E::feed_again(input, &mut |bytes| content.feed(bytes)),
                Item::Rejected(rejection) => content.rejected(rejection.code),
            }
            match self.admit::<E>(item)? {
                // The counts of an earlier run include what it settled.
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
        // Checked before the last chunk, with which the source would count as settled.
        if E::KIND != Kind::Photos && content.finish() != self.surveyed.content {
            return Err(ImportError::Changed { file: file.clone() });
        }
        if !settled.is_empty() || self.counts.read > self.settled {
            // The last chunk: a failure ends the loop anyway.
            let _ = push(Chunk { candidates, settled, through: self.counts.read.max(self.settled) });
        }
        Ok(())
    }

    /// Findings about a row count only if the row is accepted.
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

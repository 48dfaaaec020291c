//! Reading one source in chunks.

use indicatif::ProgressBar;
use std::collections::BTreeMap;
use std::mem;
use std::ops::ControlFlow;

use crate::domain::legacy_password::Scheme;
use crate::import::engine::Turn;
use crate::import::engine::chunk::Chunk;
use crate::import::engine::survey::{Content, Surveyed};
use crate::import::entity::{Candidate, Entity};
use crate::import::error::ImportError;
use crate::import::finding::{Code, Tally};
use crate::import::kind::Kind;
use crate::import::rejected::RejectedList;
use crate::import::report::Counts;
use crate::import::source::{Item, Items, Rejection};
use crate::import::survey::Marks;
use crate::import::transform::{Combination, Context};

/// The size limits of a chunk, in rows and bytes.
const CHUNK_ROWS: usize = 4000;
const CHUNK_BYTES: usize = 4 * 1024 * 1024;
/// Hashing a clear-text password takes 20 ms: an interrupted run should not lose minutes of work.
const CHUNK_OF_CLEAR_TEXT: usize = 100;

/// The outcome for a row before the database is queried.
pub(super) enum Admission<E: Entity> {
    Candidate(Candidate<E>),
    /// A duplicate of an earlier row of these files.
    Repetition(u64),
    Rejected(Rejection),
}

/// Reads one source and admits its rows.
pub(super) struct Reader<'e, 'a> {
    pub(super) turn: Turn<'a>,
    pub(super) cx: Context<'e>,
    pub(super) marks: &'e mut Marks,
    pub(super) offered: &'e mut BTreeMap<String, Combination>,
    pub(super) list: Option<&'e mut RejectedList>,
    pub(super) tally: &'e mut Tally,
    pub(super) progress: &'e ProgressBar,
    pub(super) counts: Counts,
    /// Rows through this one were settled by an earlier, interrupted run.
    pub(super) settled: u64,
    pub(super) surveyed: Surveyed,
}

impl Reader<'_, '_> {
    pub(super) fn read<E: Entity>(
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
}

//! The pipeline: open every source, survey all of them, process them kind by kind, report.

mod catalogue;
mod chunk;
mod ends;
mod examine;
mod pipeline;
mod process;
mod rows;
mod survey;

use std::collections::BTreeMap;
use std::sync::Arc;

pub(super) use examine::Verifier;

use super::error::ImportError;
use super::finding::{Code, Tally};
use super::ground::{Ground, Options, Outcome};
use super::lock::ImportLock;
use super::manifest::Manifest;
use super::rejected::RejectedList;
use super::report::{Counts, Report, Shape, SourceReport};
use super::source::{Input, open_all};
use super::transform::Combination;
use crate::db::import as store;
use crate::domain::exam::Catalogue;
use process::{Sources, Turn};

pub(super) enum Mode {
    Check,
    Run(ImportLock),
    Verify(Box<Verifier>),
}

pub(super) struct Engine<'a> {
    ground: Ground<'a>,
    manifest: &'a Manifest,
    options: Options<'a>,
    mode: Mode,
    list: Option<RejectedList>,
    /// Every combination of exams, stored ones and this run's, by its key.
    offered: BTreeMap<String, Combination>,
    catalogue: Arc<Catalogue>,
}

impl<'a> Engine<'a> {
    pub(super) fn new(
        ground: Ground<'a>,
        manifest: &'a Manifest,
        options: Options<'a>,
        mode: Mode,
    ) -> Result<Self, ImportError> {
        let stored = ground.db.transaction_blocking::<_, ImportError, _>(|conn| {
            store::read_only(conn)?;
            Ok(store::all_combinations(conn)?)
        })?;
        let offered = stored.into_iter().map(Combination::from).map(|one| (one.key(), one)).collect();
        Ok(Self { ground, manifest, options, mode, list: None, offered, catalogue: Arc::default() })
    }

    /// Opens every source first: a run begins only when all of them can be read.
    pub(super) fn go(&mut self) -> Result<Outcome, ImportError> {
        let sources = &self.manifest.sources;
        let mut tallies: Vec<Tally> = vec![Tally::default(); sources.len()];
        let mut inputs = open_all(sources, &mut tallies);
        let shapes: Vec<_> = inputs.iter().map(Input::shape).collect();
        let mut refused: Vec<Code> = tallies.iter().flat_map(|tally| tally.refused(self.options.accept)).collect();
        refused.sort_unstable();
        refused.dedup();
        let mut counts = vec![Counts::default(); sources.len()];
        let mut rejected_list = None;
        if refused.is_empty() || !self.is_running() {
            let turns = self.turns(&tallies);
            if let Mode::Verify(verifier) = &mut self.mode {
                verifier.expect(&turns);
            }
            let (marks, found) = self.survey(&turns, &mut inputs)?;
            self.begin()?;
            self.process(&turns, Sources { inputs, marks, found }, &mut counts, &mut tallies)?;
            self.look_for_extras()?;
            rejected_list = self.end(&counts, &self.report(&shapes, &counts, &tallies))?;
        }
        Ok(Outcome { report: self.report(&shapes, &counts, &tallies), refused, rejected_list })
    }

    fn report(&self, shapes: &[Option<Shape>], counts: &[Counts], tallies: &[Tally]) -> Report {
        let sources = self.manifest.sources.iter().zip(shapes).zip(counts).zip(tallies);
        let report = |(((source, shape), counts), tally): (((_, &Option<Shape>), &Counts), _)| {
            SourceReport::new(source, shape.clone(), *counts, tally)
        };
        Report { batch: self.manifest.batch.clone(), sources: sources.map(report).collect() }
    }

    /// The result of a verification, taken from a finished engine.
    pub(super) fn verified(self) -> Option<Box<Verifier>> {
        if let Mode::Verify(verifier) = self.mode { Some(verifier) } else { None }
    }

    fn is_running(&self) -> bool {
        matches!(self.mode, Mode::Run(_))
    }
}

//! The pipeline: open every source, survey all of them, process them kind by kind, report.

mod catalogue;
mod chunk;
mod examine;
mod pipeline;
mod rows;
mod survey;

use std::collections::BTreeMap;
use std::mem;
use std::path::PathBuf;
use std::sync::Arc;

pub(super) use examine::Verifier;

use super::entity::{Accounts, Applications, Certificates, Exams, Photos};
use super::error::ImportError;
use super::finding::{Code, Tally};
use super::ground::{Ground, Options, Outcome};
use super::kind::Kind;
use super::lock::ImportLock;
use super::manifest::{Manifest, Source};
use super::rejected::RejectedList;
use super::report::{Counts, Report, Shape, SourceReport};
use super::source::{Input, open_all};
use super::survey::Marks;
use super::transform::Combination;
use crate::app::audit::{self, About, Actor, Entry, Event, SourceCounts};
use crate::app::tx::Tx;
use crate::db::import::{self as store, batches};
use crate::db::import_batches;
use crate::domain::exam::Catalogue;
use survey::Surveyed;

/// Whether anything is written.
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

/// A source in its place of the processing order.
#[derive(Clone, Copy)]
struct Turn<'a> {
    source: &'a Source,
    /// Index in the manifest's sources.
    at: usize,
    /// Position in the processing order.
    place: u16,
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
            self.work_off(&turns, Sources { inputs, marks, found }, &mut counts, &mut tallies)?;
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

    /// The processing order. A check skips a file that a run would refuse: findings about its rows would be wrong.
    fn turns(&self, tallies: &[Tally]) -> Vec<Turn<'a>> {
        let sources = self.manifest.sources.iter().enumerate();
        let mut usable: Vec<(usize, &Source)> =
            sources.filter(|(at, _)| tallies[*at].refused(self.options.accept).next().is_none()).collect();
        usable.sort_by_key(|(_, source)| source.kind);
        (0..).zip(usable).map(|(place, (at, source))| Turn { source, at, place }).collect()
    }

    fn work_off(
        &mut self,
        turns: &[Turn<'a>],
        mut sources: Sources,
        counts: &mut [Counts],
        tallies: &mut [Tally],
    ) -> Result<(), ImportError> {
        for kind in Kind::ALL {
            for turn in turns.iter().filter(|turn| turn.source.kind == kind) {
                counts[turn.at] = self.source(*turn, &mut sources, &mut tallies[turn.at])?;
            }
            if kind == Kind::Exams {
                self.settle_catalogue()?;
            }
        }
        Ok(())
    }

    fn source(&mut self, turn: Turn<'a>, sources: &mut Sources, tally: &mut Tally) -> Result<Counts, ImportError> {
        let progress = self.options.progress;
        let doing = match self.mode {
            Mode::Check => "检查",
            Mode::Run(_) => "导入",
            Mode::Verify(_) => "核对",
        };
        progress.set_message(format!("{doing} {}", turn.source.file));
        let read = |error| ImportError::Read { file: turn.source.file.clone(), error };
        let Sources { inputs, marks, found } = sources;
        let surveyed = mem::take(&mut found[usize::from(turn.place)]);
        match &mut inputs[turn.at] {
            Input::Nothing => Ok(Counts::default()),
            Input::Folder(folder) => self.rows::<Photos>((turn, surveyed), folder.rows(), marks, tally),
            Input::Table(table) => {
                let rows = table.rows(progress).map_err(read)?;
                match turn.source.kind {
                    Kind::Exams => self.rows::<Exams>((turn, surveyed), rows, marks, tally),
                    Kind::Accounts => self.rows::<Accounts>((turn, surveyed), rows, marks, tally),
                    Kind::Certificates => self.rows::<Certificates>((turn, surveyed), rows, marks, tally),
                    Kind::Applications => self.rows::<Applications>((turn, surveyed), rows, marks, tally),
                    Kind::Photos => unreachable!("photos are opened as folders"),
                }
            }
        }
    }

    /// A run writes the list of rejected rows; a check writes it only on request.
    fn begin(&mut self) -> Result<(), ImportError> {
        let beside = self.is_running().then_some(self.manifest.folder.as_path());
        let lists = !matches!(self.mode, Mode::Verify(_));
        if let Some(folder) = self.options.list_folder.or(beside).filter(|_| lists) {
            self.list = Some(RejectedList::create(folder, &self.manifest.batch)?);
        }
        if self.is_running() {
            let (batch, now) = (&self.manifest.batch, self.ground.now);
            self.ground.db.transaction_blocking(|conn| Ok::<_, ImportError>(batches::start(conn, batch, now)?))?;
        }
        Ok(())
    }

    fn end(&mut self, counts: &[Counts], report: &Report) -> Result<Option<PathBuf>, ImportError> {
        if self.is_running() {
            let (batch, Ground { db, vault, now, .. }) = (&self.manifest.batch, self.ground);
            let event = imported(self.manifest, counts);
            let entry = Entry { event, actor: Actor::Import, about: About::default() };
            db.transaction_blocking(|conn| {
                store::analyze(conn)?;
                batches::finish(conn, batch, now)?;
                import_batches::store_report(conn, batch, &serde_json::json!(report))?;
                Ok::<_, ImportError>(audit::record(&mut Tx { conn, vault, now }, &[entry])?)
            })?;
        }
        Ok(self.list.take().map(RejectedList::finish).transpose()?)
    }
}

/// The sources after the survey.
struct Sources {
    /// In the manifest's order.
    inputs: Vec<Input>,
    marks: Marks,
    /// In processing order.
    found: Vec<Surveyed>,
}

fn imported(manifest: &Manifest, counts: &[Counts]) -> Event {
    let sources = manifest.sources.iter().zip(counts).map(|(source, counts)| SourceCounts {
        system: source.system.clone(),
        kind: source.kind.as_str(),
        read: counts.read,
        inserted: counts.inserted,
        updated: counts.updated,
        unchanged: counts.unchanged,
        rejected: counts.rejected,
    });
    Event::Imported { batch: manifest.batch.clone(), sources: sources.collect() }
}

//! The pipeline: open every source, work them off kind by kind, report.

mod catalogue;
mod rows;

use std::collections::BTreeMap;
use std::mem;
use std::path::PathBuf;
use std::sync::Arc;

use super::entity::{Accounts, Applications, Certificates, Exams, Photos};
use super::finding::{Code, Tally};
use super::kind::Kind;
use super::lock::ImportLock;
use super::manifest::{Manifest, Source};
use super::rejected::RejectedList;
use super::report::{Counts, Report, SourceReport};
use super::seen::Seen;
use super::source::{Input, open_all};
use super::transform::Combination;
use super::{Ground, ImportError, Options, Outcome};
use crate::app::audit::{self, About, Actor, Entry, Event, SourceCounts};
use crate::db::import as store;
use crate::domain::exam::Catalogue;

/// Whether anything is written.
pub(super) enum Mode {
    Check,
    Run(ImportLock),
}

pub(super) struct Engine<'a> {
    ground: Ground<'a>,
    manifest: &'a Manifest,
    options: Options<'a>,
    mode: Mode,
    list: Option<RejectedList>,
    /// Keys met, by system and kind.
    seen: BTreeMap<(String, Kind), Seen>,
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
        let (seen, catalogue) = (BTreeMap::new(), Arc::default());
        Ok(Self { ground, manifest, options, mode, list: None, seen, offered, catalogue })
    }

    /// Opens every source first: a run begins when all of them can be read.
    pub(super) fn go(mut self) -> Result<Outcome, ImportError> {
        let sources = &self.manifest.sources;
        let mut tallies: Vec<Tally> = vec![Tally::default(); sources.len()];
        let mut opened = open_all(sources, &mut tallies);
        let mut refused: Vec<Code> = tallies.iter().flat_map(|tally| tally.refused(self.options.accept)).collect();
        refused.sort_unstable();
        refused.dedup();
        let mut counts = vec![Counts::default(); sources.len()];
        let mut rejected_list = None;
        if refused.is_empty() || !self.is_running() {
            self.begin()?;
            self.work_off(&mut opened, &mut counts, &mut tallies)?;
            rejected_list = self.end(&counts)?;
        }
        let reports = sources.iter().zip(counts).zip(&tallies);
        let sources = reports.map(|((source, counts), tally)| SourceReport::new(source, counts, tally)).collect();
        Ok(Outcome { report: Report { batch: self.manifest.batch.clone(), sources }, refused, rejected_list })
    }

    fn is_running(&self) -> bool {
        matches!(self.mode, Mode::Run(_))
    }

    fn work_off(
        &mut self,
        opened: &mut [Input],
        counts: &mut [Counts],
        tallies: &mut [Tally],
    ) -> Result<(), ImportError> {
        let sources = &self.manifest.sources;
        for kind in Kind::ALL {
            for at in (0..sources.len()).filter(|at| sources[*at].kind == kind) {
                // A check passes over a file that a run would refuse: it could only say wrong things of its rows.
                if tallies[at].refused(self.options.accept).next().is_none() {
                    let input = mem::replace(&mut opened[at], Input::Nothing);
                    counts[at] = self.source(&sources[at], input, &mut tallies[at])?;
                }
            }
            if kind == Kind::Exams {
                self.settle_catalogue()?;
            }
        }
        Ok(())
    }

    fn source(&mut self, source: &Source, input: Input, tally: &mut Tally) -> Result<Counts, ImportError> {
        match input {
            Input::Nothing => Ok(Counts::default()),
            Input::Folder(folder) => self.rows::<Photos>(source, folder.rows(), tally),
            Input::Table(mut table) => {
                self.options.progress.inc_length(table.size());
                let read = |error| ImportError::Read { file: source.file.clone(), error };
                let rows = table.rows(self.options.progress).map_err(read)?;
                match source.kind {
                    Kind::Exams => self.rows::<Exams>(source, rows, tally),
                    Kind::Accounts => self.rows::<Accounts>(source, rows, tally),
                    Kind::Certificates => self.rows::<Certificates>(source, rows, tally),
                    Kind::Applications => self.rows::<Applications>(source, rows, tally),
                    Kind::Photos => unreachable!("photos are opened as folders"),
                }
            }
        }
    }

    /// The list of rejected rows belongs to a run; a check writes it only where it is told to.
    fn begin(&mut self) -> Result<(), ImportError> {
        let beside = self.is_running().then_some(self.manifest.folder.as_path());
        if let Some(folder) = self.options.list_folder.or(beside) {
            self.list = Some(RejectedList::create(folder, &self.manifest.batch)?);
        }
        if self.is_running() {
            let (batch, now) = (&self.manifest.batch, self.ground.now);
            self.ground.db.transaction_blocking(|conn| Ok::<_, ImportError>(store::start_batch(conn, batch, now)?))?;
        }
        Ok(())
    }

    fn end(&mut self, counts: &[Counts]) -> Result<Option<PathBuf>, ImportError> {
        if self.is_running() {
            let (batch, Ground { db, vault, now, .. }) = (&self.manifest.batch, self.ground);
            let event = imported(self.manifest, counts);
            let entry = Entry { event, actor: Actor::Import, about: About::default() };
            db.transaction_blocking(|conn| {
                store::analyze(conn)?;
                store::finish_batch(conn, batch, now)?;
                Ok::<_, ImportError>(audit::record(conn, vault, now, &[entry])?)
            })?;
        }
        Ok(self.list.take().map(RejectedList::finish).transpose()?)
    }
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

//! The beginning and the end of a run: its batch, its lists, its record in the audit log.

use std::path::PathBuf;

use super::{Engine, Mode};
use crate::app::audit::{self, About, Actor, Entry, Event, SourceCounts};
use crate::app::tx::Tx;
use crate::db::import::{self as store, batches};
use crate::db::import_batches;
use crate::import::error::ImportError;
use crate::import::ground::Ground;
use crate::import::manifest::Manifest;
use crate::import::rejected::RejectedList;
use crate::import::report::{Counts, Report};

impl Engine<'_> {
    /// A run writes the list of rejected rows; a check writes it only on request.
    pub(super) fn begin(&mut self) -> Result<(), ImportError> {
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

    pub(super) fn end(&mut self, counts: &[Counts], report: &Report) -> Result<Option<PathBuf>, ImportError> {
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

//! One source from its first row to its last.

mod admit;
mod reader;

use std::sync::Arc;

use super::chunk::{Target, Writer};
use super::pipeline::pipeline;
use super::process::SurveyedTurn;
use super::survey::Surveyed;
use super::{Engine, Mode, Turn};
use crate::db::import as store;
use crate::db::import::batches::{self, Progress};
use crate::domain::china::china_date;
use crate::domain::exam::Catalogue;
use crate::import::entity::{Entity, Stamp};
use crate::import::error::ImportError;
use crate::import::finding::Tally;
use crate::import::ground::Ground;
use crate::import::manifest::Source;
use crate::import::report::Counts;
use crate::import::source::Items;
use crate::import::survey::Marks;
use crate::import::transform::Context;
use reader::Reader;

impl<'a> Engine<'a> {
    /// Processes a source to its end, with the survey's results for it.
    pub(super) fn rows<E: Entity>(
        &mut self,
        source: SurveyedTurn<'a>,
        items: impl Items<Input = E::Input>,
        marks: &mut Marks,
        tally: &mut Tally,
    ) -> Result<Counts, ImportError> {
        let SurveyedTurn { turn, surveyed } = source;
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

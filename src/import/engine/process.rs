//! The sources in processing order, one after another.

use std::mem;

use super::survey::Surveyed;
use super::{Engine, Mode};
use crate::import::entity::{Accounts, Applications, Certificates, Exams, Photos};
use crate::import::error::ImportError;
use crate::import::finding::Tally;
use crate::import::kind::Kind;
use crate::import::manifest::Source;
use crate::import::report::Counts;
use crate::import::source::Input;
use crate::import::survey::Marks;

/// A source in its place of the processing order.
#[derive(Clone, Copy)]
pub(super) struct Turn<'a> {
    pub(super) source: &'a Source,
    /// Index in the manifest's sources.
    pub(super) at: usize,
    /// Position in the processing order.
    pub(super) place: u16,
}

/// A source in its turn, with the survey's results for it.
pub(super) struct SurveyedTurn<'a> {
    pub(super) turn: Turn<'a>,
    pub(super) surveyed: Surveyed,
}

impl<'a> Engine<'a> {
    /// The processing order. A check skips a file that a run would refuse: findings about its rows would be wrong.
    pub(super) fn turns(&self, tallies: &[Tally]) -> Vec<Turn<'a>> {
        let sources = self.manifest.sources.iter().enumerate();
        let mut usable: Vec<(usize, &Source)> =
            sources.filter(|(at, _)| tallies[*at].refused(self.options.accept).next().is_none()).collect();
        usable.sort_by_key(|(_, source)| source.kind);
        (0..).zip(usable).map(|(place, (at, source))| Turn { source, at, place }).collect()
    }

    pub(super) fn process(
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

    pub(super) fn source(
        &mut self,
        turn: Turn<'a>,
        sources: &mut Sources,
        tally: &mut Tally,
    ) -> Result<Counts, ImportError> {
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
            Input::Folder(folder) => self.rows::<Photos>(SurveyedTurn { turn, surveyed }, folder.rows(), marks, tally),
            Input::Table(table) => {
                let rows = table.rows(progress).map_err(read)?;
                match turn.source.kind {
                    Kind::Exams => self.rows::<Exams>(SurveyedTurn { turn, surveyed }, rows, marks, tally),
                    Kind::Accounts => self.rows::<Accounts>(SurveyedTurn { turn, surveyed }, rows, marks, tally),
                    Kind::Certificates => {
                        self.rows::<Certificates>(SurveyedTurn { turn, surveyed }, rows, marks, tally)
                    }
                    Kind::Applications => {
                        self.rows::<Applications>(SurveyedTurn { turn, surveyed }, rows, marks, tally)
                    }
                    Kind::Photos => unreachable!("photos are opened as folders"),
                }
            }
        }
    }
}

pub(super) struct Sources {
    /// In the manifest's order.
    pub(super) inputs: Vec<Input>,
    pub(super) marks: Marks,
    /// In processing order.
    pub(super) found: Vec<Surveyed>,
}

//! The first pass: reads every source once for its keys, and for a digest that identifies its content.

mod content;
mod spaces;

use super::{Engine, Turn};
use crate::domain::china::china_date;
use crate::import::entity::{Accounts, Applications, Certificates, Entity, Exams, Photos};
use crate::import::error::ImportError;
use crate::import::kind::Kind;
use crate::import::source::{Input, Item, Items};
use crate::import::survey::{Marks, Place, Survey};
use crate::vault::LookUp;
pub(super) use content::Content;
use spaces::Spaces;

#[derive(Clone, Default)]
pub(super) struct Surveyed {
    /// A digest of its rows: the second reading must produce an equal one.
    pub content: String,
    /// A keyed digest of its rows and of how they are read: a later run with an equal digest may resume.
    pub digest: Vec<u8>,
}

impl Engine<'_> {
    /// Surveys the keys of all files, and makes a digest of each source.
    pub(super) fn survey(
        &self,
        turns: &[Turn<'_>],
        inputs: &mut [Input],
    ) -> Result<(Marks, Vec<Surveyed>), ImportError> {
        let (mut survey, mut spaces, mut found) = (Survey::new(), Spaces::default(), Vec::new());
        let progress = self.options.progress;
        let size = |turn: &Turn<'_>| if let Input::Table(table) = &inputs[turn.at] { table.size() } else { 0 };
        // Every source is read twice.
        progress.inc_length(2 * turns.iter().map(size).sum::<u64>());
        for turn in turns {
            progress.set_message(format!("通读 {}", turn.source.file));
            let read = |error| ImportError::Read { file: turn.source.file.clone(), error };
            let mut how = vec![format!("{:?}", turn.source)];
            let content = match &mut inputs[turn.at] {
                Input::Nothing => Ok(String::new()),
                Input::Folder(folder) => self.look::<Photos>(*turn, folder.keys(), &mut survey, &mut spaces),
                Input::Table(table) => {
                    how.push(table.layout().headers.join("\0"));
                    let rows = table.rows(progress).map_err(read)?;
                    let (survey, spaces) = (&mut survey, &mut spaces);
                    match turn.source.kind {
                        Kind::Exams => self.look::<Exams>(*turn, rows, survey, spaces),
                        Kind::Accounts => self.look::<Accounts>(*turn, rows, survey, spaces),
                        Kind::Certificates => self.look::<Certificates>(*turn, rows, survey, spaces),
                        Kind::Applications => self.look::<Applications>(*turn, rows, survey, spaces),
                        Kind::Photos => unreachable!("photos are opened as folders"),
                    }
                }
            };
            let content = content?;
            let how: Vec<&str> =
                ["source"].into_iter().chain(how.iter().map(String::as_str)).chain([content.as_str()]).collect();
            let digest = self.ground.vault.look_up(LookUp::Content, &how);
            found.push(Surveyed { content, digest });
        }
        Ok((survey.finish().map_err(ImportError::Scratch)?, found))
    }

    /// Reads one source; the digest tells whether a later run reads equal rows.
    fn look<E: Entity>(
        &self,
        turn: Turn<'_>,
        mut items: impl Items<Input = E::Outline>,
        survey: &mut Survey,
        spaces: &mut Spaces,
    ) -> Result<String, ImportError> {
        let today = china_date(self.ground.now);
        let space = spaces.of(&turn.source.system, E::KIND);
        let refers_to = E::REFERS_TO.map(|(kind, _)| spaces.of(&turn.source.system, kind));
        let (mut content, mut row) = (Content::default(), 0_u64);
        let read = |error| ImportError::Read { file: turn.source.file.clone(), error };
        while let Some(item) = items.next().map_err(read)? {
            row += 1;
            let place = Place { source: turn.place, row };
            match item {
                Item::Rejected(rejection) => content.rejected(rejection.code),
                Item::Row(outline) => {
                    E::feed(&outline, &mut |bytes| content.feed(bytes));
                    self.options.progress.inc_length(E::weight(&outline));
                    // An invalid key is reported when the row is processed.
                    if let Ok(key) = E::key(&outline, today) {
                        survey.key(space, &key, place).map_err(ImportError::Scratch)?;
                        if let Some((space, key)) = refers_to.zip(E::points_to(&outline)) {
                            survey.reference(space, &key, place).map_err(ImportError::Scratch)?;
                        }
                    }
                }
            }
        }
        Ok(content.finish())
    }
}

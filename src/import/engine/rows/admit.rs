//! Whether a row becomes a candidate, before the database is queried.

use super::reader::{Admission, Reader};
use crate::import::entity::{Candidate, Entity};
use crate::import::error::ImportError;
use crate::import::finding::{Code, Tally};
use crate::import::source::{Item, Rejection};
use crate::import::survey::{Meeting, Place};

impl Reader<'_, '_> {
    /// Findings about a row count only if the row is accepted.
    pub(super) fn admit<E: Entity>(&mut self, item: Item<E::Input>) -> Result<Admission<E>, ImportError> {
        let input = match item {
            Item::Row(input) => input,
            Item::Rejected(rejection) => return Ok(Admission::Rejected(rejection)),
        };
        let row = E::measure(&input).0;
        let mut notes = Tally::default();
        let keyed = match E::read(&input, &self.cx, &mut notes) {
            Ok(keyed) => keyed,
            Err(code) => return Ok(Admission::Rejected(Rejection { row, key: String::new(), code })),
        };
        let place = Place { source: self.turn.place, row: self.counts.read };
        let known = self.marks.of(place).map_err(ImportError::Scratch)?;
        let meeting = match known.repeated {
            None => Meeting::First,
            Some(group) => {
                let digest = E::digest(self.cx.vault, &input, &keyed.content);
                self.marks.meet(group, &digest).map_err(ImportError::Scratch)?
            }
        };
        Ok(match meeting {
            Meeting::First => {
                self.tally.absorb(notes);
                if let Some(combination) = E::offers(&keyed.content) {
                    self.offered.insert(keyed.key.clone(), combination);
                }
                Admission::Candidate(Candidate { input, keyed, dangling: known.dangling })
            }
            Meeting::SameAgain => Admission::Repetition(row),
            Meeting::OtherContent => Admission::Rejected(Rejection { row, key: keyed.key, code: Code::RepeatedKey }),
        })
    }
}

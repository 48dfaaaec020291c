//! The numbers of kinds and systems in the survey.

use std::collections::BTreeMap;

use crate::import::kind::Kind;
use crate::import::survey::Space;

/// Kinds of record by system, numbered.
#[derive(Default)]
pub(super) struct Spaces(pub(super) BTreeMap<(String, Kind), Space>);

impl Spaces {
    /// The catalogue of exams is one for all systems.
    pub(super) fn of(&mut self, system: &str, kind: Kind) -> Space {
        let next = Space(u16::try_from(self.0.len()).unwrap_or(u16::MAX));
        let system = if kind == Kind::Exams { "" } else { system };
        *self.0.entry((system.to_owned(), kind)).or_insert(next)
    }
}

//! What a verification collects.

use std::collections::BTreeMap;

use super::extras::BEHIND;
use super::{Examined, Turn};
use crate::import::error::ImportError;
use crate::import::finding::Tally;
use crate::import::kind::Kind;
use crate::import::lock::ImportLock;
use crate::import::report::Counts;
use crate::import::survey::{Place, Space, Survey};
use crate::import::verify::{Details, Differences, Spot};

/// Collects the results of an examination.
pub(in crate::import) struct Verifier {
    /// In the manifest's order.
    pub(in crate::import) details: Vec<Details>,
    pub(in crate::import) list: Differences,
    /// Keys of the sources that this batch stored.
    pub(super) own: Survey,
    /// The last source of each kind and system, to which stored rows without a source are attributed.
    pub(super) groups: BTreeMap<(Kind, String), usize>,
    /// Held so that no import runs meanwhile.
    _lock: ImportLock,
}

impl Verifier {
    pub(in crate::import) fn new(lock: ImportLock, list: Differences, sources: usize) -> Self {
        let details = vec![Details::default(); sources];
        Self { details, list, own: Survey::new(), groups: BTreeMap::new(), _lock: lock }
    }

    pub(in crate::import::engine) fn settle(
        &mut self,
        turn: Turn<'_>,
        examined: Examined,
        late: &mut Tally,
    ) -> Result<Counts, ImportError> {
        let Examined { counts, notes, columns, passwords, rewritten, faults, own } = examined;
        late.absorb(notes);
        let details = &mut self.details[turn.at];
        details.add(columns, passwords);
        for (batch, rows) in rewritten {
            *details.rewritten.entry(batch).or_default() += rows;
        }
        let (system, kind) = (turn.source.system.as_str(), turn.source.kind);
        for (key, column, fault) in &faults {
            self.list.add(Spot { system, kind, key, column }, *fault)?;
        }
        let space = self.space(turn);
        for key in own {
            self.own.key(space, &key, Place { source: BEHIND, row: 0 }).map_err(ImportError::Scratch)?;
        }
        Ok(counts)
    }

    fn space(&self, turn: Turn<'_>) -> Space {
        let before = self.groups.keys().position(|group| *group == group_of(turn));
        Space(before.and_then(|before| u16::try_from(before).ok()).unwrap_or(BEHIND))
    }

    /// Call before the first row.
    pub(in crate::import::engine) fn expect(&mut self, turns: &[Turn<'_>]) {
        self.groups = turns.iter().map(|turn| (group_of(*turn), turn.at)).collect();
    }
}

/// The catalogue of exams is one for all systems.
fn group_of(turn: Turn<'_>) -> (Kind, String) {
    let kind = turn.source.kind;
    (kind, if kind == Kind::Exams { String::new() } else { turn.source.system.clone() })
}

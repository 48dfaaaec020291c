//! The search for stored rows that no source has.

use super::{Engine, Mode};
use crate::db::import as store;
use crate::import::compare::Fault;
use crate::import::entity::{Accounts, Applications, Certificates, Entity, Exams, Photos};
use crate::import::error::ImportError;
use crate::import::kind::Kind;
use crate::import::survey::{Marks, Place, Space, Survey};
use crate::import::verify::Spot;

/// Stored keys that are read in one page.
const PAGE: i64 = 4000;

/// The place of the sources' keys in the survey: after the stored ones, because they are never looked up.
pub(super) const BEHIND: u16 = u16::MAX;

impl Engine<'_> {
    /// Finds rows that this batch stored and that none of its sources has.
    pub(in crate::import::engine) fn look_for_extras(&mut self) -> Result<(), ImportError> {
        let Mode::Verify(verifier) = &mut self.mode else { return Ok(()) };
        self.options.progress.set_message("查找多出的行");
        let (db, batch) = (self.ground.db, self.manifest.batch.as_str());
        let groups: Vec<(Kind, String, usize)> =
            verifier.groups.iter().map(|((kind, system), at)| (*kind, system.clone(), *at)).collect();
        let mut own = std::mem::replace(&mut verifier.own, Survey::new());
        for (number, (kind, system, _)) in (0..).zip(&groups) {
            each_own(db, *kind, system, batch, |row, key| {
                own.reference(Space(number), key, Place { source: number, row }).map_err(ImportError::Scratch)
            })?;
        }
        let mut marks: Marks = own.finish().map_err(ImportError::Scratch)?;
        for (number, (kind, system, at)) in (0..).zip(groups) {
            each_own(db, kind, &system, batch, |row, key| {
                let known = marks.of(Place { source: number, row }).map_err(ImportError::Scratch)?;
                if known.dangling {
                    verifier.details[at].extra += 1;
                    verifier.list.add(Spot { system: &system, kind, key, column: "" }, Fault::Extra)?;
                }
                Ok(())
            })?;
        }
        Ok(())
    }
}

/// Iterates over the keys of all rows that a batch stored, numbered from 1, in a fixed order.
fn each_own(
    db: &crate::db::Db,
    kind: Kind,
    system: &str,
    batch: &str,
    mut give: impl FnMut(u64, &str) -> Result<(), ImportError>,
) -> Result<(), ImportError> {
    let page = match kind {
        Kind::Exams => Exams::page,
        Kind::Accounts => Accounts::page,
        Kind::Certificates => Certificates::page,
        Kind::Applications => Applications::page,
        Kind::Photos => Photos::page,
    };
    let (mut after, mut row) = (None::<String>, 0);
    loop {
        let keys = db.transaction_blocking::<_, ImportError, _>(|conn| {
            store::read_only(conn)?;
            Ok(page(conn, system, after.as_deref(), PAGE)?)
        })?;
        let Some((last, _)) = keys.last() else { return Ok(()) };
        after = Some(last.clone());
        for (key, _) in keys.iter().filter(|(_, of)| of == batch) {
            row += 1;
            give(row, key)?;
        }
    }
}

//! The catalogue of exams that the other kinds are read with.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Engine;
use crate::db::import as store;
use crate::domain::exam::{Catalogue, Row};
use crate::import::error::ImportError;

impl Engine<'_> {
    /// Builds the catalogue from the stored combinations and those of this run, which a check has not stored; a run gives every exam its
    /// newest name.
    pub(super) fn settle_catalogue(&mut self) -> Result<(), ImportError> {
        // One row for each name of each exam is enough for names.
        let mut names: BTreeMap<(&str, &str), i32> = BTreeMap::new();
        for one in self.offered.values() {
            let year = names.entry((&one.code, &one.name)).or_default();
            *year = one.year.max(*year);
        }
        let rows = names.iter().map(|((code, name), year)| Row {
            code: (*code).to_owned(),
            name: (*name).to_owned(),
            year: year.to_string(),
            ..Row::default()
        });
        self.catalogue = Arc::new(Catalogue::new(rows));
        if self.is_running() {
            let mut newest: BTreeMap<&str, (i32, &str)> = BTreeMap::new();
            for ((code, name), year) in &names {
                let known = newest.entry(code).or_insert((*year, name));
                *known = (*known).max((*year, name));
            }
            self.ground.db.transaction_blocking::<_, ImportError, _>(|conn| {
                for (code, (_, name)) in newest {
                    store::rename_exam(conn, code, name)?;
                }
                Ok(())
            })?;
        }
        Ok(())
    }
}

use chrono::NaiveDate;
use diesel::pg::PgConnection;
use diesel::prelude::*;
use std::collections::BTreeSet;

use super::{Candidate, Entity, Stamp};
use crate::db::DbError;
use crate::db::import::{self as store, Digests, NewCombination};
use crate::import::compare::Sheet;
use crate::import::error::ImportError;
use crate::import::finding::{Code, Tally};
use crate::import::kind::Kind;
use crate::import::source::Row;
use crate::import::transform::{Combination, Context, Keyed};
use crate::vault::Vault;

/// The catalogue is shared by all systems.
#[derive(Debug)]
pub(in crate::import) struct Exams;

impl Entity for Exams {
    const KIND: Kind = Kind::Exams;

    type Input = Row;
    type Outline = Row;
    type Content = Combination;
    type Stored = NewCombination;
    type Changed = NewCombination;

    fn measure(row: &Row) -> (u64, usize) {
        (row.number, row.bytes())
    }

    fn key(row: &Row, today: NaiveDate) -> Result<String, Code> {
        Combination::of(row, today).checked_key()
    }

    fn feed(row: &Row, into: &mut dyn FnMut(&[u8])) {
        row.feed(into);
    }

    fn feed_again(row: &Row, into: &mut dyn FnMut(&[u8])) {
        row.feed(into);
    }

    fn read(row: &Row, cx: &Context<'_>, tally: &mut Tally) -> Result<Keyed<Combination>, Code> {
        Combination::read(row, cx, tally)
    }

    fn digest(vault: &Vault, _row: &Row, combination: &Combination) -> Vec<u8> {
        combination.digest(vault)
    }

    fn digests(conn: &mut PgConnection, stamp: Stamp<'_>, keys: &[&str]) -> QueryResult<Digests> {
        let there = store::combinations_of(conn, &codes(keys))?;
        Ok(there.into_iter().map(Combination::from).map(|one| (one.key(), one.digest(stamp.vault))).collect())
    }

    fn stored(conn: &mut PgConnection, _stamp: Stamp<'_>, keys: &[&str]) -> QueryResult<Vec<NewCombination>> {
        let wanted: BTreeSet<&str> = keys.iter().copied().collect();
        let rows = store::combination_rows(conn, &codes(keys))?;
        Ok(rows.into_iter().filter(|row| wanted.contains(Self::identity(row).0.as_str())).collect())
    }

    fn identity(stored: &NewCombination) -> (String, &str) {
        (Combination::from(stored).key(), &stored.batch)
    }

    fn page(
        conn: &mut PgConnection,
        _system: &str,
        after: Option<&str>,
        _limit: i64,
    ) -> QueryResult<Vec<(String, String)>> {
        // Few enough for one page.
        let rows = if after.is_none() { store::all_combination_rows(conn)? } else { Vec::new() };
        Ok(rows.iter().map(Self::identity).map(|(key, batch)| (key, batch.to_owned())).collect())
    }

    fn compare(sheet: &mut Sheet<'_>, candidate: &Candidate<Self>, _digest: &[u8], stored: Option<&NewCombination>) {
        // The other columns are the key.
        sheet.text("name", &candidate.keyed.content.name, stored.map(|stored| stored.name.as_str()));
    }

    fn is_empty(_conn: &mut PgConnection, _system: &str) -> QueryResult<bool> {
        // Few enough to be queried every time.
        Ok(false)
    }

    fn offers(content: &Combination) -> Option<Combination> {
        Some(content.clone())
    }

    fn seal(stamp: Stamp<'_>, candidate: &Candidate<Self>, _digest: Vec<u8>) -> Result<NewCombination, ImportError> {
        let Combination { code, name, year, level, specialty } = candidate.keyed.content.clone();
        Ok(NewCombination { exam_code: code, name, year, level, specialty, batch: stamp.batch.to_owned() })
    }

    fn write(
        conn: &mut PgConnection,
        stamp: Stamp<'_>,
        new: &[NewCombination],
        changed: &[NewCombination],
    ) -> Result<(), DbError> {
        let exams: Vec<(&str, &str)> = new.iter().map(|one| (one.exam_code.as_str(), one.name.as_str())).collect();
        store::add_exams(conn, &exams)?;
        store::copy_combinations(conn, new)?;
        Ok(store::rename_combinations(conn, changed, stamp.now)?)
    }
}

impl From<store::Combination> for Combination {
    fn from((code, name, year, level, specialty): store::Combination) -> Self {
        Self { code, name, year, level, specialty }
    }
}

impl From<&NewCombination> for Combination {
    fn from(row: &NewCombination) -> Self {
        let NewCombination { exam_code, name, year, level, specialty, .. } = row.clone();
        Self { code: exam_code, name, year, level, specialty }
    }
}

fn codes<'k>(keys: &[&'k str]) -> Vec<&'k str> {
    let codes: BTreeSet<&str> = keys.iter().filter_map(|key| key.split('\u{1f}').next()).collect();
    codes.into_iter().collect()
}

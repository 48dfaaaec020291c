//! The transaction of a rollback.

use diesel::PgConnection;

use super::{Counts, KNOWN, Options, RollbackError};
use crate::app::audit::{self, About, Actor, Entry, Event, UndoneCounts};
use crate::app::tx::Tx;
use crate::db::import::analyze;
use crate::db::import_batches::{self, Batch};
use crate::db::rollback::{self as store, apply, plan};
use crate::db::{DbError, UnknownWord, rollback::SIDES};
use crate::import::ground::Ground;
use crate::import::kept::Writing;
use crate::import::kind::Kind;

pub(super) struct Rolling<'a> {
    pub(super) ground: Ground<'a>,
    pub(super) options: Options<'a>,
}

pub(super) struct Rolled {
    pub(super) batch: Batch,
    pub(super) sources: Vec<Counts>,
    pub(super) list: Writing,
    pub(super) changed: bool,
}

impl Rolling<'_> {
    pub(super) fn go(self, conn: &mut PgConnection) -> Result<Rolled, RollbackError> {
        let Options { batch: name, list_folder, dry_run, progress, .. } = self.options;
        let Some(batch) = import_batches::find(conn, name)? else {
            let known = import_batches::newest(conn, KNOWN)?;
            return Err(RollbackError::Unknown { batch: name.to_owned(), known });
        };
        let mut list = Writing::create(list_folder, name)?;
        progress.set_length(3 * SIDES.len() as u64);
        progress.set_position(0);
        self.plan(conn)?;
        let sources: Vec<Counts> = store::sums(conn)?.into_iter().map(counts).collect::<Result<_, _>>()?;
        store::each_kept(conn, |row| Ok::<_, RollbackError>(list.add(&row)?))?;
        list.settle()?;
        let changed = sources.iter().any(|source| source.removed + source.restored > 0);
        let again = batch.rolled_back_at.is_some() && !changed;
        if !dry_run && !again {
            self.apply(conn, &sources)?;
        }
        Ok(Rolled { batch, sources, list, changed })
    }

    fn plan(&self, conn: &mut PgConnection) -> Result<(), RollbackError> {
        let Options { batch, dry_run, progress, .. } = self.options;
        plan::begin(conn)?;
        if !dry_run {
            plan::keep_jobs(conn)?;
        }
        plan::find_formers(conn, batch)?;
        for side in &SIDES {
            plan::find_rows(conn, batch, side, !dry_run)?;
            progress.inc(1);
        }
        plan::find_later(conn, batch)?;
        Ok(plan::find_reasons(conn)?)
    }

    fn apply(&self, conn: &mut PgConnection, sources: &[Counts]) -> Result<(), RollbackError> {
        let (Options { batch, by, progress, .. }, Ground { vault, now, .. }) = (self.options, self.ground);
        apply::remove_followers(conn)?;
        for side in apply::sides() {
            apply::restore(conn, side)?;
            progress.inc(1);
            apply::remove(conn, side)?;
            progress.inc(1);
        }
        apply::forget_formers(conn, batch)?;
        apply::settle_exams(conn)?;
        apply::settle_jobs(conn, batch, now)?;
        apply::finish(conn, batch, now)?;
        analyze(conn)?;
        let sources = sources.iter().map(|source| UndoneCounts {
            system: source.system.clone(),
            kind: source.kind.as_str(),
            removed: source.removed,
            restored: source.restored,
            kept: source.kept,
        });
        let event = Event::ImportRolledBack { batch: batch.to_owned(), sources: sources.collect() };
        let entry = Entry { event, actor: Actor::Staff(by.to_owned()), about: About::default() };
        Ok(audit::record(&mut Tx { conn, vault, now }, &[entry])?)
    }
}

fn counts(sum: store::Sum) -> Result<Counts, DbError> {
    let number = |count: i64| count.unsigned_abs();
    Ok(Counts {
        kind: Kind::parse(&sum.kind).ok_or(UnknownWord("legacy_former_rows.kind"))?,
        system: sum.system,
        removed: number(sum.removed),
        restored: number(sum.restored),
        kept: number(sum.kept),
    })
}

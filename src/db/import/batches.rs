//! Batches, and how far each of their sources has come.

use chrono::{DateTime, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;

use crate::db::schema::{import_batches, import_sources, legacy_former_rows};

/// How far a run has come with a source.
#[derive(Clone, Debug, Default, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = import_sources)]
pub struct Progress {
    /// What was read, and how; see `import_sources.source_digest`.
    pub source_digest: Vec<u8>,
    /// Rows of the source that are settled.
    pub rows_done: i64,
    pub inserted: i64,
    pub updated: i64,
    pub unchanged: i64,
}

/// Notes that a batch begins, or goes on. One that was finished or rolled back begins from the start; what was not rolled back is as old as
/// its first run.
pub fn start(conn: &mut PgConnection, name: &str, now: DateTime<Utc>) -> QueryResult<()> {
    use import_batches::{finished_at, rolled_back_at, started_at};
    let state = (started_at, finished_at.is_not_null(), rolled_back_at.is_not_null());
    let former: Option<(DateTime<Utc>, bool, bool)> =
        import_batches::table.find(name).select(state).for_update().first(conn).optional()?;
    match former {
        None => diesel::insert_into(import_batches::table)
            .values((import_batches::name.eq(name), import_batches::started_at.eq(now)))
            .execute(conn)?,
        Some((_, false, false)) => return Ok(()),
        Some((first, _, rolled_back)) => {
            diesel::delete(import_sources::table.filter(import_sources::batch.eq(name))).execute(conn)?;
            diesel::update(import_batches::table.find(name))
                .set((
                    import_batches::started_at.eq(if rolled_back { now } else { first }),
                    import_batches::finished_at.eq(None::<DateTime<Utc>>),
                    import_batches::rolled_back_at.eq(None::<DateTime<Utc>>),
                ))
                .execute(conn)?
        }
    };
    Ok(())
}

/// How far an unfinished run of a batch has come with a source; its beginning where there is none, or where the source was another one.
pub fn progress(conn: &mut PgConnection, batch: &str, place: i32, source_digest: &[u8]) -> QueryResult<Progress> {
    let unfinished = import_batches::finished_at.is_null().and(import_batches::rolled_back_at.is_null());
    let found: Option<Progress> = import_sources::table
        .inner_join(import_batches::table)
        .filter(import_sources::batch.eq(batch).and(import_sources::place.eq(place)).and(unfinished))
        .select(Progress::as_select())
        .first(conn)
        .optional()?;
    let same = found.filter(|found| found.source_digest == source_digest);
    Ok(same.unwrap_or_else(|| Progress { source_digest: source_digest.to_owned(), ..Progress::default() }))
}

/// Notes how far a source has come.
pub fn advance(conn: &mut PgConnection, batch: &str, place: i32, progress: &Progress) -> QueryResult<()> {
    diesel::insert_into(import_sources::table)
        .values((import_sources::batch.eq(batch), import_sources::place.eq(place), progress))
        .on_conflict((import_sources::batch, import_sources::place))
        .do_update()
        .set(progress)
        .execute(conn)
        .map(|_| ())
}

/// Forgets how far a source has come.
pub fn forget(conn: &mut PgConnection, batch: &str, place: i32) -> QueryResult<()> {
    diesel::delete(import_sources::table.find((batch, place))).execute(conn).map(|_| ())
}

/// Which batches replaced rows of these keys, as (key, batch).
pub fn replaced(
    conn: &mut PgConnection,
    kind: &str,
    system: &str,
    keys: &[&str],
) -> QueryResult<Vec<(String, String)>> {
    use legacy_former_rows as former;
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    former::table
        .filter(former::kind.eq(kind).and(former::system.eq(system)).and(former::key.eq_any(keys)))
        .select((former::key, former::batch))
        .distinct()
        .load(conn)
}

/// Notes that a batch is complete.
pub fn finish(conn: &mut PgConnection, name: &str, now: DateTime<Utc>) -> QueryResult<()> {
    diesel::update(import_batches::table.find(name)).set(import_batches::finished_at.eq(now)).execute(conn).map(|_| ())
}

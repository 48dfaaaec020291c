//! Writing of legacy rows: what the import needs of the database.
//!
//! New rows go in by COPY, changed ones by COPY into a staging table and one merge. `system` and `key` name a row; its id never changes.

pub mod batches;
mod merge;
mod rows;

use chrono::{DateTime, Utc};
use diesel::dsl::sql;
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Bool, Integer, Text, Timestamptz};
use std::collections::{HashMap, HashSet};

pub use rows::{
    ChangedAccount, ChangedApplication, ChangedCertificate, ChangedPhoto, NewAccount, NewApplication, NewCertificate,
    NewCombination, NewPhoto,
};

use super::schema::{
    exam_combinations, exams, legacy_accounts, legacy_applications, legacy_certificates, legacy_photos,
};

/// The advisory lock that one import holds.
const IMPORT_LOCK: i64 = 0x6275_7a68_696d_7031;

/// Takes the lock for as long as the connection lives; `false` where another import holds it.
pub fn try_lock(conn: &mut PgConnection) -> QueryResult<bool> {
    let attempt = sql::<Bool>("pg_try_advisory_lock(").bind::<BigInt, _>(IMPORT_LOCK).sql(")");
    diesel::select(attempt).get_result(conn)
}

/// Forbids writing for the rest of the transaction.
pub fn read_only(conn: &mut PgConnection) -> QueryResult<()> {
    diesel::sql_query("SET TRANSACTION READ ONLY").execute(conn).map(|_| ())
}

/// Forbids writing for the rest of the transaction, and every query of the transaction sees the database as the first one does.
pub fn read_snapshot(conn: &mut PgConnection) -> QueryResult<()> {
    diesel::sql_query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY").execute(conn).map(|_| ())
}

/// Has PostgreSQL look at the tables again: until autovacuum does, it plans look-ups for the tables as they were before a
/// bulk load, and a sign-in was seen to take 1.6 times as long.
pub fn analyze(conn: &mut PgConnection) -> QueryResult<()> {
    diesel::sql_query(
        "ANALYZE legacy_accounts, legacy_certificates, legacy_applications, legacy_photos, exams, exam_combinations",
    )
    .execute(conn)
    .map(|_| ())
}

/// Content digests by key.
pub type Digests = HashMap<String, Vec<u8>>;

macro_rules! digests {
    ($name:ident, $table:ident, $key:ident) => {
        /// The digests of those of `keys` that are there.
        pub fn $name(conn: &mut PgConnection, system: &str, keys: &[&str]) -> QueryResult<Digests> {
            let found: Vec<(String, Vec<u8>)> = $table::table
                .filter($table::system.eq(system).and($table::$key.eq_any(keys)))
                .select(($table::$key, $table::content_digest))
                .load(conn)?;
            Ok(found.into_iter().collect())
        }
    };
}

macro_rules! is_empty {
    ($name:ident, $table:ident) => {
        /// Whether this system has no such row.
        pub fn $name(conn: &mut PgConnection, system: &str) -> QueryResult<bool> {
            diesel::select(diesel::dsl::not(diesel::dsl::exists($table::table.filter($table::system.eq(system)))))
                .get_result(conn)
        }
    };
}

is_empty!(no_accounts, legacy_accounts);
is_empty!(no_certificates, legacy_certificates);
is_empty!(no_applications, legacy_applications);
is_empty!(no_photos, legacy_photos);

digests!(account_digests, legacy_accounts, key);
digests!(certificate_digests, legacy_certificates, key);
digests!(application_digests, legacy_applications, key);
digests!(photo_digests, legacy_photos, application_key);

macro_rules! stored {
    ($rows:ident, $keys:ident: $row:ty, $table:ident, $key:ident, $batch:expr) => {
        /// Those of `keys` that are there, whole.
        pub fn $rows(conn: &mut PgConnection, system: &str, keys: &[&str]) -> QueryResult<Vec<$row>> {
            $table::table
                .filter($table::system.eq(system).and($table::$key.eq_any(keys)))
                .select(<$row>::as_select())
                .load(conn)
        }

        /// The next keys of a system behind one, each with the batch that wrote the row.
        pub fn $keys(
            conn: &mut PgConnection,
            system: &str,
            after: &str,
            limit: i64,
        ) -> QueryResult<Vec<(String, String)>> {
            $table::table
                .filter($table::system.eq(system).and($table::$key.gt(after)))
                .order($table::$key)
                .limit(limit)
                .select(($table::$key, $batch))
                .load(conn)
        }
    };
}

stored!(account_rows, account_keys: NewAccount, legacy_accounts, key, legacy_accounts::batch.assume_not_null());
stored!(certificate_rows, certificate_keys: NewCertificate, legacy_certificates, key, legacy_certificates::batch);
stored!(application_rows, application_keys: NewApplication, legacy_applications, key, legacy_applications::batch);
stored!(photo_rows, photo_keys: NewPhoto, legacy_photos, application_key, legacy_photos::batch);

/// Which of `keys` are accounts.
pub fn known_accounts(conn: &mut PgConnection, system: &str, keys: &[&str]) -> QueryResult<HashSet<String>> {
    Ok(account_digests(conn, system, keys)?.into_keys().collect())
}

/// Which of `keys` are applications.
pub fn known_applications(conn: &mut PgConnection, system: &str, keys: &[&str]) -> QueryResult<HashSet<String>> {
    Ok(application_digests(conn, system, keys)?.into_keys().collect())
}

macro_rules! copy {
    ($name:ident, $row:ty, $table:ident) => {
        /// Inserts rows that are not there yet.
        pub fn $name(conn: &mut PgConnection, rows: &[$row]) -> QueryResult<()> {
            use diesel::ExecuteCopyFromDsl;
            if rows.is_empty() {
                return Ok(());
            }
            diesel::copy_from($table::table).from_insertable(rows).execute(conn).map(|_| ())
        }
    };
}

copy!(copy_accounts, NewAccount, legacy_accounts);
copy!(copy_certificates, NewCertificate, legacy_certificates);
copy!(copy_applications, NewApplication, legacy_applications);
copy!(copy_photos, NewPhoto, legacy_photos);
copy!(copy_combinations, NewCombination, exam_combinations);

macro_rules! replace {
    ($name:ident, $row:ty, $staged:ident) => {
        /// Replaces the content of rows that are there, keeping their ids and, for `batch`, what they held.
        pub fn $name(conn: &mut PgConnection, rows: &[$row], batch: &str, now: DateTime<Utc>) -> QueryResult<()> {
            use diesel::ExecuteCopyFromDsl;
            if rows.is_empty() {
                return Ok(());
            }
            <$row>::MERGE.stage(conn)?;
            diesel::copy_from(rows::$staged::table).from_insertable(rows).execute(conn)?;
            <$row>::MERGE.merge(conn, batch, now)
        }
    };
}

replace!(replace_accounts, ChangedAccount, staged_accounts);
replace!(replace_certificates, ChangedCertificate, staged_certificates);
replace!(replace_applications, ChangedApplication, staged_applications);
replace!(replace_photos, ChangedPhoto, staged_photos);

/// One stored combination: code, name, year, level, specialty.
pub type Combination = (String, String, i32, String, String);

/// Every combination of every exam.
pub fn all_combinations(conn: &mut PgConnection) -> QueryResult<Vec<Combination>> {
    use exam_combinations::{exam_code, level, name, specialty, year};
    exam_combinations::table.select((exam_code, name, year, level, specialty)).load(conn)
}

/// Every combination of these exams.
pub fn combinations_of(conn: &mut PgConnection, codes: &[&str]) -> QueryResult<Vec<Combination>> {
    use exam_combinations::{exam_code, level, name, specialty, year};
    exam_combinations::table
        .filter(exam_code.eq_any(codes))
        .select((exam_code, name, year, level, specialty))
        .load(conn)
}

/// Every combination of these exams, whole.
pub fn combination_rows(conn: &mut PgConnection, codes: &[&str]) -> QueryResult<Vec<NewCombination>> {
    let of_these = exam_combinations::exam_code.eq_any(codes);
    exam_combinations::table.filter(of_these).select(NewCombination::as_select()).load(conn)
}

/// Every combination of every exam, whole.
pub fn all_combination_rows(conn: &mut PgConnection) -> QueryResult<Vec<NewCombination>> {
    exam_combinations::table.select(NewCombination::as_select()).order(exam_combinations::all_columns).load(conn)
}

/// Adds exams that are not there yet.
pub fn add_exams(conn: &mut PgConnection, found: &[(&str, &str)]) -> QueryResult<()> {
    let rows: Vec<_> = found.iter().map(|(code, name)| (exams::code.eq(*code), exams::name.eq(*name))).collect();
    diesel::insert_into(exams::table).values(rows).on_conflict_do_nothing().execute(conn).map(|_| ())
}

/// Sets an exam's name.
pub fn rename_exam(conn: &mut PgConnection, code: &str, name: &str) -> QueryResult<()> {
    diesel::update(exams::table.find(code).filter(exams::name.ne(name)))
        .set(exams::name.eq(name))
        .execute(conn)
        .map(|_| ())
}

/// Gives combinations that are there another name, and keeps the former one.
pub fn rename_combinations(conn: &mut PgConnection, rows: &[NewCombination], now: DateTime<Utc>) -> QueryResult<()> {
    for row in rows {
        let one = exam_combinations::table.find((&row.exam_code, row.year, &row.level, &row.specialty));
        sql_query(
            "INSERT INTO legacy_former_rows (batch, kind, system, key, former, replaced_at)
             SELECT $1, 'exams', '', concat_ws(chr(31), exam_code, year::text, level, specialty), to_jsonb(t), $2
             FROM exam_combinations t WHERE exam_code = $3 AND year = $4 AND level = $5 AND specialty = $6",
        )
        .bind::<Text, _>(&row.batch)
        .bind::<Timestamptz, _>(now)
        .bind::<Text, _>(&row.exam_code)
        .bind::<Integer, _>(row.year)
        .bind::<Text, _>(&row.level)
        .bind::<Text, _>(&row.specialty)
        .execute(conn)?;
        diesel::update(one)
            .set((exam_combinations::name.eq(&row.name), exam_combinations::batch.eq(&row.batch)))
            .execute(conn)?;
    }
    Ok(())
}

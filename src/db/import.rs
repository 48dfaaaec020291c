//! Writing of legacy rows: what the import needs of the database.
//!
//! New rows go in by COPY, changed ones by one upsert of many rows. `system` and `key` name a row; its id never changes.

mod rows;

use chrono::{DateTime, Utc};
use diesel::dsl::sql;
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool};
use std::collections::{HashMap, HashSet};

pub use rows::{NewAccount, NewApplication, NewCertificate, NewCombination, NewPhoto};

use super::schema::{
    exam_combinations, exams, import_batches, legacy_accounts, legacy_applications, legacy_certificates, legacy_photos,
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

/// The same, and every query of the transaction sees the database as the first one does.
pub fn read_snapshot(conn: &mut PgConnection) -> QueryResult<()> {
    diesel::sql_query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY").execute(conn).map(|_| ())
}

/// Notes that a batch begins, or goes on.
pub fn start_batch(conn: &mut PgConnection, name: &str, now: DateTime<Utc>) -> QueryResult<()> {
    diesel::insert_into(import_batches::table)
        .values((import_batches::name.eq(name), import_batches::started_at.eq(now)))
        .on_conflict(import_batches::name)
        .do_update()
        .set(import_batches::finished_at.eq(None::<DateTime<Utc>>))
        .execute(conn)
        .map(|_| ())
}

/// Notes that a batch is complete.
pub fn finish_batch(conn: &mut PgConnection, name: &str, now: DateTime<Utc>) -> QueryResult<()> {
    diesel::update(import_batches::table.find(name)).set(import_batches::finished_at.eq(now)).execute(conn).map(|_| ())
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

digests!(account_digests, legacy_accounts, key);
digests!(certificate_digests, legacy_certificates, key);
digests!(application_digests, legacy_applications, key);
digests!(photo_digests, legacy_photos, application_key);

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
        pub fn $name(conn: &mut PgConnection, rows: &Vec<$row>) -> QueryResult<()> {
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
    ($name:ident, $row:ty, $table:ident, $key:ident, [$($column:ident),* $(,)?]) => {
        /// Replaces the content of rows that are there, keeping their ids.
        pub fn $name(conn: &mut PgConnection, rows: &[$row]) -> QueryResult<()> {
            use diesel::upsert::excluded;
            diesel::insert_into($table::table)
                .values(rows)
                .on_conflict(($table::system, $table::$key))
                .do_update()
                .set(($($table::$column.eq(excluded($table::$column)),)*))
                .execute(conn)
                .map(|_| ())
        }
    };
}

replace!(
    replace_accounts,
    NewAccount,
    legacy_accounts,
    key,
    [
        number_lookup,
        number_sealed,
        name_sealed,
        email_sealed,
        registered_at,
        password_scheme,
        password_sealed,
        password_wrapped,
        password_salt_sealed,
        content_digest,
        raw_sealed,
        batch,
        imported_at,
    ]
);
replace!(
    replace_certificates,
    NewCertificate,
    legacy_certificates,
    key,
    [
        exam_code,
        exam_name,
        year,
        level,
        specialty,
        number_lookup,
        number_sealed,
        name_sealed,
        certificate_number,
        approval_date,
        city,
        status,
        content_digest,
        raw_sealed,
        batch,
        imported_at,
    ]
);
replace!(
    replace_applications,
    NewApplication,
    legacy_applications,
    key,
    [
        account_key,
        exam_code,
        exam_name,
        year,
        level,
        specialty,
        number_lookup,
        number_sealed,
        name_sealed,
        certificate_number,
        approval_date,
        city,
        contact_sealed,
        status,
        feedback,
        submitted_at,
        content_digest,
        raw_sealed,
        batch,
        imported_at,
    ]
);
replace!(replace_photos, NewPhoto, legacy_photos, application_key, [photo_sealed, content_digest, batch, imported_at]);

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

/// Gives combinations that are there another name.
pub fn rename_combinations(conn: &mut PgConnection, rows: &[NewCombination]) -> QueryResult<()> {
    for row in rows {
        diesel::update(exam_combinations::table.find((&row.exam_code, row.year, &row.level, &row.specialty)))
            .set((exam_combinations::name.eq(&row.name), exam_combinations::batch.eq(&row.batch)))
            .execute(conn)?;
    }
    Ok(())
}

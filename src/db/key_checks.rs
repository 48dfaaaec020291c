//! The check values of this database's keys, and stored values that prove keys where there are none yet.

use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Bytea, Nullable, Text};
use diesel::{QueryableByName, sql_query};

use super::schema::key_checks;
use crate::domain::document::DocumentType;
use crate::vault::{CheckValue, KeyUse};

/// "bz keys" as a number: the advisory lock of whoever records.
const LOCK: i64 = 0x0062_7a20_6b65_7973;

/// Of each table the oldest rows and the newest: what was written by mistake lately is not the greater part.
const SAMPLE: i64 = 10;

/// A table whose rows have a sealed number; the second word tells how it is found, the third its document's type.
const WITH_NUMBERS: &[(&str, &str, &str)] = &[
    ("legacy_accounts", "number_lookup", "NULL::text"),
    ("legacy_certificates", "number_lookup", "NULL::text"),
    ("legacy_applications", "number_lookup", "NULL::text"),
    ("identities", "NULL::bytea", "document_type"),
    ("aliases", "number_lookup", "document_type"),
];

#[derive(QueryableByName)]
struct Flag {
    #[diesel(sql_type = Bool)]
    value: bool,
}

/// A stored number.
#[derive(Debug, QueryableByName)]
pub struct StoredNumber {
    /// A document number, sealed by the vault.
    #[diesel(sql_type = Bytea)]
    pub number_sealed: Vec<u8>,
    /// By which it is found, if it is.
    #[diesel(sql_type = Nullable<Bytea>)]
    pub number_lookup: Option<Vec<u8>>,
    /// Of its document.
    #[diesel(sql_type = Nullable<Text>)]
    pub document_type: Option<DocumentType>,
}

/// Whether every one of these tables is there.
pub fn exist(conn: &mut PgConnection, tables: &[&str]) -> QueryResult<bool> {
    let found: Flag = sql_query("SELECT bool_and(to_regclass(name) IS NOT NULL) AS value FROM unnest($1) AS name")
        .bind::<Array<Text>, _>(tables)
        .get_result(conn)?;
    Ok(found.value)
}

/// Whether this database can hold check values.
pub fn is_prepared(conn: &mut PgConnection) -> QueryResult<bool> {
    exist(conn, &["key_checks"])
}

/// What was recorded.
pub fn all(conn: &mut PgConnection) -> QueryResult<Vec<CheckValue>> {
    type Row = (String, Option<Vec<u8>>, Option<Vec<u8>>);
    let rows: Vec<Row> = key_checks::table
        .order((key_checks::recorded_at, key_checks::key_id))
        .select((key_checks::key_id, key_checks::check_sealed, key_checks::check_lookup))
        .load(conn)?;
    let values = rows.into_iter().filter_map(|(key_id, sealed, lookup)| match (sealed, lookup) {
        (Some(value), _) => Some(CheckValue { key_id, of: KeyUse::Sealing, value }),
        (None, Some(value)) => Some(CheckValue { key_id, of: KeyUse::LookUp, value }),
        (None, None) => None,
    });
    Ok(values.collect())
}

/// Lets nobody else record until this transaction ends.
pub fn lock(conn: &mut PgConnection) -> QueryResult<()> {
    sql_query("SELECT pg_advisory_xact_lock($1)").bind::<BigInt, _>(LOCK).execute(conn).map(|_| ())
}

/// Records values that are not there yet.
pub fn record(conn: &mut PgConnection, values: &[CheckValue]) -> QueryResult<()> {
    let rows: Vec<_> = values
        .iter()
        .map(|check| {
            let (sealed, lookup) = match check.of {
                KeyUse::Sealing => (Some(&check.value), None),
                KeyUse::LookUp => (None, Some(&check.value)),
            };
            (
                key_checks::key_id.eq(&check.key_id),
                key_checks::check_sealed.eq(sealed),
                key_checks::check_lookup.eq(lookup),
            )
        })
        .collect();
    diesel::insert_into(key_checks::table).values(rows).on_conflict_do_nothing().execute(conn).map(|_| ())
}

/// Some stored numbers of every table that has any, whatever migrations this database has seen.
pub fn some_numbers(conn: &mut PgConnection) -> QueryResult<Vec<StoredNumber>> {
    let mut numbers = Vec::new();
    for (table, lookup, kind) in WITH_NUMBERS {
        if exist(conn, &[table])? {
            let columns =
                format!("SELECT number_sealed, {lookup} AS number_lookup, {kind} AS document_type FROM {table}");
            let ends = format!("({columns} ORDER BY id LIMIT $1) UNION ({columns} ORDER BY id DESC LIMIT $1)");
            numbers.extend(sql_query(ends).bind::<BigInt, _>(SAMPLE).load::<StoredNumber>(conn)?);
        }
    }
    Ok(numbers)
}

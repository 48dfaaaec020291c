//! What an operator's look at the database asks.

use chrono::{DateTime, Utc};
use diesel::connection::SimpleConnection;
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Bool, Bytea, Integer, Nullable, Text, Timestamptz};

use crate::domain::document::DocumentType;

/// What the server says of itself.
#[derive(Debug, QueryableByName)]
pub struct Server {
    /// As `server_version_num` counts: 150008 is 15.8.
    #[diesel(sql_type = Integer)]
    pub version: i32,
    /// The version for people.
    #[diesel(sql_type = Text)]
    pub version_text: String,
    /// Of this database: `UTF8`.
    #[diesel(sql_type = Text)]
    pub encoding: String,
    #[diesel(sql_type = Timestamptz)]
    pub now: DateTime<Utc>,
}

/// Asks the server.
pub fn server(conn: &mut PgConnection) -> QueryResult<Server> {
    sql_query(
        "SELECT current_setting('server_version_num')::int AS version, current_setting('server_version') AS version_text, \
         current_setting('server_encoding') AS encoding, clock_timestamp() AS now",
    )
    .get_result(conn)
}

/// Whether a server that answers takes writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Writes {
    /// As every page needs.
    Taken,
    /// It follows another server.
    Standby,
    /// It, the database or the role is set so.
    ReadOnly,
}

impl Writes {
    /// What it is instead of a server that takes writes.
    pub const fn instead(self) -> Option<&'static str> {
        match self {
            Self::Taken => None,
            Self::Standby => Some("it is a standby"),
            Self::ReadOnly => Some("it is read-only (default_transaction_read_only)"),
        }
    }
}

#[derive(QueryableByName)]
struct Mode {
    #[diesel(sql_type = Bool)]
    standby: bool,
    #[diesel(sql_type = Bool)]
    read_only: bool,
}

/// Asks whether writes are taken, and fails where there is no room for them: a sort that is given too little memory writes to the database's
/// own disk, and leaves nothing behind. Wants a transaction.
pub fn writes(conn: &mut PgConnection) -> QueryResult<Writes> {
    let mode: Mode = sql_query(
        "SELECT pg_is_in_recovery() AS standby, current_setting('default_transaction_read_only')::boolean AS read_only",
    )
    .get_result(conn)?;
    match mode {
        Mode { standby: true, .. } => return Ok(Writes::Standby),
        Mode { read_only: true, .. } => return Ok(Writes::ReadOnly),
        Mode { .. } => {}
    }
    conn.batch_execute(
        "SET LOCAL work_mem = '64kB'; SET LOCAL temp_tablespaces = ''; \
         SELECT max(n) FROM (SELECT n FROM generate_series(1, 4000) AS n ORDER BY n DESC OFFSET 0) AS sorted",
    )?;
    Ok(Writes::Taken)
}

/// A row that holds a number, with what else tells whether its keys are ours.
#[derive(Debug, QueryableByName)]
pub struct Numbered {
    #[diesel(sql_type = diesel::sql_types::Uuid)]
    pub id: uuid::Uuid,
    #[diesel(sql_type = Nullable<diesel::sql_types::Uuid>)]
    pub person_id: Option<uuid::Uuid>,
    #[diesel(sql_type = Bytea)]
    pub number_sealed: Vec<u8>,
    #[diesel(sql_type = Bytea)]
    pub name_sealed: Vec<u8>,
    #[diesel(sql_type = Nullable<Bytea>)]
    pub number_lookup: Option<Vec<u8>>,
    /// Of number and name.
    #[diesel(sql_type = Nullable<Bytea>)]
    pub pair_lookup: Option<Vec<u8>>,
    #[diesel(sql_type = Nullable<Text>)]
    pub document_type: Option<DocumentType>,
}

/// Tables of [`Numbered`] rows; people come first.
pub const NUMBERED: [&str; 5] =
    ["identities", "aliases", "legacy_accounts", "legacy_certificates", "legacy_applications"];

/// Columns besides those of [`NUMBERED`] whose key says under which keys a row was written.
pub const SEALED: [(&str, &str); 12] = [
    ("links", "evidence_sealed"),
    ("review_tasks", "evidence_sealed"),
    ("review_task_files", "file_sealed"),
    ("application_versions", "form_sealed"),
    ("photos", "photo_sealed"),
    ("legacy_photos", "photo_sealed"),
    ("account_credentials", "email_sealed"),
    ("outbox", "recipient_sealed"),
    ("outbox", "content_sealed"),
    ("review_acts", "comment_sealed"),
    ("staff", "otp_secret_sealed"),
    ("staff", "own_number_sealed"),
];

/// Rows of one of the tables [`NUMBERED`], in the order of their ids.
pub fn numbered(
    conn: &mut PgConnection,
    table: &str,
    after: Option<uuid::Uuid>,
    limit: i64,
) -> QueryResult<Vec<Numbered>> {
    let more = match table {
        "identities" => "person_id, NULL::bytea AS number_lookup, NULL::bytea AS pair_lookup, document_type",
        "aliases" => "person_id, number_lookup, pair_lookup, document_type",
        _ => "NULL::uuid AS person_id, number_lookup, NULL::bytea AS pair_lookup, NULL::text AS document_type",
    };
    let standing = if table == "aliases" { "ended_at IS NULL" } else { "true" };
    sql_query(format!(
        "SELECT id, number_sealed, name_sealed, {more} FROM {table} WHERE {standing} AND ($1 IS NULL OR id > $1) ORDER BY id LIMIT $2"
    ))
    .bind::<Nullable<diesel::sql_types::Uuid>, _>(after)
    .bind::<BigInt, _>(limit)
    .load(conn)
}

#[derive(QueryableByName)]
struct KeyCount {
    #[diesel(sql_type = Text)]
    key_id: String,
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// By which keys a column is sealed, and how often.
pub fn sealing_keys(conn: &mut PgConnection, table: &str, column: &str) -> QueryResult<Vec<(String, i64)>> {
    let rows: Vec<KeyCount> = sql_query(format!(
        "SELECT encode(substr({column}, 2, 4), 'hex') AS key_id, count(*) AS count FROM {table} \
         WHERE {column} IS NOT NULL GROUP BY 1 ORDER BY 1"
    ))
    .load(conn)?;
    Ok(rows.into_iter().map(|row| (row.key_id, row.count)).collect())
}

/// Ends statements of this transaction that take longer.
pub fn limit_statements(conn: &mut PgConnection, milliseconds: u128) -> QueryResult<()> {
    sql_query(format!("SET LOCAL statement_timeout = {}", milliseconds.max(1))).execute(conn).map(|_| ())
}

/// Makes a row of one of the tables [`NUMBERED`] one that is found by its number.
pub fn set_number_lookup(conn: &mut PgConnection, table: &str, row: &Numbered, lookup: &[u8]) -> QueryResult<()> {
    // An import may have given the row another number since it was read.
    sql_query(format!("UPDATE {table} SET number_lookup = $2 WHERE id = $1 AND number_sealed = $3"))
        .bind::<diesel::sql_types::Uuid, _>(row.id)
        .bind::<Bytea, _>(lookup)
        .bind::<Bytea, _>(&row.number_sealed)
        .execute(conn)
        .map(|_| ())
}

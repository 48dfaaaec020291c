//! The audit log's rows: added under a lock, read in their order, never changed.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Binary, Nullable};
use serde_json::Value;

use super::functions::advisory_lock;
use super::schema::{audit_events, audit_head, sign_in_decisions};
use crate::ids::{AccountId, ApplicationId, LinkId, PersonId, TaskId};

/// "bz audit" as a number: the advisory lock of whoever appends.
const LOCK: i64 = 0x627a_2061_7564_6974;

/// One event as stored.
#[derive(Clone, Debug, PartialEq, Eq, Insertable, Queryable, Selectable)]
#[diesel(table_name = audit_events)]
pub struct Row {
    pub seq: i64,
    /// Whole microseconds: PostgreSQL keeps no more.
    pub at: DateTime<Utc>,
    pub event: String,
    pub actor: String,
    pub person_id: Option<PersonId>,
    pub account_id: Option<AccountId>,
    pub link_id: Option<LinkId>,
    pub task_id: Option<TaskId>,
    pub application_id: Option<ApplicationId>,
    pub details: Value,
    pub previous_hash: Vec<u8>,
    pub hash: Vec<u8>,
}

/// The newest row's number and hash.
#[derive(Clone, Debug, PartialEq, Eq, Insertable, AsChangeset, Queryable, Selectable)]
#[diesel(table_name = audit_head)]
pub struct Head {
    /// 0 before the first event.
    pub seq: i64,
    /// Empty before the first event.
    pub hash: Vec<u8>,
    /// Over both, by the vault.
    pub seal: Vec<u8>,
}

/// Lets nobody else append until this transaction ends.
pub fn lock(conn: &mut PgConnection) -> QueryResult<()> {
    advisory_lock(conn, LOCK)
}

/// The head; `None` before the first event.
pub fn head(conn: &mut PgConnection) -> QueryResult<Option<Head>> {
    audit_head::table.select(Head::as_select()).first(conn).optional()
}

/// Where the log ends.
#[derive(Debug, Default)]
pub struct End {
    /// As the head says.
    pub head: Option<Head>,
    /// Number and hash of the row with the greatest number.
    pub last: Option<(i64, Vec<u8>)>,
}

/// Where the log ends, in one statement.
pub fn end(conn: &mut PgConnection) -> QueryResult<End> {
    let head = audit_head::table.select((audit_head::seq, audit_head::hash, audit_head::seal.nullable()));
    let last = audit_events::table.order(audit_events::seq.desc()).limit(1).select((
        audit_events::seq,
        audit_events::hash,
        None::<Vec<u8>>.into_sql::<Nullable<Binary>>(),
    ));
    let mut end = End::default();
    for (seq, hash, seal) in head.union_all(last).load::<(i64, Vec<u8>, Option<Vec<u8>>)>(conn)? {
        match seal {
            Some(seal) => end.head = Some(Head { seq, hash, seal }),
            None => end.last = Some((seq, hash)),
        }
    }
    Ok(end)
}

/// Adds rows and makes the last of them the head. Call it with the [`lock`] held.
pub fn append(conn: &mut PgConnection, rows: &[Row], head: &Head) -> QueryResult<()> {
    diesel::insert_into(audit_events::table).values(rows).execute(conn)?;
    diesel::insert_into(audit_head::table)
        .values(head)
        .on_conflict(audit_head::one)
        .do_update()
        .set(head)
        .execute(conn)
        .map(|_| ())
}

/// Rows with greater numbers than `after`, in their order.
pub fn page(conn: &mut PgConnection, after: i64, limit: i64) -> QueryResult<Vec<Row>> {
    audit_events::table
        .filter(audit_events::seq.gt(after))
        .order(audit_events::seq)
        .limit(limit)
        .select(Row::as_select())
        .load(conn)
}

/// Makes all that this transaction reads stand as of now, and forbids writing. Must be its first statement.
pub fn one_moment(conn: &mut PgConnection) -> QueryResult<()> {
    diesel::sql_query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY").execute(conn).map(|_| ())
}

/// Whether something happened that is always recorded: a sign-in was decided.
pub fn must_have_rows(conn: &mut PgConnection) -> QueryResult<bool> {
    diesel::select(diesel::dsl::exists(sign_in_decisions::table.select(sign_in_decisions::id))).get_result(conn)
}

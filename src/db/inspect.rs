//! What an operator's look at the database asks.

use chrono::{DateTime, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{Integer, Text, Timestamptz};

use super::schema::{identities, legacy_accounts};

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
    /// Its clock.
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

/// Some sealed document numbers, of accounts and of people; none in a database that holds nothing yet.
pub fn sealed_numbers(conn: &mut PgConnection) -> QueryResult<Vec<Vec<u8>>> {
    let account = legacy_accounts::table.select(legacy_accounts::number_sealed).first(conn).optional()?;
    let newest = identities::table.order(identities::created_at.desc()).select(identities::number_sealed);
    let identity = newest.first(conn).optional()?;
    Ok(account.into_iter().chain(identity).collect())
}

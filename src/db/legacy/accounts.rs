//! Accounts of old systems.

use diesel::prelude::*;

use crate::db::functions::any;
use crate::db::schema::legacy_accounts;
use crate::ids::AccountId;

/// One account, as far as linking and showing need it.
#[derive(Clone, Queryable, Selectable)]
#[diesel(table_name = legacy_accounts)]
pub struct AccountRow {
    pub id: AccountId,
    pub system: String,
    pub key: String,
    pub number_lookup: Option<Vec<u8>>,
    pub number_sealed: Vec<u8>,
    pub name_sealed: Vec<u8>,
    pub registered_at: String,
    pub password_scheme: Option<String>,
}

impl AccountRow {
    /// `system:key`, as reports name it.
    pub fn label(&self) -> String {
        format!("{}:{}", self.system, self.key)
    }

    /// The account of a [`label`](Self::label).
    pub fn by_label(conn: &mut PgConnection, label: &str) -> QueryResult<Option<Self>> {
        let Some((system, key)) = label.split_once(':') else { return Ok(None) };
        legacy_accounts::table
            .filter(legacy_accounts::system.eq(system).and(legacy_accounts::key.eq(key)))
            .select(Self::as_select())
            .first(conn)
            .optional()
    }

    /// Some of the accounts under a number that somebody typed: old rows may share a word such as 无 by the thousand.
    pub fn some_by_number(conn: &mut PgConnection, lookup: &[u8], limit: i64) -> QueryResult<Vec<Self>> {
        legacy_accounts::table
            .filter(legacy_accounts::number_lookup.eq(lookup))
            .order((legacy_accounts::system.desc(), legacy_accounts::id))
            .limit(limit)
            .select(Self::as_select())
            .load(conn)
    }

    pub fn by_ids(conn: &mut PgConnection, ids: &[AccountId]) -> QueryResult<Vec<Self>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        legacy_accounts::table
            .filter(legacy_accounts::id.eq(any(ids)))
            .order((legacy_accounts::system.desc(), legacy_accounts::id))
            .select(Self::as_select())
            .load(conn)
    }
}

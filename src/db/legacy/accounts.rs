//! Accounts of old systems, and those registered here.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use crate::db::functions::any;
use crate::db::schema::legacy_accounts;
use crate::domain::linking::Account;
use crate::ids::AccountId;

/// One account, imported or registered here, as far as linking and showing need it.
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

    pub fn is_registered(&self) -> bool {
        self.system == Account::REGISTERED
    }
}

/// An account that was registered here: no old system had it, and no batch brought it.
pub struct Registered<'a> {
    pub id: AccountId,
    pub number_lookup: &'a [u8],
    pub number_sealed: &'a [u8],
    pub name_sealed: &'a [u8],
    pub email_sealed: &'a [u8],
    /// Of nothing: no old row stands behind it.
    pub raw_sealed: &'a [u8],
    /// The day, as old systems write it.
    pub registered_at: &'a str,
}

impl Registered<'_> {
    pub fn insert(&self, conn: &mut PgConnection, now: DateTime<Utc>) -> QueryResult<()> {
        use legacy_accounts as accounts;
        diesel::insert_into(accounts::table)
            .values((
                accounts::id.eq(self.id),
                accounts::system.eq(Account::REGISTERED),
                accounts::key.eq(self.id.to_string()),
                accounts::number_lookup.eq(self.number_lookup),
                accounts::number_sealed.eq(self.number_sealed),
                accounts::name_sealed.eq(self.name_sealed),
                accounts::email_sealed.eq(self.email_sealed),
                accounts::registered_at.eq(self.registered_at),
                accounts::content_digest.eq(&[] as &[u8]),
                accounts::raw_sealed.eq(self.raw_sealed),
                accounts::imported_at.eq(now),
            ))
            .execute(conn)
            .map(|_| ())
    }
}

//! Applications that were made in old systems.

use diesel::dsl::{exists, not};
use diesel::prelude::*;

use crate::db::functions::any;
use crate::db::schema::{legacy_accounts, legacy_applications, legacy_photos};
use crate::domain::application::Status;
use crate::ids::{AccountId, LegacyApplicationId};

/// One old application.
#[derive(Clone, Queryable, Selectable)]
#[diesel(table_name = legacy_applications)]
pub struct LegacyApplication {
    pub id: LegacyApplicationId,
    pub system: String,
    pub key: String,
    pub account_key: Option<String>,
    pub exam_code: String,
    pub exam_name: String,
    pub year: String,
    pub level: String,
    pub specialty: String,
    pub number_sealed: Vec<u8>,
    pub name_sealed: Vec<u8>,
    pub certificate_number: String,
    pub approval_date: String,
    pub city: String,
    pub contact_sealed: Vec<u8>,
    pub status: Status,
    pub feedback: String,
    pub submitted_at: String,
}

impl LegacyApplication {
    /// Whether an id is given, whosever the application is.
    pub fn exists(conn: &mut PgConnection, id: LegacyApplicationId) -> QueryResult<bool> {
        diesel::select(exists(legacy_applications::table.find(id))).get_result(conn)
    }

    /// The applications of these accounts, and those under these numbers that belong to no account: none is named, or the one named is
    /// not there.
    pub fn around(conn: &mut PgConnection, accounts: &[AccountId], lookups: &[Vec<u8>]) -> QueryResult<Vec<Self>> {
        let account = legacy_accounts::table.filter(
            legacy_accounts::system
                .eq(legacy_applications::system)
                .and(legacy_accounts::key.nullable().eq(legacy_applications::account_key)),
        );
        let is_of = legacy_accounts::system
            .eq(legacy_applications::system)
            .and(legacy_accounts::key.nullable().eq(legacy_applications::account_key));
        let of_accounts = legacy_applications::table
            .inner_join(legacy_accounts::table.on(is_of))
            .filter(legacy_accounts::id.eq(any(accounts)))
            .select(Self::as_select());
        let without_account = legacy_applications::table
            .filter(legacy_applications::number_lookup.eq(any(lookups)))
            .filter(not(exists(account)))
            .select(Self::as_select());
        let mut rows: Vec<Self> = match (accounts, lookups) {
            ([], []) => Vec::new(),
            ([], _) => without_account.load(conn)?,
            (_, []) => of_accounts.load(conn)?,
            (_, _) => of_accounts.union_all(without_account).load(conn)?,
        };
        rows.sort_by(|one, other| (&other.submitted_at, one.id).cmp(&(&one.submitted_at, other.id)));
        Ok(rows)
    }

    /// Of which of these there is a photo: the old system of each.
    pub fn with_photo(conn: &mut PgConnection, ids: &[LegacyApplicationId]) -> QueryResult<Vec<String>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let is_of = legacy_photos::system
            .eq(legacy_applications::system)
            .and(legacy_photos::application_key.eq(legacy_applications::key));
        legacy_applications::table
            .inner_join(legacy_photos::table.on(is_of))
            .filter(legacy_applications::id.eq(any(ids)))
            .select(legacy_applications::system)
            .load(conn)
    }

    /// The sealed photo that came with it.
    pub fn photo(&self, conn: &mut PgConnection) -> QueryResult<Option<Vec<u8>>> {
        legacy_photos::table.find((&self.system, &self.key)).select(legacy_photos::photo_sealed).first(conn).optional()
    }
}

//! What the old systems held. Reading only: the import writes these tables, nothing else does.

use diesel::dsl::{exists, not};
use diesel::prelude::*;
use diesel::sql_types::Text;

use super::schema::{legacy_accounts, legacy_applications, legacy_certificates, legacy_photos};
use crate::domain::application::Status;
use crate::domain::certificate::CertificateStatus;
use crate::ids::{AccountId, CertificateId, LegacyApplicationId};

/// One account, as far as linking and showing need it.
#[derive(Clone, Queryable, Selectable)]
#[diesel(table_name = legacy_accounts)]
#[allow(missing_docs)]
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

    /// These accounts.
    pub fn by_ids(conn: &mut PgConnection, ids: &[AccountId]) -> QueryResult<Vec<Self>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        legacy_accounts::table
            .filter(legacy_accounts::id.eq_any(ids))
            .order((legacy_accounts::system.desc(), legacy_accounts::id))
            .select(Self::as_select())
            .load(conn)
    }
}

/// The old systems that anything was imported from.
pub fn systems(conn: &mut PgConnection) -> QueryResult<Vec<String>> {
    // A few names among millions of rows: each is found by one step along the unique index.
    diesel::sql_query(
        "WITH RECURSIVE step(system) AS (
           SELECT min(system) FROM legacy_accounts
           UNION SELECT (SELECT min(system) FROM legacy_accounts WHERE system > step.system) FROM step WHERE step.system IS NOT NULL
         ), other(system) AS (
           SELECT min(system) FROM legacy_certificates
           UNION SELECT (SELECT min(system) FROM legacy_certificates WHERE system > other.system) FROM other
             WHERE other.system IS NOT NULL
         )
         SELECT system FROM step WHERE system IS NOT NULL UNION SELECT system FROM other WHERE system IS NOT NULL ORDER BY system DESC",
    )
    .load::<System>(conn)
    .map(|rows| rows.into_iter().map(|row| row.system).collect())
}

#[derive(QueryableByName)]
struct System {
    #[diesel(sql_type = Text)]
    system: String,
}

/// One certificate.
#[derive(Clone, Queryable, Selectable)]
#[diesel(table_name = legacy_certificates)]
#[allow(missing_docs)]
pub struct Certificate {
    pub id: CertificateId,
    pub system: String,
    pub exam_code: String,
    pub exam_name: String,
    pub year: String,
    pub level: String,
    pub specialty: String,
    pub number_lookup: Option<Vec<u8>>,
    pub number_sealed: Vec<u8>,
    pub name_sealed: Vec<u8>,
    pub certificate_number: String,
    pub approval_date: String,
    pub city: String,
    pub status: CertificateStatus,
}

impl Certificate {
    /// Whether an id is given, whosever the certificate is.
    pub fn exists(conn: &mut PgConnection, id: CertificateId) -> QueryResult<bool> {
        diesel::select(exists(legacy_certificates::table.find(id))).get_result(conn)
    }

    /// The certificate of `system:key`.
    pub fn by_label(conn: &mut PgConnection, label: &str) -> QueryResult<Option<Self>> {
        let Some((system, key)) = label.split_once(':') else { return Ok(None) };
        legacy_certificates::table
            .filter(legacy_certificates::system.eq(system).and(legacy_certificates::key.eq(key)))
            .select(Self::as_select())
            .first(conn)
            .optional()
    }

    /// The certificates under these numbers, newest year first.
    pub fn by_numbers(conn: &mut PgConnection, lookups: &[Vec<u8>]) -> QueryResult<Vec<Self>> {
        if lookups.is_empty() {
            return Ok(Vec::new());
        }
        legacy_certificates::table
            .filter(legacy_certificates::number_lookup.eq_any(lookups))
            .order((legacy_certificates::year.desc(), legacy_certificates::id))
            .select(Self::as_select())
            .load(conn)
    }
}

/// One old application.
#[derive(Clone, Queryable, Selectable)]
#[diesel(table_name = legacy_applications)]
#[allow(missing_docs)]
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
            .filter(legacy_accounts::id.eq_any(accounts))
            .select(Self::as_select());
        let without_account = legacy_applications::table
            .filter(legacy_applications::number_lookup.eq_any(lookups))
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
            .filter(legacy_applications::id.eq_any(ids))
            .select(legacy_applications::system)
            .load(conn)
    }

    /// The sealed photo that came with it.
    pub fn photo(&self, conn: &mut PgConnection) -> QueryResult<Option<Vec<u8>>> {
        legacy_photos::table.find((&self.system, &self.key)).select(legacy_photos::photo_sealed).first(conn).optional()
    }
}

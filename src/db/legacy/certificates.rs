//! Certificates as old systems registered them.

use diesel::dsl::exists;
use diesel::prelude::*;

use crate::db::functions::any;
use crate::db::schema::legacy_certificates;
use crate::domain::certificate::CertificateStatus;
use crate::ids::CertificateId;

#[derive(Clone, Queryable, Selectable)]
#[diesel(table_name = legacy_certificates)]
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

    /// Whosever it is.
    pub fn by_id(conn: &mut PgConnection, id: CertificateId) -> QueryResult<Option<Self>> {
        legacy_certificates::table.find(id).select(Self::as_select()).first(conn).optional()
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
            .filter(legacy_certificates::number_lookup.eq(any(lookups)))
            .order((legacy_certificates::year.desc(), legacy_certificates::id))
            .select(Self::as_select())
            .load(conn)
    }
}

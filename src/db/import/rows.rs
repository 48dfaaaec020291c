//! Rows as they are written. Columns that hold personal data are sealed before they come here.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use crate::db::schema::{exam_combinations, legacy_accounts, legacy_applications, legacy_certificates, legacy_photos};
use crate::ids::{AccountId, CertificateId, LegacyApplicationId};

/// A row of `legacy_accounts`.
#[derive(Debug, Insertable)]
#[diesel(table_name = legacy_accounts, treat_none_as_default_value = false)]
pub struct NewAccount {
    pub id: AccountId,
    pub system: String,
    pub key: String,
    pub number_lookup: Option<Vec<u8>>,
    pub number_sealed: Vec<u8>,
    pub name_sealed: Vec<u8>,
    pub email_sealed: Vec<u8>,
    pub registered_at: String,
    pub password_scheme: Option<String>,
    pub password_sealed: Option<Vec<u8>>,
    pub password_wrapped: Option<String>,
    pub password_salt_sealed: Option<Vec<u8>>,
    pub content_digest: Vec<u8>,
    pub raw_sealed: Vec<u8>,
    pub batch: String,
    pub imported_at: DateTime<Utc>,
}

/// A row of `legacy_certificates`.
#[derive(Debug, Insertable)]
#[diesel(table_name = legacy_certificates, treat_none_as_default_value = false)]
pub struct NewCertificate {
    pub id: CertificateId,
    pub system: String,
    pub key: String,
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
    pub status: String,
    pub content_digest: Vec<u8>,
    pub raw_sealed: Vec<u8>,
    pub batch: String,
    pub imported_at: DateTime<Utc>,
}

/// A row of `legacy_applications`.
#[derive(Debug, Insertable)]
#[diesel(table_name = legacy_applications, treat_none_as_default_value = false)]
pub struct NewApplication {
    pub id: LegacyApplicationId,
    pub system: String,
    pub key: String,
    pub account_key: Option<String>,
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
    pub contact_sealed: Vec<u8>,
    pub status: String,
    pub feedback: String,
    pub submitted_at: String,
    pub content_digest: Vec<u8>,
    pub raw_sealed: Vec<u8>,
    pub batch: String,
    pub imported_at: DateTime<Utc>,
}

/// A row of `legacy_photos`.
#[derive(Debug, Insertable)]
#[diesel(table_name = legacy_photos, treat_none_as_default_value = false)]
pub struct NewPhoto {
    pub system: String,
    pub application_key: String,
    pub photo_sealed: Vec<u8>,
    pub content_digest: Vec<u8>,
    pub batch: String,
    pub imported_at: DateTime<Utc>,
}

/// A row of `exam_combinations`.
#[derive(Debug, Insertable)]
#[diesel(table_name = exam_combinations, treat_none_as_default_value = false)]
pub struct NewCombination {
    pub exam_code: String,
    pub name: String,
    pub year: i32,
    pub level: String,
    pub specialty: String,
    pub batch: String,
}

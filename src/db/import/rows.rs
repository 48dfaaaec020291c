//! Rows as they are written, and the staging tables in which changed ones wait for their merge. Columns that hold personal data are
//! sealed before they come here.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::merge::Merge;
use crate::db::schema::{exam_combinations, legacy_accounts, legacy_applications, legacy_certificates, legacy_photos};
use crate::ids::{AccountId, CertificateId, LegacyApplicationId};

/// One struct for new rows, one for changed ones, the temporary table that takes those, and how they are merged; the columns named
/// first stay as they are.
macro_rules! rows {
    ($(#[doc = $doc:literal])* $new:ident, $changed:ident: $kind:literal in $table:ident, staged in $staged:ident
     ($key:ident; $($kept:ident: $kept_type:ty as $kept_sql:ident),*) {
        $($(#[$meta:meta])* $field:ident: $type:ty as [$($sql:tt)+],)*
    }) => {
        diesel::table! {
            $staged ($key) {
                $($kept -> $kept_sql,)*
                $($field -> $($sql)+,)*
            }
        }

        $(#[doc = $doc])*
        #[derive(Clone, Debug, Insertable, Queryable, Selectable)]
        #[diesel(table_name = $table, treat_none_as_default_value = false)]
        pub struct $new {
            $(pub $kept: $kept_type,)*
            $($(#[$meta])* pub $field: $type,)*
        }

        /// The same on its way to replace one that is there.
        #[derive(Debug, Insertable)]
        #[diesel(table_name = $staged, treat_none_as_default_value = false)]
        pub struct $changed {
            $(pub $kept: $kept_type,)*
            $(pub $field: $type,)*
        }

        impl From<$new> for $changed {
            fn from(row: $new) -> Self {
                Self { $($kept: row.$kept,)* $($field: row.$field,)* }
            }
        }

        impl $changed {
            pub(super) const MERGE: Merge = Merge {
                kind: $kind,
                table: stringify!($table),
                staged: stringify!($staged),
                key: stringify!($key),
                columns: &[$(stringify!($field)),*],
            };
        }
    };
}

rows! {
    /// A row of `legacy_accounts`.
    NewAccount, ChangedAccount: "accounts" in legacy_accounts, staged in staged_accounts
    (key; id: AccountId as Uuid, system: String as Text, key: String as Text) {
        number_lookup: Option<Vec<u8>> as [Nullable<Bytea>],
        number_sealed: Vec<u8> as [Bytea],
        name_sealed: Vec<u8> as [Bytea],
        email_sealed: Vec<u8> as [Bytea],
        registered_at: String as [Text],
        password_scheme: Option<String> as [Nullable<Text>],
        password_sealed: Option<Vec<u8>> as [Nullable<Bytea>],
        password_wrapped: Option<String> as [Nullable<Text>],
        password_salt_sealed: Option<Vec<u8>> as [Nullable<Bytea>],
        content_digest: Vec<u8> as [Bytea],
        raw_sealed: Vec<u8> as [Bytea],
        // Only an account that was registered here has none, and of these an import sees nothing.
        #[diesel(select_expression = legacy_accounts::batch.assume_not_null())]
        batch: String as [Text],
        imported_at: DateTime<Utc> as [Timestamptz],
    }
}

rows! {
    /// A row of `legacy_certificates`.
    NewCertificate, ChangedCertificate: "certificates" in legacy_certificates, staged in staged_certificates
    (key; id: CertificateId as Uuid, system: String as Text, key: String as Text) {
        exam_code: String as [Text],
        exam_name: String as [Text],
        year: String as [Text],
        level: String as [Text],
        specialty: String as [Text],
        number_lookup: Option<Vec<u8>> as [Nullable<Bytea>],
        number_sealed: Vec<u8> as [Bytea],
        name_sealed: Vec<u8> as [Bytea],
        certificate_number: String as [Text],
        approval_date: String as [Text],
        city: String as [Text],
        status: String as [Text],
        content_digest: Vec<u8> as [Bytea],
        raw_sealed: Vec<u8> as [Bytea],
        batch: String as [Text],
        imported_at: DateTime<Utc> as [Timestamptz],
    }
}

rows! {
    /// A row of `legacy_applications`.
    NewApplication, ChangedApplication: "applications" in legacy_applications, staged in staged_applications
    (key; id: LegacyApplicationId as Uuid, system: String as Text, key: String as Text) {
        account_key: Option<String> as [Nullable<Text>],
        exam_code: String as [Text],
        exam_name: String as [Text],
        year: String as [Text],
        level: String as [Text],
        specialty: String as [Text],
        number_lookup: Option<Vec<u8>> as [Nullable<Bytea>],
        number_sealed: Vec<u8> as [Bytea],
        name_sealed: Vec<u8> as [Bytea],
        certificate_number: String as [Text],
        approval_date: String as [Text],
        city: String as [Text],
        contact_sealed: Vec<u8> as [Bytea],
        status: String as [Text],
        feedback: String as [Text],
        submitted_at: String as [Text],
        content_digest: Vec<u8> as [Bytea],
        raw_sealed: Vec<u8> as [Bytea],
        batch: String as [Text],
        imported_at: DateTime<Utc> as [Timestamptz],
    }
}

rows! {
    /// A row of `legacy_photos`.
    NewPhoto, ChangedPhoto: "photos" in legacy_photos, staged in staged_photos
    (application_key; system: String as Text, application_key: String as Text) {
        photo_sealed: Vec<u8> as [Bytea],
        content_digest: Vec<u8> as [Bytea],
        batch: String as [Text],
        imported_at: DateTime<Utc> as [Timestamptz],
    }
}

/// A row of `exam_combinations`.
#[derive(Clone, Debug, Insertable, Queryable, Selectable)]
#[diesel(table_name = exam_combinations, treat_none_as_default_value = false)]
pub struct NewCombination {
    pub exam_code: String,
    pub name: String,
    pub year: i32,
    pub level: String,
    pub specialty: String,
    pub batch: String,
}

//! A task that is to be opened.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use crate::db::schema::review_tasks;
use crate::domain::review::Kind;
use crate::ids::{AccountId, LegacyApplicationId, PersonId, TaskId};

/// A question to be opened.
#[derive(Insertable)]
#[diesel(table_name = review_tasks)]
pub struct NewTask<'a> {
    pub id: TaskId,
    pub kind: Kind,
    pub person_id: Option<PersonId>,
    pub account_id: Option<AccountId>,
    pub issuer: Option<&'a str>,
    pub subject: Option<&'a str>,
    pub system: Option<&'a str>,
    pub request_lookup: Option<Vec<u8>>,
    pub legacy_application_id: Option<LegacyApplicationId>,
    pub evidence_sealed: Vec<u8>,
    pub created_at: DateTime<Utc>,
}

impl NewTask<'_> {
    /// A question about nothing yet.
    pub fn of(kind: Kind, evidence_sealed: Vec<u8>, created_at: DateTime<Utc>) -> Self {
        Self {
            id: TaskId::generate(),
            kind,
            person_id: None,
            account_id: None,
            issuer: None,
            subject: None,
            system: None,
            request_lookup: None,
            legacy_application_id: None,
            evidence_sealed,
            created_at,
        }
    }

    /// Opens it, unless the same question is open. Its number, or `None`.
    pub fn open(&self, conn: &mut PgConnection) -> QueryResult<Option<i64>> {
        self.insert_into(review_tasks::table)
            .on_conflict_do_nothing()
            .returning(review_tasks::number)
            .get_result(conn)
            .optional()
    }
}

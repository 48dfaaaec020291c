//! Questions for the reviewers.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::schema::review_tasks;
use crate::ids::{AccountId, PersonId, TaskId};

/// A question to be opened.
#[derive(Insertable)]
#[diesel(table_name = review_tasks)]
#[allow(missing_docs)]
pub struct NewTask<'a> {
    pub id: TaskId,
    pub kind: &'a str,
    pub person_id: Option<PersonId>,
    pub account_id: Option<AccountId>,
    pub issuer: Option<&'a str>,
    pub subject: Option<&'a str>,
    pub evidence_sealed: Vec<u8>,
    pub created_at: DateTime<Utc>,
}

impl NewTask<'_> {
    /// Opens it, unless the same question is open.
    pub fn open(&self, conn: &mut PgConnection) -> QueryResult<()> {
        self.insert_into(review_tasks::table).on_conflict_do_nothing().execute(conn).map(|_| ())
    }
}

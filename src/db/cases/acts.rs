//! What was done with a case.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde_json::Value;
use uuid::Uuid;

use super::Case;
use crate::db::schema::review_acts;
use crate::domain::case::Level;
use crate::domain::word::words;
use crate::ids::{ApplicationId, StaffId};

words! {
    pub enum ActWord {
        /// It came in, or came in again.
        Entered = "entered",
        /// Its owner edited it while it waited.
        Edited = "edited",
        RecommendApproval = "recommend_approval",
        RecommendRefusal = "recommend_refusal",
        Approved = "approved",
        Rejected = "rejected",
        Returned = "returned",
        /// Taken over from somebody who had it in hand.
        TakenOver = "taken_over",
        Held = "held",
        Resumed = "resumed",
        Noted = "noted",
        Reopened = "reopened",
    }
}

/// An act as stored.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = review_acts)]
pub struct Act {
    pub at: DateTime<Utc>,
    pub act: ActWord,
    pub level: Level,
    pub staff_id: Option<StaffId>,
    pub application_version: i32,
    pub reasons: Value,
    pub comment_sealed: Option<Vec<u8>>,
}

impl Act {
    /// Of one case, oldest first.
    pub fn of_case(conn: &mut PgConnection, case: ApplicationId) -> QueryResult<Vec<Self>> {
        review_acts::table
            .filter(review_acts::case_id.eq(case))
            .order(review_acts::id)
            .select(Self::as_select())
            .load(conn)
    }
}

/// An act to be written.
#[derive(Insertable)]
#[diesel(table_name = review_acts)]
pub struct NewAct {
    pub id: Uuid,
    pub case_id: ApplicationId,
    pub at: DateTime<Utc>,
    pub act: ActWord,
    pub level: Level,
    pub staff_id: Option<StaffId>,
    pub application_version: i32,
    /// Of the case, afterwards.
    pub version: i32,
    pub reasons: Value,
    pub comment_sealed: Option<Vec<u8>>,
}

impl NewAct {
    /// What somebody does with a case, which changes it.
    pub fn of(case: &Case, act: ActWord, by: StaffId, at: DateTime<Utc>) -> Self {
        Self {
            id: Uuid::now_v7(),
            case_id: case.id,
            at,
            act,
            level: case.level,
            staff_id: Some(by),
            application_version: case.application_version,
            version: case.version + 1,
            reasons: Value::Array(Vec::new()),
            comment_sealed: None,
        }
    }

    pub fn insert(&self, conn: &mut PgConnection) -> QueryResult<()> {
        diesel::insert_into(review_acts::table).values(self).execute(conn).map(|_| ())
    }
}

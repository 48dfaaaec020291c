//! What waits for staff: one case for each application, who has it in hand, and what was done with it.
//!
//! Locks are taken in one order: the person, the application, the case. A case that is taken from the queue is locked alone.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel::upsert::excluded;

use super::functions::literal;
use super::schema::review_cases;
use crate::domain::application::Status;
use crate::domain::case::{Level, Recommendation, Standing};
use crate::ids::{ApplicationId, StaffId};

mod acts;
mod lease;
mod next;
mod queue;
mod reasons;

// As the partial indexes write it.
literal!(Pending: Text = "'pending'");

pub use acts::{Act, ActWord, NewAct};
pub use next::Examiner;
pub use queue::{Counted, Cursor, Filter, HeldBy, Listed, Scope, StateFilter};
pub use reasons::ReasonRow;

/// A case as stored.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = review_cases)]
pub struct Case {
    pub id: ApplicationId,
    pub status: Status,
    pub level: Level,
    /// Counts what staff or the owner did.
    pub version: i32,
    pub application_version: i32,
    pub exam_code: String,
    pub exam_name: String,
    pub year: String,
    /// That examines; empty: none does.
    pub city: String,
    pub reference: String,
    pub needs_photo: bool,
    pub round: i32,
    pub entered_at: DateTime<Utc>,
    pub due_on: NaiveDate,
    pub holder_id: Option<StaffId>,
    pub lease_until: Option<DateTime<Utc>>,
    /// 挂起.
    pub held_until: Option<NaiveDate>,
    pub held_by: Option<StaffId>,
    pub recommended_by: Option<StaffId>,
    pub recommends_approval: Option<bool>,
    pub decided_by: Option<StaffId>,
    pub decided_at: Option<DateTime<Utc>>,
}

/// What comes in, or comes in again.
#[derive(Insertable)]
#[diesel(table_name = review_cases)]
pub struct Entering<'a> {
    pub id: ApplicationId,
    pub status: Status,
    pub level: Level,
    pub application_version: i32,
    pub exam_code: &'a str,
    pub exam_name: &'a str,
    pub year: &'a str,
    pub city: &'a str,
    pub reference: &'a str,
    pub needs_photo: bool,
    pub entered_at: DateTime<Utc>,
    pub due_on: NaiveDate,
}

impl Entering<'_> {
    /// Lets an application in that was just submitted or edited. What was recommended or decided is about another version: it begins anew. One that
    /// waits keeps its place, and its holder where it stays at their level. The version that comes of it.
    pub fn enter(&self, conn: &mut PgConnection) -> QueryResult<i32> {
        use diesel::dsl::case_when;
        let waits = review_cases::status.eq(Pending);
        // Whoever has it in hand examines for another level.
        let stays = review_cases::level.eq(excluded(review_cases::level));
        diesel::insert_into(review_cases::table)
            .values(self)
            .on_conflict(review_cases::id)
            .do_update()
            .set((
                review_cases::level.eq(excluded(review_cases::level)),
                review_cases::version.eq(review_cases::version + 1),
                review_cases::application_version.eq(excluded(review_cases::application_version)),
                review_cases::year.eq(excluded(review_cases::year)),
                review_cases::city.eq(excluded(review_cases::city)),
                review_cases::needs_photo.eq(excluded(review_cases::needs_photo)),
                review_cases::round.eq(case_when(waits, review_cases::round).otherwise(review_cases::round + 1)),
                review_cases::entered_at
                    .eq(case_when(waits, review_cases::entered_at).otherwise(excluded(review_cases::entered_at))),
                review_cases::due_on
                    .eq(case_when(waits, review_cases::due_on).otherwise(excluded(review_cases::due_on))),
                review_cases::status.eq(excluded(review_cases::status)),
                review_cases::holder_id.eq(case_when(stays, review_cases::holder_id).otherwise(None::<StaffId>)),
                review_cases::lease_until
                    .eq(case_when(stays, review_cases::lease_until).otherwise(None::<DateTime<Utc>>)),
                // What was waited for may be this.
                review_cases::held_until.eq(None::<NaiveDate>),
                review_cases::held_by.eq(None::<StaffId>),
                review_cases::recommended_by.eq(None::<StaffId>),
                review_cases::recommends_approval.eq(None::<bool>),
                review_cases::decided_by.eq(None::<StaffId>),
                review_cases::decided_at.eq(None::<DateTime<Utc>>),
            ))
            .returning(review_cases::version)
            .get_result(conn)
    }
}

/// What an answer changes.
#[derive(AsChangeset)]
#[diesel(table_name = review_cases, treat_none_as_null = true)]
pub struct Answered {
    pub status: Status,
    pub level: Level,
    pub version: i32,
    pub holder_id: Option<StaffId>,
    pub lease_until: Option<DateTime<Utc>>,
    pub held_until: Option<NaiveDate>,
    pub held_by: Option<StaffId>,
    pub recommended_by: Option<StaffId>,
    pub recommends_approval: Option<bool>,
    pub decided_by: Option<StaffId>,
    pub decided_at: Option<DateTime<Utc>>,
}

impl Case {
    pub fn by_id(conn: &mut PgConnection, id: ApplicationId) -> QueryResult<Option<Self>> {
        review_cases::table.find(id).select(Self::as_select()).first(conn).optional()
    }

    /// Locked until the end of the transaction: two reviewers act one after the other.
    pub fn by_id_locked(conn: &mut PgConnection, id: ApplicationId) -> QueryResult<Option<Self>> {
        review_cases::table.find(id).for_update().select(Self::as_select()).first(conn).optional()
    }

    /// Where it stands; `None`: it does not wait.
    pub fn standing(&self) -> Option<Standing> {
        let recommendation = self.recommended_by.zip(self.recommends_approval);
        let recommendation = recommendation.map(|(by, approve)| Recommendation { by, approve });
        (self.status == Status::Pending).then_some(Standing { level: self.level, recommendation })
    }

    /// Who has it in hand now.
    pub fn holder(&self, now: DateTime<Utc>) -> Option<(StaffId, DateTime<Utc>)> {
        self.holder_id.zip(self.lease_until).filter(|(_, until)| *until > now)
    }

    /// Whether it is out of the queue for a while.
    pub fn is_on_hold(&self, today: NaiveDate) -> bool {
        self.status == Status::Pending && self.held_until.is_some_and(|until| until > today)
    }

    /// Sets the day by which it is to be answered. The row is locked by the caller.
    pub fn set_due(&self, conn: &mut PgConnection, due_on: NaiveDate) -> QueryResult<()> {
        diesel::update(review_cases::table.find(self.id)).set(review_cases::due_on.eq(due_on)).execute(conn).map(|_| ())
    }

    /// Writes an answer over the version that was looked at. `false`: somebody was faster.
    pub fn answer(&self, conn: &mut PgConnection, answered: &Answered) -> QueryResult<bool> {
        let looked_at = review_cases::table.find(self.id).filter(review_cases::version.eq(self.version));
        Ok(diesel::update(looked_at).set(answered).execute(conn)? == 1)
    }
}

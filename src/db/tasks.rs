//! Questions for the reviewers.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::Text;

use super::functions::literal;
use super::schema::review_tasks;
use crate::domain::linking::LinkActor;
use crate::domain::review::{Kind, Status};
use crate::ids::{AccountId, PersonId, TaskId};

mod new;
mod pictures;

// As the partial indexes over open tasks write it.
literal!(Open: Text = "'open'");

pub use new::NewTask;
pub use pictures::NewPicture;

/// A question as stored.
#[derive(Clone, Queryable, Selectable)]
#[diesel(table_name = review_tasks)]
pub struct Task {
    pub id: TaskId,
    pub number: i64,
    pub kind: Kind,
    pub status: Status,
    pub person_id: Option<PersonId>,
    pub account_id: Option<AccountId>,
    pub issuer: Option<String>,
    pub subject: Option<String>,
    pub system: Option<String>,
    pub evidence_sealed: Vec<u8>,
    pub created_at: DateTime<Utc>,
    pub decided_at: Option<DateTime<Utc>>,
    pub decided_by: Option<LinkActor>,
    pub reason: Option<String>,
}

impl Task {
    /// A question by its number.
    pub fn by_number(conn: &mut PgConnection, number: i64) -> QueryResult<Option<Self>> {
        review_tasks::table.filter(review_tasks::number.eq(number)).select(Self::as_select()).first(conn).optional()
    }

    /// A question by its number, locked until the end of the transaction: two reviewers decide one after the other.
    pub fn by_number_locked(conn: &mut PgConnection, number: i64) -> QueryResult<Option<Self>> {
        review_tasks::table
            .filter(review_tasks::number.eq(number))
            .for_update()
            .select(Self::as_select())
            .first(conn)
            .optional()
    }

    /// What concerns a person, newest first.
    pub fn of_person(conn: &mut PgConnection, person: PersonId) -> QueryResult<Vec<Self>> {
        review_tasks::table
            .filter(review_tasks::person_id.eq(person))
            .order(review_tasks::number.desc())
            .select(Self::as_select())
            .load(conn)
    }

    /// What was ever asked about a pair of person and account, newest first.
    pub fn of_pair(conn: &mut PgConnection, person: PersonId, account: AccountId) -> QueryResult<Vec<Self>> {
        review_tasks::table
            .filter(review_tasks::person_id.eq(person).and(review_tasks::account_id.eq(account)))
            .order(review_tasks::number.desc())
            .select(Self::as_select())
            .load(conn)
    }

    /// The open question of a kind about a subject of the portal.
    pub fn of_subject(conn: &mut PgConnection, kind: Kind, issuer: &str, subject: &str) -> QueryResult<Option<Self>> {
        review_tasks::table
            .filter(review_tasks::issuer.eq(issuer).and(review_tasks::subject.eq(subject)))
            .filter(review_tasks::kind.eq(kind).and(review_tasks::status.eq(Open)))
            .select(Self::as_select())
            .first(conn)
            .optional()
    }

    /// The open one that asks the same.
    pub fn by_request(conn: &mut PgConnection, person: PersonId, request_lookup: &[u8]) -> QueryResult<Option<Self>> {
        review_tasks::table
            .filter(review_tasks::person_id.eq(person).and(review_tasks::request_lookup.eq(request_lookup)))
            .filter(review_tasks::status.eq(Open))
            .select(Self::as_select())
            .first(conn)
            .optional()
    }

    /// How many requests of a person are open.
    pub fn open_requests(conn: &mut PgConnection, person: PersonId) -> QueryResult<i64> {
        review_tasks::table
            .filter(review_tasks::person_id.eq(person).and(review_tasks::status.eq(Status::Open)))
            .filter(review_tasks::kind.eq_any([Kind::Request, Kind::Claim]))
            .count()
            .get_result(conn)
    }

    /// The queue: of one status or all, oldest first.
    pub fn list(conn: &mut PgConnection, status: Option<Status>, limit: i64) -> QueryResult<Vec<Self>> {
        let mut query = review_tasks::table.into_boxed();
        if let Some(status) = status {
            query = query.filter(review_tasks::status.eq(status));
        }
        query.order(review_tasks::number).limit(limit).select(Self::as_select()).load(conn)
    }

    /// Replaces what an open question rests on, and its kind: further evidence came in. Whether it was open still.
    pub fn add_evidence(&self, conn: &mut PgConnection, kind: Kind, evidence_sealed: &[u8]) -> QueryResult<bool> {
        diesel::update(review_tasks::table.find(self.id).filter(review_tasks::status.eq(Status::Open)))
            .set((review_tasks::kind.eq(kind), review_tasks::evidence_sealed.eq(evidence_sealed)))
            .execute(conn)
            .map(|changed| changed == 1)
    }

    /// Decides an open one. Whether it was open.
    pub fn decide(&self, conn: &mut PgConnection, decision: &TaskDecision<'_>) -> QueryResult<bool> {
        let open = review_tasks::table.find(self.id).filter(review_tasks::status.eq(Status::Open));
        let decided = diesel::update(open)
            .set((
                review_tasks::status.eq(decision.status),
                review_tasks::decided_at.eq(decision.at),
                review_tasks::decided_by.eq(decision.by),
                review_tasks::reason.eq(decision.reason),
            ))
            .execute(conn)?;
        Ok(decided == 1)
    }
}

/// A reviewer's answer.
#[derive(Debug)]
pub struct TaskDecision<'a> {
    /// [`Status::Approved`] or [`Status::Refused`].
    pub status: Status,
    pub at: DateTime<Utc>,
    pub by: &'a LinkActor,
    /// Why; shown to the citizen.
    pub reason: &'a str,
}

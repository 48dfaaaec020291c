//! The queue: rows and counts of the same filter, so that they agree.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::dsl::exists;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Nullable};
use serde::Deserialize;

use super::{Case, Pending};
use crate::db::schema::{applications, review_cases};
use crate::domain::application::Status;
use crate::domain::case::Level;
use crate::domain::word::words;
use crate::ids::{ApplicationId, StaffId};

words! {
    /// By what state cases are listed.
    pub enum StateFilter {
        /// Waits, and is not on hold.
        Waiting = "pending",
        OnHold = "held",
        Approved = "approved",
        Rejected = "rejected",
    }
}

/// Whose cases are listed at all.
#[derive(Clone, Debug)]
pub enum Scope {
    /// Of these cities at the city's level, and of the province's where `province`.
    Examined { cities: Vec<String>, province: bool },
    /// Whoever looks and does not act.
    Everything,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HeldBy {
    Nobody,
    One(StaffId),
}

#[derive(Clone, Debug)]
pub struct Filter {
    pub scope: Scope,
    pub state: StateFilter,
    pub exam: Option<String>,
    pub year: Option<String>,
    pub city: Option<String>,
    pub level: Option<Level>,
    pub needs_photo: Option<bool>,
    /// First time, or again.
    pub again: Option<bool>,
    pub holder: Option<HeldBy>,
    pub today: NaiveDate,
    pub now: DateTime<Utc>,
}

/// Where a page begins: after the case that is due then.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub struct Cursor {
    pub due_on: NaiveDate,
    pub id: ApplicationId,
}

/// A line of the queue.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = review_cases)]
pub struct Listed {
    pub id: ApplicationId,
    pub status: Status,
    pub level: Level,
    pub exam_name: String,
    pub year: String,
    pub city: String,
    pub reference: String,
    pub needs_photo: bool,
    pub round: i32,
    pub entered_at: DateTime<Utc>,
    pub due_on: NaiveDate,
    pub holder_id: Option<StaffId>,
    pub lease_until: Option<DateTime<Utc>>,
    pub held_until: Option<NaiveDate>,
    pub recommends_approval: Option<bool>,
}

/// How many there are, counted up to a bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted {
    pub count: i64,
    /// There are more.
    pub or_more: bool,
}

type Condition = Box<dyn BoxableExpression<review_cases::table, Pg, SqlType = Nullable<Bool>>>;

impl Filter {
    /// Of everything that waits.
    pub fn of(scope: Scope, today: NaiveDate, now: DateTime<Utc>) -> Self {
        Self {
            scope,
            state: StateFilter::Waiting,
            exam: None,
            year: None,
            city: None,
            level: None,
            needs_photo: None,
            again: None,
            holder: None,
            today,
            now,
        }
    }

    fn conditions(&self) -> Vec<Condition> {
        let mut all: Vec<Condition> = vec![self.scope(), self.state(), not_detached()];
        if let Some(exam) = self.exam.clone() {
            all.push(Box::new(review_cases::exam_code.eq(exam).nullable()));
        }
        if let Some(year) = self.year.clone() {
            all.push(Box::new(review_cases::year.eq(year).nullable()));
        }
        if let Some(city) = self.city.clone() {
            all.push(Box::new(review_cases::city.eq(city).nullable()));
        }
        if let Some(level) = self.level {
            all.push(Box::new(review_cases::level.eq(level).nullable()));
        }
        if let Some(needs_photo) = self.needs_photo {
            all.push(Box::new(review_cases::needs_photo.eq(needs_photo).nullable()));
        }
        match self.again {
            Some(true) => all.push(Box::new(review_cases::round.gt(1).nullable())),
            Some(false) => all.push(Box::new(review_cases::round.eq(1).nullable())),
            None => {}
        }
        match self.holder {
            Some(HeldBy::Nobody) => {
                all.push(Box::new(
                    review_cases::lease_until.is_null().nullable().or(review_cases::lease_until.le(self.now)),
                ));
            }
            Some(HeldBy::One(holder)) => {
                all.push(Box::new(review_cases::holder_id.eq(holder).and(review_cases::lease_until.gt(self.now))));
            }
            None => {}
        }
        all
    }

    fn scope(&self) -> Condition {
        match &self.scope {
            Scope::Everything => Box::new(review_cases::id.is_not_null().nullable()),
            // What became of the applications of their cities, whoever had the last word.
            Scope::Examined { cities, province: false } if self.is_decided() => {
                Box::new(review_cases::city.eq_any(cities.clone()).nullable())
            }
            Scope::Examined { province: true, .. } if self.is_decided() => {
                Box::new(review_cases::id.is_not_null().nullable())
            }
            Scope::Examined { cities, province } => {
                let of_cities = review_cases::level.eq(Level::City).and(review_cases::city.eq_any(cities.clone()));
                match province {
                    true if cities.is_empty() => Box::new(review_cases::level.eq(Level::Province).nullable()),
                    true => Box::new(of_cities.or(review_cases::level.eq(Level::Province)).nullable()),
                    false => Box::new(of_cities.nullable()),
                }
            }
        }
    }

    const fn is_decided(&self) -> bool {
        matches!(self.state, StateFilter::Approved | StateFilter::Rejected)
    }

    fn state(&self) -> Condition {
        let on_hold = review_cases::held_until.gt(self.today);
        match self.state {
            StateFilter::Waiting => {
                let waits = review_cases::held_until.is_null().nullable().or(review_cases::held_until.le(self.today));
                Box::new(review_cases::status.eq(Pending).nullable().and(waits))
            }
            StateFilter::OnHold => Box::new(review_cases::status.eq(Pending).nullable().and(on_hold)),
            StateFilter::Approved => Box::new(review_cases::status.eq(Status::Approved).nullable()),
            StateFilter::Rejected => Box::new(review_cases::status.eq(Status::Rejected).nullable()),
        }
    }

    /// The cases of a page, the one due first first, after a cursor.
    pub fn page(&self, conn: &mut PgConnection, after: Option<Cursor>, limit: i64) -> QueryResult<Vec<Listed>> {
        let mut query = review_cases::table.into_boxed();
        for condition in self.conditions() {
            query = query.filter(condition);
        }
        if let Some(Cursor { due_on, id }) = after {
            let later = review_cases::due_on.gt(due_on);
            query = query.filter(later.or(review_cases::due_on.eq(due_on).and(review_cases::id.gt(id))));
        }
        query.order((review_cases::due_on, review_cases::id)).limit(limit).select(Listed::as_select()).load(conn)
    }

    /// How many there are on all pages, counted no further than `bound`.
    pub fn count(&self, conn: &mut PgConnection, bound: i64) -> QueryResult<Counted> {
        let mut query = review_cases::table.into_boxed();
        for condition in self.conditions() {
            query = query.filter(condition);
        }
        // A list of ids of this length is nothing; a subquery in FROM is beyond diesel.
        let found: Vec<ApplicationId> = query.limit(bound + 1).select(review_cases::id).load(conn)?;
        let count = i64::try_from(found.len()).unwrap_or(i64::MAX);
        Ok(Counted { count: count.min(bound), or_more: count > bound })
    }
}

/// What its owner lost stands in nobody's way, and is nobody's work.
fn not_detached() -> Condition {
    let own = applications::id.eq(review_cases::id);
    Box::new(exists(applications::table.filter(own.and(applications::detached_at.is_null()))).nullable())
}

impl Case {
    /// Exams, years and cities of what waits, to choose from.
    pub fn choices(conn: &mut PgConnection) -> QueryResult<Vec<(String, String, String)>> {
        review_cases::table
            .filter(review_cases::status.eq(Pending))
            .select((review_cases::exam_code, review_cases::exam_name, review_cases::year))
            .distinct()
            .limit(500)
            .load(conn)
    }
}

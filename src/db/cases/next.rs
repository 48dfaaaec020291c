//! 下一件: the case that is due first among those that somebody may examine, taken so that nobody else takes it.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::dsl::exists;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{Array, Bool, Bytea, Date, Nullable, Text, Timestamptz, Uuid};

use super::Case;
use crate::db::schema::{aliases, applications};
use crate::domain::case::Level;
use crate::domain::linking::LinkActor;
use crate::ids::{ApplicationId, StaffId};

/// Who examines, and what.
#[derive(Clone, Debug)]
pub struct Examiner {
    pub id: StaffId,
    /// As links and tasks name who decided.
    pub name: String,
    /// Whose applications they examine for their city.
    pub cities: Vec<String>,
    /// They examine for the province.
    pub for_province: bool,
    /// Keyed look-up value of their own number.
    pub own_number: Option<Vec<u8>>,
}

/// Nobody examines their own application; one whose owner's accounts they linked; or one that they recommended on. Nor what stands in nobody's
/// way any more, or is said not to be its owner's. $1: id, $2: name as an actor, $3: own number.
const MAY_EXAMINE: &str = "c.recommended_by IS DISTINCT FROM $1
   AND EXISTS (SELECT FROM applications a WHERE a.id = c.id AND a.detached_at IS NULL
     AND NOT EXISTS (SELECT FROM links f WHERE f.id = a.followed_link_id AND f.frozen_at IS NOT NULL)
     AND NOT EXISTS (SELECT FROM aliases n WHERE n.person_id = a.person_id AND n.number_lookup = $3)
     AND NOT EXISTS (SELECT FROM links l WHERE l.person_id = a.person_id AND l.actor = $2)
     AND NOT EXISTS (SELECT FROM review_tasks t WHERE t.person_id = a.person_id AND t.decided_by = $2))";

#[derive(QueryableByName)]
struct Taken {
    #[diesel(sql_type = Uuid)]
    id: ApplicationId,
}

#[derive(QueryableByName)]
struct May {
    #[diesel(sql_type = Bool)]
    may: bool,
}

impl Examiner {
    fn actor(&self) -> String {
        LinkActor::Staff(self.name.clone()).word().into_owned()
    }

    /// Takes the case that is due first and that nobody has in hand. `None`: none is left.
    pub fn take_next(
        &self,
        conn: &mut PgConnection,
        today: NaiveDate,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> QueryResult<Option<ApplicationId>> {
        // Each level by an index of its own, in order.
        let of_level = |level: &str| {
            format!(
                "SELECT c.id, c.due_on FROM review_cases c WHERE c.status = 'pending' AND {level}
                   AND (c.lease_until IS NULL OR c.lease_until <= $5) AND (c.held_until IS NULL OR c.held_until <= $4)
                   AND {MAY_EXAMINE}
                 ORDER BY c.due_on, c.id LIMIT 1 FOR UPDATE OF c SKIP LOCKED"
            )
        };
        let mut levels = Vec::new();
        if self.for_province {
            levels.push(of_level("c.level = 'province'"));
        }
        if !self.cities.is_empty() {
            levels.push(of_level("c.level = 'city' AND c.city = ANY($7)"));
        }
        for level in levels {
            let take = format!(
                "WITH first AS MATERIALIZED ({level})
                 UPDATE review_cases SET holder_id = $1, lease_until = $6 FROM first WHERE review_cases.id = first.id
                   AND ($7::text[] IS NOT NULL)
                 RETURNING review_cases.id"
            );
            let taken: Option<Taken> = sql_query(take)
                .bind::<Uuid, _>(self.id)
                .bind::<Text, _>(self.actor())
                .bind::<Nullable<Bytea>, _>(&self.own_number)
                .bind::<Date, _>(today)
                .bind::<Timestamptz, _>(now)
                .bind::<Timestamptz, _>(until)
                .bind::<Array<Text>, _>(&self.cities)
                .get_result(conn)
                .optional()?;
            if let Some(Taken { id }) = taken {
                return Ok(Some(id));
            }
        }
        Ok(None)
    }

    /// Whether a case is none of those that this one must leave to others.
    pub fn may_examine(&self, conn: &mut PgConnection, id: ApplicationId) -> QueryResult<bool> {
        let may: Option<May> = sql_query(format!("SELECT ({MAY_EXAMINE}) AS may FROM review_cases c WHERE c.id = $4"))
            .bind::<Uuid, _>(self.id)
            .bind::<Text, _>(self.actor())
            .bind::<Nullable<Bytea>, _>(&self.own_number)
            .bind::<Uuid, _>(id)
            .get_result(conn)
            .optional()?;
        Ok(may.is_some_and(|may| may.may))
    }

    /// Whether an application is this one's own.
    pub fn is_own(&self, conn: &mut PgConnection, id: ApplicationId) -> QueryResult<bool> {
        let Some(number) = &self.own_number else { return Ok(false) };
        let of_owner = aliases::person_id.eq(applications::person_id).and(aliases::number_lookup.eq(number));
        let own = applications::table.find(id).filter(exists(aliases::table.filter(of_owner)));
        diesel::select(exists(own)).get_result(conn)
    }

    /// Whether a case is of a level and city of theirs.
    pub fn covers(&self, case: &Case) -> bool {
        match case.level {
            Level::Province => self.for_province,
            Level::City => self.cities.contains(&case.city),
        }
    }
}

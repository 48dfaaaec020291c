//! Applications that were made under an account and followed it to a portal's person.

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{Array, Binary, Uuid};

use super::Application;
use crate::db::schema::{applications, review_cases};
use crate::domain::application::Status;
use crate::ids::{ApplicationId, LinkId, PersonId};

impl Application {
    /// Gives these applications, with their photos, to a portal's person. How many.
    pub fn follow(conn: &mut PgConnection, ids: &[ApplicationId], to: PersonId, by: LinkId) -> QueryResult<usize> {
        if ids.is_empty() {
            return Ok(0);
        }
        sql_query(
            "UPDATE photos SET person_id = $2 FROM application_versions v JOIN applications a ON a.id = v.application_id
             WHERE v.photo_id = photos.id AND a.id = ANY($1) AND photos.person_id = a.person_id",
        )
        .bind::<Array<Uuid>, _>(ids)
        .bind::<Uuid, _>(to)
        .execute(conn)?;
        sql_query(
            "UPDATE applications
             SET person_id = $2, followed_link_id = $3, followed_from = person_id, followed_version = version
             WHERE id = ANY($1)",
        )
        .bind::<Array<Uuid>, _>(ids)
        .bind::<Uuid, _>(to)
        .bind::<Uuid, _>(by)
        .execute(conn)
        .and_then(|followed| others_now(conn, ids).map(|()| followed))
    }

    /// What followed by a link and was not changed since, each with whose it was.
    pub fn followed(conn: &mut PgConnection, by: LinkId) -> QueryResult<Vec<(Self, PersonId)>> {
        applications::table
            .filter(applications::followed_link_id.eq(by))
            .filter(applications::followed_version.eq(applications::version.nullable()))
            .select((Self::as_select(), applications::followed_from.assume_not_null()))
            .load(conn)
    }

    /// Gives back what [`followed`](Self::followed). How many.
    pub fn give_back(conn: &mut PgConnection, by: LinkId) -> QueryResult<usize> {
        let unchanged = applications::followed_version.eq(applications::version.nullable());
        let followed = applications::table.filter(applications::followed_link_id.eq(by)).filter(unchanged);
        let ids: Vec<ApplicationId> = followed.select(applications::id).load(conn)?;
        sql_query(
            "UPDATE photos SET person_id = a.followed_from FROM application_versions v JOIN applications a ON a.id = v.application_id
             WHERE v.photo_id = photos.id AND a.followed_link_id = $1 AND a.version = a.followed_version",
        )
        .bind::<Uuid, _>(by)
        .execute(conn)?;
        sql_query(
            "UPDATE applications
             SET person_id = followed_from, followed_link_id = NULL, followed_from = NULL, followed_version = NULL
             WHERE followed_link_id = $1 AND version = followed_version",
        )
        .bind::<Uuid, _>(by)
        .execute(conn)
        .and_then(|given_back| others_now(conn, &ids).map(|()| given_back))
    }

    /// Makes it the same as others of its person that are about the same, unless one of these is open: of two that are open, that one stands in
    /// the way of a third.
    pub fn is_about(&self, conn: &mut PgConnection, same_lookup: &[u8]) -> QueryResult<()> {
        sql_query(
            "UPDATE applications a SET same_lookup = $2 WHERE a.id = $1 AND NOT EXISTS
               (SELECT FROM applications b WHERE b.person_id = a.person_id AND b.id <> a.id AND b.same_lookup = $2
                AND b.certificate_id IS NULL AND b.status IN ('pending', 'rejected'))",
        )
        .bind::<Uuid, _>(self.id)
        .bind::<Binary, _>(same_lookup)
        .execute(conn)
        .map(|_| ())
    }
}

/// Whose they are is another one now: a reviewer who looks at one sees what is not so any more, and must look again.
fn others_now(conn: &mut PgConnection, ids: &[ApplicationId]) -> QueryResult<()> {
    let waiting =
        review_cases::table.filter(review_cases::id.eq_any(ids).and(review_cases::status.eq(Status::Pending)));
    diesel::update(waiting).set(review_cases::version.eq(review_cases::version + 1)).execute(conn).map(|_| ())
}

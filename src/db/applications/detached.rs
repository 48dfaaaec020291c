//! Applications that were made from something which is not their person's any more: theirs all the same, and in nobody's way.

use chrono::{DateTime, Utc};
use diesel::dsl::not;
use diesel::prelude::*;

use super::{Application, is_shown};
use crate::db::schema::applications;
use crate::ids::{ApplicationId, CertificateId, LegacyApplicationId, PersonId};

/// What an application is made from.
#[derive(Clone, Copy, Debug, Default)]
pub struct Origin {
    /// The old application that was edited.
    pub old: Option<LegacyApplicationId>,
    pub certificate: Option<CertificateId>,
}

impl Application {
    /// Those of a person that were made from something that is not theirs any more.
    pub fn detached_of_person(conn: &mut PgConnection, person: PersonId) -> QueryResult<Vec<Self>> {
        applications::table
            .filter(applications::person_id.eq(person).and(applications::detached_at.is_not_null()).and(is_shown()))
            .select(Self::as_select())
            .load(conn)
    }

    /// Marks what was made from something that is no longer the person's.
    pub fn detach(conn: &mut PgConnection, ids: &[ApplicationId], now: DateTime<Utc>) -> QueryResult<()> {
        if ids.is_empty() {
            return Ok(());
        }
        diesel::update(
            applications::table.filter(applications::id.eq_any(ids).and(applications::detached_at.is_null())),
        )
        .set(applications::detached_at.eq(now))
        .execute(conn)
        .map(|_| ())
    }

    /// Marks what others made from an old application or a certificate that is this person's now, and what the person says is not theirs: it
    /// stays as it is, and stands in nobody's way.
    pub fn detach_others(
        conn: &mut PgConnection,
        person: PersonId,
        origin: Origin,
        now: DateTime<Utc>,
    ) -> QueryResult<()> {
        let of_old = applications::legacy_application_id.eq(origin.old).assume_not_null();
        let of_certificate = applications::certificate_id.eq(origin.certificate).assume_not_null();
        let others = applications::person_id.ne(person).or(not(is_shown()));
        let others = others.and(applications::detached_at.is_null());
        diesel::update(applications::table.filter(others.and(of_old.or(of_certificate))))
            .set(applications::detached_at.eq(now))
            .execute(conn)
            .map(|_| ())
    }

    /// Takes the mark away where the old application or certificate is the person's again and nobody else's work is about it.
    pub fn attach_again(conn: &mut PgConnection, ids: &[ApplicationId]) -> QueryResult<()> {
        if ids.is_empty() {
            return Ok(());
        }
        diesel::sql_query(
            "UPDATE applications a SET detached_at = NULL WHERE a.id = ANY($1) AND a.detached_at IS NOT NULL AND NOT EXISTS
               (SELECT FROM applications b WHERE b.detached_at IS NULL AND (b.legacy_application_id = a.legacy_application_id
                  OR b.certificate_id = a.certificate_id AND b.status IN ('pending', 'rejected')))",
        )
        .bind::<diesel::sql_types::Array<diesel::sql_types::Uuid>, _>(ids)
        .execute(conn)
        .map(|_| ())
    }
}

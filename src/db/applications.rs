//! Applications for reissue, their versions and photos.

use chrono::{DateTime, Utc};
use diesel::dsl::{auto_type, exists, not};
use diesel::prelude::*;
use diesel::sql_types::Text;
use uuid::Uuid;

use super::functions::literal;
use super::schema::{application_versions, applications, legacy_applications, links, review_cases};
use crate::domain::application::Status;
use crate::ids::{ApplicationId, CertificateId, LegacyApplicationId, PersonId};

// As the partial index writes it.
literal!(Pending: Text = "'pending'");

mod detached;
mod followed;
mod versions;

pub use detached::Origin;
pub use versions::{Version, insert_photo, photo_of_version};

#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = applications)]
pub struct Application {
    pub id: ApplicationId,
    pub person_id: PersonId,
    pub reference: String,
    pub submission_token: Option<Uuid>,
    pub certificate_id: Option<CertificateId>,
    pub legacy_application_id: Option<LegacyApplicationId>,
    pub same_lookup: Vec<u8>,
    pub status: Status,
    pub feedback: String,
    pub exam_code: String,
    pub exam_name: String,
    pub year: String,
    pub certificate_number: String,
    pub version: i32,
    pub submitted_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub detached_at: Option<DateTime<Utc>>,
}

/// An old application whose owner edited it here.
#[derive(Debug, Queryable)]
pub struct Edited {
    pub legacy_application_id: LegacyApplicationId,
    /// In its old system.
    pub key: String,
    pub person_id: PersonId,
}

/// Which of these old applications were edited here, and still are somebody's.
pub fn edited(conn: &mut PgConnection, system: &str, keys: &[&str]) -> QueryResult<Vec<Edited>> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let old = legacy_applications::id.nullable().eq(applications::legacy_application_id);
    applications::table
        .inner_join(legacy_applications::table.on(old))
        .filter(legacy_applications::system.eq(system).and(legacy_applications::key.eq_any(keys)))
        .filter(applications::detached_at.is_null())
        .select((legacy_applications::id, legacy_applications::key, applications::person_id))
        .load(conn)
}

/// What followed an account of which the person says that it is not theirs is hidden with it.
#[auto_type(no_type_alias)]
fn is_shown() -> _ {
    let by = links::id.nullable().eq(applications::followed_link_id);
    not(exists(links::table.filter(by.and(links::frozen_at.is_not_null()))))
}

#[auto_type(no_type_alias)]
fn is_named(id: ApplicationId, old: LegacyApplicationId) -> _ {
    let began_as = applications::legacy_application_id.eq(old).and(applications::detached_at.is_null());
    applications::id.eq(id).or(began_as.assume_not_null())
}

impl Application {
    /// A person's applications, newest first.
    pub fn of_person(conn: &mut PgConnection, person: PersonId) -> QueryResult<Vec<Self>> {
        applications::table
            .filter(applications::person_id.eq(person).and(is_shown()))
            .order(applications::submitted_at.desc())
            .select(Self::as_select())
            .load(conn)
    }

    /// One of a person's applications, by its id or by that of the old application it began as; another person's is not found.
    pub fn of_person_by_id(conn: &mut PgConnection, person: PersonId, id: ApplicationId) -> QueryResult<Option<Self>> {
        let old = LegacyApplicationId::from_uuid(*id.as_uuid());
        applications::table
            .filter(is_named(id, old))
            .filter(applications::person_id.eq(person).and(is_shown()))
            .order(applications::detached_at.is_not_null())
            .select(Self::as_select())
            .first(conn)
            .optional()
    }

    /// A person's application with its newest version.
    pub fn with_version(
        conn: &mut PgConnection,
        person: PersonId,
        id: ApplicationId,
    ) -> QueryResult<Option<(Self, Version)>> {
        let old = LegacyApplicationId::from_uuid(*id.as_uuid());
        let is_newest = application_versions::application_id
            .eq(applications::id)
            .and(application_versions::version.eq(applications::version));
        applications::table
            .inner_join(application_versions::table.on(is_newest))
            .filter(is_named(id, old))
            .filter(applications::person_id.eq(person).and(is_shown()))
            .order(applications::detached_at.is_not_null())
            .select((Self::as_select(), Version::as_select()))
            .first(conn)
            .optional()
    }

    /// Whether an application about a certificate waits for its answer, or to be mended, which is another person's work.
    pub fn is_open_elsewhere(
        conn: &mut PgConnection,
        person: PersonId,
        certificate: CertificateId,
    ) -> QueryResult<bool> {
        let about = applications::certificate_id.eq(certificate).assume_not_null();
        let open = applications::status.ne(Status::Approved).and(applications::detached_at.is_null());
        diesel::select(exists(applications::table.filter(about.and(open).and(applications::person_id.ne(person)))))
            .get_result(conn)
    }

    /// Whether an id is given, whosever the application is.
    pub fn exists(conn: &mut PgConnection, id: ApplicationId) -> QueryResult<bool> {
        diesel::select(exists(applications::table.find(id))).get_result(conn)
    }

    /// Whosever it is.
    pub fn by_id(conn: &mut PgConnection, id: ApplicationId) -> QueryResult<Option<Self>> {
        applications::table.find(id).select(Self::as_select()).first(conn).optional()
    }

    /// Whosever it is, locked until the end of the transaction.
    pub fn by_id_locked(conn: &mut PgConnection, id: ApplicationId) -> QueryResult<Option<Self>> {
        applications::table.find(id).for_update().select(Self::as_select()).first(conn).optional()
    }

    /// Some of those that wait and whose version is not the one that stands in the queue, after an id, in the order of ids.
    pub fn not_in_queue(
        conn: &mut PgConnection,
        after: Option<ApplicationId>,
        limit: i64,
    ) -> QueryResult<Vec<ApplicationId>> {
        let waits = review_cases::status.eq(Status::Pending);
        let case = review_cases::table.filter(
            review_cases::id
                .eq(applications::id)
                .and(review_cases::application_version.eq(applications::version))
                .and(waits),
        );
        let after = after.unwrap_or(ApplicationId::from_uuid(Uuid::nil()));
        applications::table
            .filter(applications::status.eq(Pending).and(applications::id.gt(after)).and(not(exists(case))))
            .order(applications::id)
            .limit(limit)
            .select(applications::id)
            .load(conn)
    }

    /// Writes what the review came to. The row is locked by the caller, and waits.
    pub fn decide(&self, conn: &mut PgConnection, status: Status, feedback: &str) -> QueryResult<()> {
        diesel::update(applications::table.find(self.id))
            .set((applications::status.eq(status), applications::feedback.eq(feedback)))
            .execute(conn)
            .map(|_| ())
    }

    /// Stores a new one; unique constraints refuse a second open one for the same certificate.
    pub fn insert(&self, conn: &mut PgConnection) -> QueryResult<()> {
        self.insert_into(applications::table).execute(conn).map(|_| ())
    }

    /// Writes the next version's head where the row still has the version that was edited. `false`: someone was faster.
    pub fn advance(&self, conn: &mut PgConnection, edited_version: i32) -> QueryResult<bool> {
        let still = applications::table
            .find(self.id)
            .filter(applications::version.eq(edited_version).and(applications::status.ne(Status::Approved)));
        let updated = diesel::update(still)
            .set((
                applications::status.eq(self.status),
                applications::year.eq(&self.year),
                applications::certificate_number.eq(&self.certificate_number),
                applications::same_lookup.eq(&self.same_lookup),
                applications::version.eq(self.version),
                applications::updated_at.eq(self.updated_at),
            ))
            .execute(conn)?;
        Ok(updated == 1)
    }
}

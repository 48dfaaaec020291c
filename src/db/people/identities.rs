//! Identities: by which portal accounts a person comes.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use crate::db::functions::any;
use crate::db::schema::{identities, identity_changes};
use crate::domain::document::DocumentType;
use crate::domain::linking::IdentityPart;
use crate::ids::{IdentityId, PersonId};

/// One (issuer, subject) that a person signed in with.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = identities)]
pub struct IdentityRow {
    pub id: IdentityId,
    pub person_id: PersonId,
    pub issuer: String,
    pub subject: String,
    pub document_type: Option<DocumentType>,
    pub number_sealed: Vec<u8>,
    pub name_sealed: Vec<u8>,
    pub created_at: DateTime<Utc>,
    pub last_seen_at: DateTime<Utc>,
}

impl IdentityRow {
    /// The identity of a subject.
    pub fn by_subject(conn: &mut PgConnection, issuer: &str, subject: &str) -> QueryResult<Option<Self>> {
        identities::table
            .filter(
                identities::issuer.eq(issuer).and(identities::subject.eq(subject)).and(identities::ended_at.is_null()),
            )
            .select(Self::as_select())
            .first(conn)
            .optional()
    }

    /// The identities of many subjects of one portal.
    pub fn by_subjects(conn: &mut PgConnection, issuer: &str, subjects: &[&str]) -> QueryResult<Vec<Self>> {
        identities::table
            .filter(
                identities::issuer
                    .eq(issuer)
                    .and(identities::subject.eq(any(subjects)))
                    .and(identities::ended_at.is_null()),
            )
            .select(Self::as_select())
            .load(conn)
    }

    /// The identity that a person signed in with last.
    pub fn newest_of_person(conn: &mut PgConnection, person: PersonId) -> QueryResult<Option<Self>> {
        identities::table
            .filter(identities::person_id.eq(person).and(identities::ended_at.is_null()))
            .order(identities::last_seen_at.desc())
            .select(Self::as_select())
            .first(conn)
            .optional()
    }

    /// Stores a new one.
    pub fn insert(&self, conn: &mut PgConnection) -> QueryResult<()> {
        self.insert_into(identities::table).execute(conn).map(|_| ())
    }

    /// Notes that the portal vouched for it again, with the name it gave.
    pub fn seen(conn: &mut PgConnection, id: IdentityId, name_sealed: &[u8], now: DateTime<Utc>) -> QueryResult<()> {
        diesel::update(identities::table.find(id))
            .set((identities::name_sealed.eq(name_sealed), identities::last_seen_at.eq(now)))
            .execute(conn)
            .map(|_| ())
    }

    /// Accepts another number for it: a reviewer found that it is the same human's.
    pub fn accept_number(
        conn: &mut PgConnection,
        id: IdentityId,
        (number_sealed, name_sealed): (&[u8], &[u8]),
        document_type: Option<DocumentType>,
    ) -> QueryResult<()> {
        diesel::update(identities::table.find(id))
            .set((
                identities::number_sealed.eq(number_sealed),
                identities::name_sealed.eq(name_sealed),
                identities::document_type.eq(document_type),
            ))
            .execute(conn)
            .map(|_| ())
    }

    /// Ends it: a reviewer found that the subject is another human's now.
    pub fn end(conn: &mut PgConnection, id: IdentityId, now: DateTime<Utc>) -> QueryResult<()> {
        diesel::update(identities::table.find(id)).set(identities::ended_at.eq(now)).execute(conn).map(|_| ())
    }

    /// Records that the portal vouches for another name or number than before.
    pub fn changed(
        conn: &mut PgConnection,
        id: IdentityId,
        change: &Change<'_>,
        now: DateTime<Utc>,
    ) -> QueryResult<()> {
        diesel::insert_into(identity_changes::table)
            .values((
                identity_changes::identity_id.eq(id),
                identity_changes::seen_at.eq(now),
                identity_changes::changed.eq(change.part),
                identity_changes::before_sealed.eq(change.before),
                identity_changes::after_sealed.eq(change.after),
            ))
            .execute(conn)
            .map(|_| ())
    }
}

/// What the portal says otherwise than before, sealed.
#[derive(Clone, Copy)]
pub struct Change<'a> {
    pub part: IdentityPart,
    /// As it was.
    pub before: &'a [u8],
    /// As it is.
    pub after: &'a [u8],
}

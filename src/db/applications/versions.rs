//! The versions of an application, and their photos.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::Application;
use crate::db::schema::{application_versions, photos};
use crate::ids::{ApplicationId, PersonId, PhotoId};

/// One submitted version.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = application_versions)]
pub struct Version {
    pub application_id: ApplicationId,
    pub version: i32,
    pub form_sealed: Vec<u8>,
    pub photo_id: Option<PhotoId>,
    pub submitted_at: DateTime<Utc>,
}

impl Version {
    /// One version of an application.
    pub fn find(conn: &mut PgConnection, application: ApplicationId, version: i32) -> QueryResult<Self> {
        application_versions::table.find((application, version)).select(Self::as_select()).first(conn)
    }

    pub fn insert(&self, conn: &mut PgConnection) -> QueryResult<()> {
        self.insert_into(application_versions::table).execute(conn).map(|_| ())
    }
}

/// Stores a photo.
pub fn insert_photo(
    conn: &mut PgConnection,
    id: PhotoId,
    person: PersonId,
    sealed: &[u8],
    now: DateTime<Utc>,
) -> QueryResult<()> {
    diesel::insert_into(photos::table)
        .values((
            photos::id.eq(id),
            photos::person_id.eq(person),
            photos::photo_sealed.eq(sealed),
            photos::created_at.eq(now),
        ))
        .execute(conn)
        .map(|_| ())
}

/// The sealed photo that the newest version of an application came with.
pub fn photo_of_version(conn: &mut PgConnection, application: &Application) -> QueryResult<Option<Vec<u8>>> {
    application_versions::table
        .inner_join(photos::table.on(application_versions::photo_id.eq(photos::id.nullable())))
        .filter(application_versions::application_id.eq(application.id))
        .filter(application_versions::version.eq(application.version))
        .filter(photos::person_id.eq(application.person_id))
        .select(photos::photo_sealed)
        .first(conn)
        .optional()
}

//! The pictures that a citizen attached to a task.

use diesel::prelude::*;

use super::Task;
use crate::db::schema::review_task_files;
use crate::domain::evidence::MediaType;
use crate::ids::TaskId;

impl Task {
    /// The sealed pictures attached to it, with their media types, in the order in which they came.
    pub fn files(&self, conn: &mut PgConnection) -> QueryResult<Vec<(MediaType, Vec<u8>)>> {
        review_task_files::table
            .filter(review_task_files::task_id.eq(self.id))
            .order(review_task_files::place)
            .select((review_task_files::media_type, review_task_files::file_sealed))
            .load(conn)
    }

    /// Of each attached picture the media type and what tells it from others.
    pub fn pictures(&self, conn: &mut PgConnection) -> QueryResult<Vec<(MediaType, Option<Vec<u8>>)>> {
        review_task_files::table
            .filter(review_task_files::task_id.eq(self.id))
            .order(review_task_files::place)
            .select((review_task_files::media_type, review_task_files::content_digest))
            .load(conn)
    }
}

/// A picture that a citizen attached.
#[derive(Insertable)]
#[diesel(table_name = review_task_files)]
pub struct NewPicture {
    pub task_id: TaskId,
    /// From 1 on.
    pub place: i32,
    pub media_type: MediaType,
    pub file_sealed: Vec<u8>,
    pub content_digest: Vec<u8>,
}

impl NewPicture {
    /// Stores it with its task.
    pub fn attach(&self, conn: &mut PgConnection) -> QueryResult<()> {
        self.insert_into(review_task_files::table).execute(conn).map(|_| ())
    }
}

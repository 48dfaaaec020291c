//! The library of reasons.

use diesel::prelude::*;

use crate::db::schema::review_reasons;
use crate::domain::case::Reason;
use crate::domain::form::Field;

/// The newest version of a reason.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = review_reasons)]
pub struct ReasonRow {
    pub code: String,
    pub version: i32,
    pub field: Option<Field>,
    pub correctable: bool,
    pub for_staff: String,
    pub for_citizen: String,
    pub retired: bool,
}

impl ReasonRow {
    /// The newest version of each reason that is offered, by code.
    pub fn offered(conn: &mut PgConnection) -> QueryResult<Vec<Self>> {
        let newest: Vec<Self> = review_reasons::table
            .order((review_reasons::code, review_reasons::version.desc()))
            .distinct_on(review_reasons::code)
            .select(Self::as_select())
            .load(conn)?;
        Ok(newest.into_iter().filter(|reason| !reason.retired).collect())
    }
}

impl From<ReasonRow> for Reason {
    fn from(row: ReasonRow) -> Self {
        let ReasonRow { code, version, field, correctable, for_staff, for_citizen, retired: _ } = row;
        Self { code, version, field, correctable, for_staff, for_citizen }
    }
}

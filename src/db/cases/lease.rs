//! Who has a case in hand: for a while, and longer while its page is open.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::{Case, Pending};
use crate::db::schema::review_cases;
use crate::ids::{ApplicationId, StaffId};

impl Case {
    /// Gives a case into somebody's hands. The row is locked by the caller, who has looked at who holds it.
    pub fn hold(conn: &mut PgConnection, id: ApplicationId, holder: StaffId, until: DateTime<Utc>) -> QueryResult<()> {
        diesel::update(review_cases::table.find(id))
            .set((review_cases::holder_id.eq(holder), review_cases::lease_until.eq(until)))
            .execute(conn)
            .map(|_| ())
    }

    /// Keeps it there for longer, where it still is. Whether it is.
    pub fn renew(
        conn: &mut PgConnection,
        id: ApplicationId,
        holder: StaffId,
        until: DateTime<Utc>,
    ) -> QueryResult<bool> {
        let own = review_cases::holder_id.eq(holder).assume_not_null();
        let held = review_cases::table.find(id).filter(own.and(review_cases::status.eq(Pending)));
        Ok(diesel::update(held).set(review_cases::lease_until.eq(until)).execute(conn)? == 1)
    }

    /// Puts it back. Whether it was in these hands.
    pub fn release(conn: &mut PgConnection, id: ApplicationId, holder: StaffId) -> QueryResult<bool> {
        let own = review_cases::holder_id.eq(holder).assume_not_null();
        let nobody = (None::<StaffId>, None::<DateTime<Utc>>);
        let held = review_cases::table.find(id).filter(own);
        let released = diesel::update(held)
            .set((review_cases::holder_id.eq(nobody.0), review_cases::lease_until.eq(nobody.1)))
            .execute(conn)?;
        Ok(released == 1)
    }
}

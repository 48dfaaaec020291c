//! One-time links: of each member of staff the newest is good, once.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use crate::db::schema::{staff, staff_enrolments};
use crate::domain::staff::UserName;
use crate::ids::StaffId;

/// A link that is good, and whose it is.
#[derive(Clone, Debug, Queryable)]
pub struct Link {
    pub staff: StaffId,
    pub user_name: UserName,
}

#[derive(Clone, Debug)]
pub struct NewLink<'a> {
    pub digest: &'a [u8],
    pub staff: StaffId,
    pub expires_at: DateTime<Utc>,
    pub issued_by: &'a str,
    /// Of a reset; else empty.
    pub reason: &'a str,
}

impl NewLink<'_> {
    /// Hands the link out; those before it are of no use any more.
    pub fn insert(&self, conn: &mut PgConnection, now: DateTime<Utc>) -> QueryResult<()> {
        use staff_enrolments as t;
        let former = t::table.filter(t::staff_id.eq(self.staff).and(t::used_at.is_null()));
        diesel::update(former).set(t::used_at.eq(now)).execute(conn)?;
        let row = (
            t::token_digest.eq(self.digest),
            t::staff_id.eq(self.staff),
            t::created_at.eq(now),
            t::expires_at.eq(self.expires_at),
            t::issued_by.eq(self.issued_by),
            t::reason.eq(self.reason),
        );
        diesel::insert_into(t::table).values(row).execute(conn).map(|_| ())
    }
}

impl Link {
    /// The link of this digest, without using it up.
    pub fn look(conn: &mut PgConnection, digest: &[u8], now: DateTime<Utc>) -> QueryResult<Option<Self>> {
        use staff_enrolments as t;
        t::table
            .inner_join(staff::table)
            .filter(t::token_digest.eq(digest).and(t::used_at.is_null()).and(t::expires_at.gt(now)))
            .filter(staff::disabled_at.is_null())
            .select((staff::id, staff::user_name))
            .first(conn)
            .optional()
    }

    /// Uses it up: of two who bring it at once one has it.
    pub fn take(conn: &mut PgConnection, digest: &[u8], now: DateTime<Utc>) -> QueryResult<bool> {
        use staff_enrolments as t;
        let good = t::table.filter(t::token_digest.eq(digest).and(t::used_at.is_null()).and(t::expires_at.gt(now)));
        Ok(diesel::update(good).set(t::used_at.eq(now)).execute(conn)? == 1)
    }
}

//! By what staff sign in: a password, one-time codes, and recovery codes. Each code is good once, by the rows that an update changes.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use crate::db::schema::{staff, staff_recovery_codes};
use crate::domain::staff::otp::OtpDigest;
use crate::ids::StaffId;

#[derive(Clone, Queryable, Selectable)]
#[diesel(table_name = staff)]
pub struct Credentials {
    /// Argon2id (PHC); `None` until the first visit, and after a reset.
    pub password_wrapped: Option<String>,
    pub otp_secret_sealed: Option<Vec<u8>>,
    pub otp_algorithm: Option<OtpDigest>,
}

impl Credentials {
    pub fn of(conn: &mut PgConnection, id: StaffId) -> QueryResult<Option<Self>> {
        staff::table.find(id).select(Self::as_select()).first(conn).optional()
    }
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Credentials").field("otp_algorithm", &self.otp_algorithm).finish_non_exhaustive()
    }
}

/// Uses the code of a time step up. `false` where it, or a later one, was used before.
pub fn use_step(conn: &mut PgConnection, id: StaffId, step: i64) -> QueryResult<bool> {
    let unused = staff::table.find(id).filter(staff::otp_last_step.lt(step));
    Ok(diesel::update(unused).set(staff::otp_last_step.eq(step)).execute(conn)? == 1)
}

/// Uses a recovery code up. `false` where there is none such, or it was used before.
pub fn use_code(conn: &mut PgConnection, id: StaffId, lookup: &[u8], now: DateTime<Utc>) -> QueryResult<bool> {
    use staff_recovery_codes as codes;
    let unused = codes::table.filter(codes::staff_id.eq(id).and(codes::code_lookup.eq(lookup)));
    let unused = unused.filter(codes::used_at.is_null());
    Ok(diesel::update(unused).set(codes::used_at.eq(now)).execute(conn)? == 1)
}

/// How many recovery codes are good still.
pub fn codes_left(conn: &mut PgConnection, id: StaffId) -> QueryResult<i64> {
    use staff_recovery_codes as codes;
    codes::table.filter(codes::staff_id.eq(id).and(codes::used_at.is_null())).count().get_result(conn)
}

/// What somebody chose on their first visit.
#[derive(Clone, Debug)]
pub struct Chosen<'a> {
    pub password_wrapped: &'a str,
    pub otp_secret_sealed: &'a [u8],
    pub otp_algorithm: OtpDigest,
    /// Of the first code.
    pub step: i64,
    pub code_lookups: &'a [Vec<u8>],
}

/// Sets password, second factor and recovery codes, and ends what began before.
pub fn enrol(conn: &mut PgConnection, id: StaffId, chosen: &Chosen<'_>, now: DateTime<Utc>) -> QueryResult<()> {
    use staff_recovery_codes as codes;
    let set = (
        staff::password_wrapped.eq(chosen.password_wrapped),
        staff::otp_secret_sealed.eq(chosen.otp_secret_sealed),
        staff::otp_algorithm.eq(chosen.otp_algorithm),
        staff::otp_last_step.eq(chosen.step),
        staff::enrolled_at.eq(now),
        staff::sessions_ended_at.eq(now),
    );
    diesel::update(staff::table.find(id)).set(set).execute(conn)?;
    diesel::delete(codes::table.filter(codes::staff_id.eq(id))).execute(conn)?;
    let rows: Vec<_> =
        chosen.code_lookups.iter().map(|lookup| (codes::staff_id.eq(id), codes::code_lookup.eq(lookup))).collect();
    diesel::insert_into(codes::table).values(rows).execute(conn).map(|_| ())
}

/// Takes password, second factor and recovery codes away, and ends what began before.
pub fn reset(conn: &mut PgConnection, id: StaffId, now: DateTime<Utc>) -> QueryResult<()> {
    use staff_recovery_codes as codes;
    let none = (
        staff::password_wrapped.eq(None::<String>),
        staff::otp_secret_sealed.eq(None::<Vec<u8>>),
        staff::otp_algorithm.eq(None::<OtpDigest>),
        staff::enrolled_at.eq(None::<DateTime<Utc>>),
        staff::sessions_ended_at.eq(now),
    );
    diesel::update(staff::table.find(id)).set(none).execute(conn)?;
    diesel::delete(codes::table.filter(codes::staff_id.eq(id))).execute(conn).map(|_| ())
}

//! Staff, their roles, and by what they sign in.

mod credentials;
mod links;

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::schema::{staff, staff_roles};
use crate::domain::staff::{Grant, Role, Roles, UserName};
use crate::ids::StaffId;

pub use credentials::{Chosen, Credentials, codes_left, enrol, reset, use_code, use_step};
pub use links::{Link, NewLink};

/// A member of staff.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    pub person: Person,
    pub roles: Roles,
}

/// Whom a row is of, without what opens their sign-in.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = staff)]
pub struct Person {
    pub id: StaffId,
    pub user_name: UserName,
    pub created_at: DateTime<Utc>,
    /// Password and second factor are set.
    pub enrolled_at: Option<DateTime<Utc>>,
    pub disabled_at: Option<DateTime<Utc>>,
    /// A session that began until then is over.
    pub sessions_ended_at: Option<DateTime<Utc>>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = staff_roles)]
struct GrantRow {
    role: Role,
    city: String,
}

impl From<GrantRow> for Grant {
    fn from(GrantRow { role, city }: GrantRow) -> Self {
        Self { role, city }
    }
}

impl Person {
    /// Whether they may sign in.
    pub const fn counts(&self) -> bool {
        self.enrolled_at.is_some() && self.disabled_at.is_none()
    }
}

impl Member {
    pub fn find(conn: &mut PgConnection, id: StaffId) -> QueryResult<Option<Self>> {
        let rows = staff::table.left_join(staff_roles::table).filter(staff::id.eq(id));
        Ok(gathered(rows.select((Person::as_select(), Option::<GrantRow>::as_select())).load(conn)?).pop())
    }

    pub fn named(conn: &mut PgConnection, name: &UserName) -> QueryResult<Option<Self>> {
        let rows = staff::table.left_join(staff_roles::table).filter(staff::user_name.eq(name));
        Ok(gathered(rows.select((Person::as_select(), Option::<GrantRow>::as_select())).load(conn)?).pop())
    }

    /// All of them, by name.
    pub fn all(conn: &mut PgConnection) -> QueryResult<Vec<Self>> {
        let rows = staff::table.left_join(staff_roles::table).order(staff::user_name);
        Ok(gathered(rows.select((Person::as_select(), Option::<GrantRow>::as_select())).load(conn)?))
    }
}

/// Rows of one person stand together.
fn gathered(rows: Vec<(Person, Option<GrantRow>)>) -> Vec<Member> {
    let mut found: Vec<(Person, Vec<Grant>)> = Vec::new();
    for (person, grant) in rows {
        match found.last_mut().filter(|(last, _)| last.id == person.id) {
            Some((_, grants)) => grants.extend(grant.map(Grant::from)),
            None => found.push((person, grant.map(Grant::from).into_iter().collect())),
        }
    }
    found.into_iter().map(|(person, grants)| Member { person, roles: Roles::of(grants) }).collect()
}

/// Whom an administrator adds.
#[derive(Clone, Debug)]
pub struct NewStaff {
    pub id: StaffId,
    pub user_name: UserName,
    pub roles: Roles,
    /// Their own document number, where it is known.
    pub own_number_sealed: Option<Vec<u8>>,
}

/// Adds a member of staff. `false` where there is one of that name.
pub fn insert(conn: &mut PgConnection, new: &NewStaff, now: DateTime<Utc>) -> QueryResult<bool> {
    let row = (
        staff::id.eq(new.id),
        staff::user_name.eq(&new.user_name),
        staff::own_number_sealed.eq(&new.own_number_sealed),
        staff::created_at.eq(now),
    );
    if diesel::insert_into(staff::table).values(row).on_conflict_do_nothing().execute(conn)? == 0 {
        return Ok(false);
    }
    for Grant { role, city } in new.roles.grants() {
        let row = (staff_roles::staff_id.eq(new.id), staff_roles::role.eq(role), staff_roles::city.eq(city));
        diesel::insert_into(staff_roles::table).values(row).execute(conn)?;
    }
    Ok(true)
}

/// The user names of some.
pub fn names(conn: &mut PgConnection, ids: &[StaffId]) -> QueryResult<Vec<(StaffId, String)>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    staff::table.filter(staff::id.eq_any(ids)).select((staff::id, staff::user_name)).load(conn)
}

/// Who bears a user name, as somebody typed it.
pub fn id_of(conn: &mut PgConnection, name: &str) -> QueryResult<Option<StaffId>> {
    staff::table.filter(staff::user_name.eq(name)).select(staff::id).first(conn).optional()
}

/// Their own document number, sealed, where it is known.
pub fn own_number(conn: &mut PgConnection, id: StaffId) -> QueryResult<Option<Vec<u8>>> {
    staff::table.find(id).select(staff::own_number_sealed).first(conn)
}

/// Lets nobody of this name sign in any more. Whether that is new.
pub fn disable(conn: &mut PgConnection, id: StaffId, now: DateTime<Utc>) -> QueryResult<bool> {
    let enabled = staff::table.find(id).filter(staff::disabled_at.is_null());
    let ended = (staff::disabled_at.eq(now), staff::sessions_ended_at.eq(now));
    Ok(diesel::update(enabled).set(ended).execute(conn)? == 1)
}

/// Lets them sign in again. Whether that is new.
pub fn enable(conn: &mut PgConnection, id: StaffId, now: DateTime<Utc>) -> QueryResult<bool> {
    let disabled = staff::table.find(id).filter(staff::disabled_at.is_not_null());
    let begun_anew = (staff::disabled_at.eq(None::<DateTime<Utc>>), staff::sessions_ended_at.eq(now));
    Ok(diesel::update(disabled).set(begun_anew).execute(conn)? == 1)
}

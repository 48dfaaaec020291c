//! Persons, and what was found for them.

mod aliases;
mod identities;
mod linked;
mod links;
mod locks;

use chrono::{DateTime, Utc};
use diesel::dsl::exists;
use diesel::prelude::*;
use serde_json::Value;

use super::schema::{open_findings, persons, portal_numbers, sign_in_decisions};
use crate::domain::linking::{Door, List, Outcome, Rule};
use crate::ids::{AccountId, PersonId};

pub use aliases::AliasRow;
pub use identities::{Change, IdentityRow};
pub use linked::{Linked, accounts_around, linked};
pub use links::{Link, LinkFilter, Undoing};
pub use locks::{Concerned, lock_concerned, lock_person, lock_person_of, lock_persons};

/// Makes a person, who comes by this door for good.
pub fn insert_person(conn: &mut PgConnection, id: PersonId, door: Door, now: DateTime<Utc>) -> QueryResult<()> {
    diesel::insert_into(persons::table)
        .values((persons::id.eq(id), persons::door.eq(door), persons::created_at.eq(now)))
        .execute(conn)
        .map(|_| ())
}

/// By which door a person comes.
pub fn door_of(conn: &mut PgConnection, id: PersonId) -> QueryResult<Door> {
    persons::table.find(id).select(persons::door).first(conn)
}

/// Whether there was a person at that time.
pub fn existed(conn: &mut PgConnection, id: PersonId, at: DateTime<Utc>) -> QueryResult<bool> {
    diesel::select(exists(persons::table.find(id).filter(persons::created_at.lt(at)))).get_result(conn)
}

/// Gives a canonical number of one family to a person. A unique constraint refuses a number that is another's.
pub fn hold_number(conn: &mut PgConnection, lookup: &[u8], person: PersonId) -> QueryResult<()> {
    diesel::insert_into(portal_numbers::table)
        .values((portal_numbers::number_lookup.eq(lookup), portal_numbers::person_id.eq(person)))
        .execute(conn)
        .map(|_| ())
}

/// The same where the person may hold it already, or another person may by a reviewer's decision.
pub fn hold_number_if_free(conn: &mut PgConnection, lookup: &[u8], person: PersonId) -> QueryResult<()> {
    diesel::insert_into(portal_numbers::table)
        .values((portal_numbers::number_lookup.eq(lookup), portal_numbers::person_id.eq(person)))
        .on_conflict_do_nothing()
        .execute(conn)
        .map(|_| ())
}

/// Marks that 承接清单 was shown to a person, unless it was before. Whether it was not.
pub fn welcome(conn: &mut PgConnection, person: PersonId, now: DateTime<Utc>) -> QueryResult<bool> {
    let marked = diesel::update(persons::table.find(person).filter(persons::welcomed_at.is_null()))
        .set(persons::welcomed_at.eq(now))
        .execute(conn)?;
    Ok(marked == 1)
}

/// Whether the person has seen 承接清单.
pub fn is_welcomed(conn: &mut PgConnection, person: PersonId) -> QueryResult<bool> {
    diesel::select(exists(persons::table.find(person).filter(persons::welcomed_at.is_not_null()))).get_result(conn)
}

/// Replaces what was found and not joined for a person.
pub fn replace_findings(
    conn: &mut PgConnection,
    person: PersonId,
    found: &[OpenFinding],
    now: DateTime<Utc>,
) -> QueryResult<()> {
    let kept: Vec<AccountId> = found.iter().map(|finding| finding.account_id).collect();
    diesel::delete(
        open_findings::table.filter(open_findings::person_id.eq(person).and(open_findings::account_id.ne_all(&kept))),
    )
    .execute(conn)?;
    for OpenFinding { account_id, list, rule } in found {
        diesel::insert_into(open_findings::table)
            .values((
                open_findings::person_id.eq(person),
                open_findings::account_id.eq(account_id),
                open_findings::list.eq(list),
                open_findings::rule.eq(rule),
                open_findings::found_at.eq(now),
            ))
            .on_conflict((open_findings::person_id, open_findings::account_id))
            .do_update()
            .set((open_findings::list.eq(list), open_findings::rule.eq(rule)))
            .execute(conn)?;
    }
    Ok(())
}

/// An account found for a person and not joined.
#[derive(Clone, Copy, Debug, Queryable, Selectable)]
#[diesel(table_name = open_findings)]
pub struct OpenFinding {
    pub account_id: AccountId,
    pub list: List,
    pub rule: Rule,
}

/// What was found and not joined.
pub fn findings(conn: &mut PgConnection, person: PersonId) -> QueryResult<Vec<OpenFinding>> {
    open_findings::table
        .filter(open_findings::person_id.eq(person))
        .order(open_findings::found_at)
        .select(OpenFinding::as_select())
        .load(conn)
}

/// One decision about a sign-in, for the record; no personal data.
#[derive(Insertable)]
#[diesel(table_name = sign_in_decisions)]
pub struct DecisionRow<'a> {
    pub decided_at: DateTime<Utc>,
    pub issuer: &'a str,
    pub subject: &'a str,
    pub person_id: Option<PersonId>,
    pub decision: Outcome,
    pub rule: Rule,
    pub reason: &'a str,
    pub accounts: Value,
}

impl DecisionRow<'_> {
    pub fn insert(&self, conn: &mut PgConnection) -> QueryResult<()> {
        self.insert_into(sign_in_decisions::table).execute(conn).map(|_| ())
    }
}

//! Locks on persons, held until the end of the transaction: what one person does happens one after the other.
//!
//! Whoever locks several things locks them in this order, so that nobody waits in a circle: a number (`db::lock`), persons of the portal, accounts
//! (`legacy_passwords::lock_all`), persons of accounts, a review task; of one sort by their ids. An account's person comes after the accounts since it
//! is found by them: what an account's password leads to is known for certain only while its row is held.

use diesel::dsl::auto_type;
use diesel::prelude::*;

use super::aliases::counts;
use crate::db::functions::any;
use crate::db::schema::{aliases, identities, persons};
use crate::ids::PersonId;

pub fn lock_person(conn: &mut PgConnection, id: PersonId) -> QueryResult<()> {
    persons::table.find(id).select(persons::id).for_update().first::<PersonId>(conn).map(|_| ())
}

/// Locks several, always in the same order.
pub fn lock_persons(conn: &mut PgConnection, ids: &[PersonId]) -> QueryResult<()> {
    let locked = persons::table.filter(persons::id.eq(any(ids))).order(persons::id).select(persons::id).for_update();
    locked.load::<PersonId>(conn).map(|_| ())
}

/// A person whose facts a decision reads, locked.
#[derive(Clone, Copy, Debug, Queryable)]
pub struct Concerned {
    pub id: PersonId,
    /// Whether 承接清单 was shown to them.
    pub is_welcomed: bool,
}

/// Locks everyone with an alias under this number, and whoever the subject belongs to, always in the same order.
pub fn lock_concerned(
    conn: &mut PgConnection,
    number_lookup: &[u8],
    issuer: &str,
    subject: &str,
) -> QueryResult<Vec<Concerned>> {
    let of_number = aliases::number_lookup.eq(number_lookup).and(counts());
    let holders = aliases::table.filter(of_number).select(aliases::person_id);
    let concerned = persons::id.eq_any(holders.union(of_subject(issuer, subject)));
    let columns = (persons::id, persons::welcomed_at.is_not_null());
    persons::table.filter(concerned).order(persons::id).select(columns).for_update().load(conn)
}

/// Locks whoever a portal account belongs to.
pub fn lock_person_of(conn: &mut PgConnection, issuer: &str, subject: &str) -> QueryResult<Option<PersonId>> {
    let owner = persons::table.filter(persons::id.eq_any(of_subject(issuer, subject)));
    owner.select(persons::id).for_update().first(conn).optional()
}

#[auto_type(no_type_alias)]
fn of_subject<'a>(issuer: &'a str, subject: &'a str) -> _ {
    let is_subject = identities::issuer.eq(issuer).and(identities::subject.eq(subject));
    identities::table.filter(is_subject.and(identities::ended_at.is_null())).select(identities::person_id)
}

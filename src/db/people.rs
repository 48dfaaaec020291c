//! Persons, identities, aliases, links, and what was found for them.

use chrono::{DateTime, Utc};
use diesel::dsl::exists;
use diesel::prelude::*;
use serde_json::Value;

use super::schema::{
    aliases, identities, identity_changes, links, open_findings, persons, portal_numbers, sign_in_decisions,
};
use crate::ids::{AccountId, AliasId, IdentityId, LinkId, PersonId};

/// One (issuer, subject) that a person signed in with.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = identities)]
#[allow(missing_docs)]
pub struct Identity {
    pub id: IdentityId,
    pub person_id: PersonId,
    pub issuer: String,
    pub subject: String,
    pub document_type: Option<String>,
    pub number_sealed: Vec<u8>,
    pub name_sealed: Vec<u8>,
    pub created_at: DateTime<Utc>,
    pub last_seen_at: DateTime<Utc>,
}

impl Identity {
    /// The identity of a subject.
    pub fn by_subject(conn: &mut PgConnection, issuer: &str, subject: &str) -> QueryResult<Option<Self>> {
        identities::table
            .filter(identities::issuer.eq(issuer).and(identities::subject.eq(subject)))
            .select(Self::as_select())
            .first(conn)
            .optional()
    }

    /// The identity that a person signed in with last.
    pub fn newest_of_person(conn: &mut PgConnection, person: PersonId) -> QueryResult<Option<Self>> {
        identities::table
            .filter(identities::person_id.eq(person))
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

    /// Records that the portal vouches for another name or number than before.
    pub fn changed(
        conn: &mut PgConnection,
        id: IdentityId,
        changed: &str,
        (before, after): (&[u8], &[u8]),
        now: DateTime<Utc>,
    ) -> QueryResult<()> {
        diesel::insert_into(identity_changes::table)
            .values((
                identity_changes::identity_id.eq(id),
                identity_changes::seen_at.eq(now),
                identity_changes::changed.eq(changed),
                identity_changes::before_sealed.eq(before),
                identity_changes::after_sealed.eq(after),
            ))
            .execute(conn)
            .map(|_| ())
    }
}

/// One (number, name) pair of a person.
#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = aliases)]
#[allow(missing_docs)]
pub struct Alias {
    pub id: AliasId,
    pub person_id: PersonId,
    pub number_lookup: Vec<u8>,
    pub pair_lookup: Vec<u8>,
    pub document_type: Option<String>,
    pub number_sealed: Vec<u8>,
    pub name_sealed: Vec<u8>,
    pub origin: String,
    pub created_at: DateTime<Utc>,
}

impl Alias {
    /// All aliases under any of these numbers, whosever they are.
    pub fn by_numbers(conn: &mut PgConnection, lookups: &[Vec<u8>]) -> QueryResult<Vec<Self>> {
        aliases::table.filter(aliases::number_lookup.eq_any(lookups)).select(Self::as_select()).load(conn)
    }

    /// All aliases of these persons.
    pub fn of_persons(conn: &mut PgConnection, persons: &[PersonId]) -> QueryResult<Vec<Self>> {
        aliases::table
            .filter(aliases::person_id.eq_any(persons))
            .order(aliases::created_at)
            .select(Self::as_select())
            .load(conn)
    }

    /// Stores the pair unless the person has it.
    pub fn insert_if_new(&self, conn: &mut PgConnection) -> QueryResult<()> {
        self.insert_into(aliases::table)
            .on_conflict((aliases::person_id, aliases::pair_lookup))
            .do_nothing()
            .execute(conn)
            .map(|_| ())
    }
}

/// The tie between a person and an account of an old system.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = links)]
#[allow(missing_docs)]
pub struct Link {
    pub id: LinkId,
    pub person_id: PersonId,
    pub account_id: AccountId,
    pub rule: String,
    pub evidence_sealed: Vec<u8>,
    pub actor: String,
    pub linked_at: DateTime<Utc>,
    pub frozen_at: Option<DateTime<Utc>>,
    pub undone_at: Option<DateTime<Utc>>,
}

impl Link {
    /// Every link, undone ones included, of these accounts.
    pub fn of_accounts(conn: &mut PgConnection, accounts: &[AccountId]) -> QueryResult<Vec<Self>> {
        links::table.filter(links::account_id.eq_any(accounts)).select(Self::as_select()).load(conn)
    }

    /// The links of a person that stand, frozen ones included.
    pub fn standing(conn: &mut PgConnection, person: PersonId) -> QueryResult<Vec<Self>> {
        links::table
            .filter(links::person_id.eq(person).and(links::undone_at.is_null()))
            .order(links::linked_at)
            .select(Self::as_select())
            .load(conn)
    }

    /// Stores a new one; a unique constraint refuses an account that is linked already.
    pub fn insert(&self, conn: &mut PgConnection) -> QueryResult<()> {
        self.insert_into(links::table).execute(conn).map(|_| ())
    }
}

/// Makes a person.
pub fn insert_person(conn: &mut PgConnection, id: PersonId, now: DateTime<Utc>) -> QueryResult<()> {
    diesel::insert_into(persons::table)
        .values((persons::id.eq(id), persons::created_at.eq(now)))
        .execute(conn)
        .map(|_| ())
}

/// Locks a person's row until the end of the transaction: what one person does happens one after the other.
pub fn lock_person(conn: &mut PgConnection, id: PersonId) -> QueryResult<()> {
    persons::table.find(id).select(persons::id).for_update().first::<PersonId>(conn).map(|_| ())
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

/// Whether 承接清单 was shown before; marks it shown.
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

/// Replaces what was found and not joined for a person: (account, list, rule).
pub fn replace_findings(
    conn: &mut PgConnection,
    person: PersonId,
    found: &[(AccountId, &str, &str)],
    now: DateTime<Utc>,
) -> QueryResult<()> {
    let kept: Vec<AccountId> = found.iter().map(|(account, ..)| *account).collect();
    diesel::delete(
        open_findings::table.filter(open_findings::person_id.eq(person).and(open_findings::account_id.ne_all(&kept))),
    )
    .execute(conn)?;
    for (account, list, rule) in found {
        diesel::insert_into(open_findings::table)
            .values((
                open_findings::person_id.eq(person),
                open_findings::account_id.eq(account),
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

/// What was found and not joined: (account, list).
pub fn findings(conn: &mut PgConnection, person: PersonId) -> QueryResult<Vec<(AccountId, String)>> {
    open_findings::table
        .filter(open_findings::person_id.eq(person))
        .order(open_findings::found_at)
        .select((open_findings::account_id, open_findings::list))
        .load(conn)
}

/// One decision about a sign-in, for the record; no personal data.
#[derive(Insertable)]
#[diesel(table_name = sign_in_decisions)]
#[allow(missing_docs)]
pub struct DecisionRow<'a> {
    pub decided_at: DateTime<Utc>,
    pub issuer: &'a str,
    pub subject: &'a str,
    pub person_id: Option<PersonId>,
    pub decision: &'a str,
    pub rule: &'a str,
    pub reason: &'a str,
    pub accounts: Value,
}

impl DecisionRow<'_> {
    /// Stores it.
    pub fn insert(&self, conn: &mut PgConnection) -> QueryResult<()> {
        self.insert_into(sign_in_decisions::table).execute(conn).map(|_| ())
    }
}

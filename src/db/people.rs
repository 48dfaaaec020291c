//! Persons, identities, aliases, links, and what was found for them.

use chrono::{DateTime, Utc};
use diesel::dsl::{auto_type, exists, not};
use diesel::prelude::*;
use serde_json::Value;

use super::legacy::AccountRow;
use super::schema::{
    aliases, identities, identity_changes, legacy_accounts, links, open_findings, persons, portal_numbers,
    sign_in_decisions,
};
use crate::domain::document::DocumentType;
use crate::domain::linking::{IdentityPart, LinkActor, List, Origin, Outcome, Rule};
use crate::ids::{AccountId, AliasId, IdentityId, LinkId, PersonId, TaskId};

/// One (issuer, subject) that a person signed in with.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = identities)]
#[allow(missing_docs)]
pub struct IdentityRow {
    pub id: IdentityId,
    pub person_id: PersonId,
    pub issuer: String,
    pub subject: String,
    pub document_type: Option<DocumentType>,
    pub number_sealed: Vec<u8>,
    pub name_sealed: Vec<u8>,
    pub created_at: DateTime<Utc>,
    pub last_seen_at: DateTime<Utc>,
}

impl IdentityRow {
    /// The identity of a subject.
    pub fn by_subject(conn: &mut PgConnection, issuer: &str, subject: &str) -> QueryResult<Option<Self>> {
        identities::table
            .filter(
                identities::issuer.eq(issuer).and(identities::subject.eq(subject)).and(identities::ended_at.is_null()),
            )
            .select(Self::as_select())
            .first(conn)
            .optional()
    }

    /// The identities of many subjects of one portal.
    pub fn by_subjects(conn: &mut PgConnection, issuer: &str, subjects: &[&str]) -> QueryResult<Vec<Self>> {
        identities::table
            .filter(
                identities::issuer
                    .eq(issuer)
                    .and(identities::subject.eq_any(subjects))
                    .and(identities::ended_at.is_null()),
            )
            .select(Self::as_select())
            .load(conn)
    }

    /// The identity that a person signed in with last.
    pub fn newest_of_person(conn: &mut PgConnection, person: PersonId) -> QueryResult<Option<Self>> {
        identities::table
            .filter(identities::person_id.eq(person).and(identities::ended_at.is_null()))
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

    /// Accepts another number for it: a reviewer found that it is the same human's.
    pub fn accept_number(
        conn: &mut PgConnection,
        id: IdentityId,
        (number_sealed, name_sealed): (&[u8], &[u8]),
        document_type: Option<DocumentType>,
    ) -> QueryResult<()> {
        diesel::update(identities::table.find(id))
            .set((
                identities::number_sealed.eq(number_sealed),
                identities::name_sealed.eq(name_sealed),
                identities::document_type.eq(document_type),
            ))
            .execute(conn)
            .map(|_| ())
    }

    /// Ends it: a reviewer found that the subject is another human's now.
    pub fn end(conn: &mut PgConnection, id: IdentityId, now: DateTime<Utc>) -> QueryResult<()> {
        diesel::update(identities::table.find(id)).set(identities::ended_at.eq(now)).execute(conn).map(|_| ())
    }

    /// Records that the portal vouches for another name or number than before.
    pub fn changed(
        conn: &mut PgConnection,
        id: IdentityId,
        changed: IdentityPart,
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
pub struct AliasRow {
    pub id: AliasId,
    pub person_id: PersonId,
    pub number_lookup: Vec<u8>,
    pub pair_lookup: Vec<u8>,
    pub document_type: Option<DocumentType>,
    pub number_sealed: Vec<u8>,
    pub name_sealed: Vec<u8>,
    pub origin: Origin,
    pub created_at: DateTime<Utc>,
    pub link_id: Option<LinkId>,
    pub task_id: Option<TaskId>,
}

impl AliasRow {
    /// All aliases that count under any of these numbers, whosever they are.
    pub fn by_numbers(conn: &mut PgConnection, lookups: &[Vec<u8>]) -> QueryResult<Vec<Self>> {
        aliases::table
            .filter(aliases::number_lookup.eq_any(lookups).and(counts()))
            .order((aliases::origin.ne(Origin::Portal), aliases::created_at, aliases::id))
            .select(Self::as_select())
            .load(conn)
    }

    /// A person's aliases that count, and everyone else's under the same numbers.
    pub fn around(conn: &mut PgConnection, person: PersonId) -> QueryResult<Vec<Self>> {
        let frozen = links::table
            .filter(links::id.nullable().eq(OWN.field(aliases::link_id)).and(links::frozen_at.is_not_null()));
        let numbers = OWN
            .filter(OWN.field(aliases::person_id).eq(person))
            .filter(OWN.field(aliases::ended_at).is_null().and(not(exists(frozen))))
            .select(OWN.field(aliases::number_lookup));
        aliases::table
            .filter(aliases::number_lookup.eq_any(numbers).and(counts()))
            .order((aliases::origin.ne(Origin::Portal), aliases::created_at, aliases::id))
            .select(Self::as_select())
            .load(conn)
    }

    /// All aliases of these persons that count, those of the portal's own word first.
    pub fn of_persons(conn: &mut PgConnection, persons: &[PersonId]) -> QueryResult<Vec<Self>> {
        aliases::table
            .filter(aliases::person_id.eq_any(persons).and(counts()))
            .order((aliases::origin.ne(Origin::Portal), aliases::created_at, aliases::id))
            .select(Self::as_select())
            .load(conn)
    }

    /// Stores the pair unless the person has it from the same source.
    pub fn insert_if_new(&self, conn: &mut PgConnection) -> QueryResult<()> {
        self.insert_into(aliases::table).on_conflict_do_nothing().execute(conn).map(|_| ())
    }

    /// Gives one other look-up values, or ends it where the person has the pair from the same source under these already. Whether it is the
    /// portal's own word.
    pub fn look_up_by(
        conn: &mut PgConnection,
        id: AliasId,
        (number_lookup, pair_lookup): (&[u8], &[u8]),
        now: DateTime<Utc>,
    ) -> QueryResult<bool> {
        let alias: Self = aliases::table.find(id).select(Self::as_select()).first(conn)?;
        let twin = aliases::table.filter(
            aliases::person_id
                .eq(alias.person_id)
                .and(aliases::pair_lookup.eq(pair_lookup))
                .and(aliases::link_id.is_not_distinct_from(alias.link_id))
                .and(aliases::task_id.is_not_distinct_from(alias.task_id))
                .and(aliases::ended_at.is_null()),
        );
        if diesel::select(exists(twin)).get_result(conn)? {
            diesel::update(aliases::table.find(id)).set(aliases::ended_at.eq(now)).execute(conn)?;
        } else {
            diesel::update(aliases::table.find(id))
                .set((aliases::number_lookup.eq(number_lookup), aliases::pair_lookup.eq(pair_lookup)))
                .execute(conn)?;
        }
        Ok(alias.origin == Origin::Portal)
    }

    /// Ends the aliases that came by a link; answers which.
    pub fn end_of_link(conn: &mut PgConnection, link: LinkId, now: DateTime<Utc>) -> QueryResult<Vec<AliasId>> {
        diesel::update(aliases::table.filter(aliases::link_id.eq(link).and(aliases::ended_at.is_null())))
            .set(aliases::ended_at.eq(now))
            .returning(aliases::id)
            .get_results(conn)
    }

    /// Ends one that a reviewer granted without a link. Whether it counted until now.
    pub fn end_granted(conn: &mut PgConnection, id: AliasId, undoing: &Undoing<'_>) -> QueryResult<bool> {
        let granted = aliases::table.find(id).filter(aliases::task_id.is_not_null().and(aliases::ended_at.is_null()));
        let ended = diesel::update(granted)
            .set((
                aliases::ended_at.eq(undoing.at),
                aliases::ended_by.eq(undoing.by),
                aliases::ended_reason.eq(undoing.reason),
            ))
            .execute(conn)?;
        Ok(ended == 1)
    }

    /// Whose a pair is that a reviewer granted without a link, ended or not; and by which task.
    pub fn granted_to(conn: &mut PgConnection, id: AliasId) -> QueryResult<Option<(PersonId, Option<TaskId>)>> {
        aliases::table
            .find(id)
            .filter(aliases::task_id.is_not_null())
            .select((aliases::person_id, aliases::task_id))
            .first(conn)
            .optional()
    }

    /// The aliases, ended ones left out, that came by a link.
    pub fn of_link(conn: &mut PgConnection, link: LinkId) -> QueryResult<Vec<AliasId>> {
        aliases::table.filter(aliases::link_id.eq(link).and(aliases::ended_at.is_null())).select(aliases::id).load(conn)
    }
}

// The aliases of the one person who asks, beside everyone's.
diesel::alias! {
    const OWN: Alias<Own> = aliases as own;
}

/// An alias counts until it is ended, and not while the link through which it came is frozen.
#[auto_type(no_type_alias)]
fn counts() -> _ {
    let frozen = links::table.filter(links::id.nullable().eq(aliases::link_id).and(links::frozen_at.is_not_null()));
    aliases::ended_at.is_null().and(not(exists(frozen)))
}

/// The tie between a person and an account of an old system.
#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = links)]
#[allow(missing_docs)]
pub struct Link {
    pub id: LinkId,
    pub person_id: PersonId,
    pub account_id: AccountId,
    pub rule: Rule,
    pub evidence_sealed: Vec<u8>,
    pub actor: LinkActor,
    pub linked_at: DateTime<Utc>,
    pub frozen_at: Option<DateTime<Utc>>,
    pub undone_at: Option<DateTime<Utc>>,
    pub undone_by: Option<LinkActor>,
    pub undone_reason: Option<String>,
    pub via_alias_id: Option<AliasId>,
    pub frozen_with: Option<LinkId>,
    pub barred: bool,
}

impl Link {
    /// One link.
    pub fn find(conn: &mut PgConnection, id: LinkId) -> QueryResult<Option<Self>> {
        links::table.find(id).select(Self::as_select()).first(conn).optional()
    }

    /// Every link, undone ones included, of these accounts.
    pub fn of_accounts(conn: &mut PgConnection, accounts: &[AccountId]) -> QueryResult<Vec<Self>> {
        links::table.filter(links::account_id.eq_any(accounts)).select(Self::as_select()).load(conn)
    }

    /// The links of these persons that stand, frozen ones included.
    pub fn standing(conn: &mut PgConnection, persons: &[PersonId]) -> QueryResult<Vec<Self>> {
        links::table
            .filter(links::person_id.eq_any(persons).and(links::undone_at.is_null()))
            .order((links::linked_at, links::id))
            .select(Self::as_select())
            .load(conn)
    }

    /// The same of one person, each with its account.
    pub fn standing_with_accounts(conn: &mut PgConnection, person: PersonId) -> QueryResult<Vec<(Self, AccountRow)>> {
        links::table
            .inner_join(legacy_accounts::table.on(legacy_accounts::id.eq(links::account_id)))
            .filter(links::person_id.eq(person).and(links::undone_at.is_null()))
            .order((links::linked_at, links::id))
            .select((Self::as_select(), AccountRow::as_select()))
            .load(conn)
    }

    /// The link of an account that stands, whosever it is.
    pub fn of_account(conn: &mut PgConnection, account: AccountId) -> QueryResult<Option<Self>> {
        links::table
            .filter(links::account_id.eq(account).and(links::undone_at.is_null()))
            .select(Self::as_select())
            .first(conn)
            .optional()
    }

    /// The links that stand and rest on any of these aliases.
    pub fn resting_on(conn: &mut PgConnection, aliases: &[AliasId]) -> QueryResult<Vec<Self>> {
        links::table
            .filter(links::via_alias_id.eq_any(aliases).and(links::undone_at.is_null()))
            .select(Self::as_select())
            .load(conn)
    }

    /// All links for an administrator's list, newest first.
    pub fn list(conn: &mut PgConnection, filter: &LinkFilter) -> QueryResult<Vec<Self>> {
        let mut query = links::table.into_boxed();
        if let Some(person) = filter.person {
            query = query.filter(links::person_id.eq(person));
        }
        if let Some(account) = filter.account {
            query = query.filter(links::account_id.eq(account));
        }
        if !filter.undone {
            query = query.filter(links::undone_at.is_null());
        }
        query.order((links::linked_at.desc(), links::id)).limit(filter.limit).select(Self::as_select()).load(conn)
    }

    /// Stores a new one; a unique constraint refuses an account that is linked already.
    pub fn insert(&self, conn: &mut PgConnection) -> QueryResult<()> {
        self.insert_into(links::table).execute(conn).map(|_| ())
    }

    /// Ends a link that stands. Whether it stood.
    pub fn undo(conn: &mut PgConnection, id: LinkId, undoing: &Undoing<'_>) -> QueryResult<bool> {
        let standing = links::table.find(id).filter(links::undone_at.is_null());
        let undone = diesel::update(standing)
            .set((
                links::undone_at.eq(undoing.at),
                links::undone_by.eq(undoing.by),
                links::undone_reason.eq(undoing.reason),
                links::barred.eq(undoing.barred),
            ))
            .execute(conn)?;
        Ok(undone == 1)
    }

    /// Freezes a link that stands and is not frozen, by itself or with another one. Whether it was so.
    pub fn freeze(conn: &mut PgConnection, id: LinkId, with: Option<LinkId>, now: DateTime<Utc>) -> QueryResult<bool> {
        let thawed = links::table.find(id).filter(links::undone_at.is_null().and(links::frozen_at.is_null()));
        let frozen =
            diesel::update(thawed).set((links::frozen_at.eq(now), links::frozen_with.eq(with))).execute(conn)?;
        Ok(frozen == 1)
    }

    /// Ends the freezing of a link, and of those that were frozen with it.
    pub fn thaw(conn: &mut PgConnection, id: LinkId) -> QueryResult<usize> {
        diesel::update(links::table.filter(links::id.eq(id).or(links::frozen_with.eq(id))))
            .set((links::frozen_at.eq(None::<DateTime<Utc>>), links::frozen_with.eq(None::<LinkId>)))
            .execute(conn)
    }
}

/// Which links an administrator asks for.
#[derive(Debug)]
pub struct LinkFilter {
    /// Of one person.
    pub person: Option<PersonId>,
    /// Of one account.
    pub account: Option<AccountId>,
    /// Undone ones too.
    pub undone: bool,
    /// At most so many.
    pub limit: i64,
}

/// How a link is undone.
#[derive(Debug)]
pub struct Undoing<'a> {
    /// When.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by: &'a LinkActor,
    /// Why.
    pub reason: &'a str,
    /// Whether the pair is marked: the rules never link it again.
    pub barred: bool,
}

/// Makes a person.
pub fn insert_person(conn: &mut PgConnection, id: PersonId, now: DateTime<Utc>) -> QueryResult<()> {
    diesel::insert_into(persons::table)
        .values((persons::id.eq(id), persons::created_at.eq(now)))
        .execute(conn)
        .map(|_| ())
}

/// Whether there was a person at that time.
pub fn existed(conn: &mut PgConnection, id: PersonId, at: DateTime<Utc>) -> QueryResult<bool> {
    diesel::select(exists(persons::table.find(id).filter(persons::created_at.lt(at)))).get_result(conn)
}

/// Locks a person's row until the end of the transaction: what one person does happens one after the other.
pub fn lock_person(conn: &mut PgConnection, id: PersonId) -> QueryResult<()> {
    persons::table.find(id).select(persons::id).for_update().first::<PersonId>(conn).map(|_| ())
}

/// The same for several, always in the same order.
pub fn lock_persons(conn: &mut PgConnection, ids: &[PersonId]) -> QueryResult<()> {
    let locked = persons::table.filter(persons::id.eq_any(ids)).order(persons::id).select(persons::id).for_update();
    locked.load::<PersonId>(conn).map(|_| ())
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
#[allow(missing_docs)]
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
#[allow(missing_docs)]
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
    /// Stores it.
    pub fn insert(&self, conn: &mut PgConnection) -> QueryResult<()> {
        self.insert_into(sign_in_decisions::table).execute(conn).map(|_| ())
    }
}

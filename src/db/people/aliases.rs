//! Aliases: under which numbers and names a person is known.

use chrono::{DateTime, Utc};
use diesel::dsl::{auto_type, exists, not};
use diesel::prelude::*;

use super::links::Undoing;
use crate::db::functions::any;
use crate::db::legacy::Certificate;
use crate::db::schema::{aliases, legacy_certificates, links};
use crate::domain::document::DocumentType;
use crate::domain::linking::{Door, Origin};
use crate::ids::{AliasId, LinkId, PersonId, TaskId};

/// One (number, name) pair of a person. Those of accounts' persons count for these alone: every look-up by a number leaves them out.
#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = aliases)]
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
    /// All aliases of the portal's persons that count under any of these numbers, whosever they are.
    pub fn by_numbers(conn: &mut PgConnection, lookups: &[Vec<u8>]) -> QueryResult<Vec<Self>> {
        aliases::table
            .filter(aliases::number_lookup.eq(any(lookups)).and(counts()))
            .order((aliases::origin.ne(Origin::Portal), aliases::created_at, aliases::id))
            .select(Self::as_select())
            .load(conn)
    }

    /// The aliases that count of these persons, and those of the portal's other persons under the same numbers or under those given. In the
    /// order of [`of_persons`](Self::of_persons).
    pub fn around(conn: &mut PgConnection, persons: &[PersonId], lookups: &[Vec<u8>]) -> QueryResult<Vec<Self>> {
        let frozen = links::table
            .filter(links::id.nullable().eq(OWN.field(aliases::link_id)).and(links::frozen_at.is_not_null()));
        let numbers = OWN
            .filter(OWN.field(aliases::person_id).eq(any(persons)))
            .filter(OWN.field(aliases::ended_at).is_null().and(not(exists(frozen))))
            .select(OWN.field(aliases::number_lookup));
        let counts_here = aliases::person_id.eq(any(persons)).or(aliases::door.eq(Door::Portal)).and(stands());
        let around = aliases::table.filter(aliases::number_lookup.eq_any(numbers).and(counts_here));
        if lookups.is_empty() {
            let order = (aliases::origin.ne(Origin::Portal), aliases::created_at, aliases::id);
            return around.order(order).select(Self::as_select()).load(conn);
        }
        let under = aliases::table.filter(aliases::number_lookup.eq(any(lookups)).and(counts()));
        let mut rows: Vec<Self> =
            around.select(Self::as_select()).union_all(under.select(Self::as_select())).load(conn)?;
        rows.sort_by_key(|row| (row.origin != Origin::Portal, row.created_at, row.id));
        rows.dedup_by_key(|row| row.id);
        Ok(rows)
    }

    /// The aliases of [`around`](Self::around) for one person, each as often as there are certificates under its number, with those.
    pub fn with_certificates(
        conn: &mut PgConnection,
        person: PersonId,
    ) -> QueryResult<Vec<(Self, Option<Certificate>)>> {
        let frozen = links::table
            .filter(links::id.nullable().eq(OWN.field(aliases::link_id)).and(links::frozen_at.is_not_null()));
        let numbers = OWN
            .filter(OWN.field(aliases::person_id).eq(person))
            .filter(OWN.field(aliases::ended_at).is_null().and(not(exists(frozen))))
            .select(OWN.field(aliases::number_lookup));
        let under = legacy_certificates::number_lookup.eq(aliases::number_lookup.nullable());
        aliases::table
            .left_join(legacy_certificates::table.on(under))
            .filter(
                aliases::number_lookup.eq_any(numbers).and(counts()).or(aliases::person_id.eq(person).and(stands())),
            )
            .order((aliases::origin.ne(Origin::Portal), aliases::created_at, aliases::id))
            .select((Self::as_select(), Option::<Certificate>::as_select()))
            .load(conn)
    }

    /// Which of the portal's persons have an alias that counts under any of these numbers.
    pub fn holders(conn: &mut PgConnection, lookups: &[Vec<u8>]) -> QueryResult<Vec<PersonId>> {
        aliases::table
            .filter(aliases::number_lookup.eq(any(lookups)).and(counts()))
            .select(aliases::person_id)
            .distinct()
            .load(conn)
    }

    /// All aliases of these persons that count, those of the portal's own word first.
    pub fn of_persons(conn: &mut PgConnection, persons: &[PersonId]) -> QueryResult<Vec<Self>> {
        aliases::table
            .filter(aliases::person_id.eq(any(persons)).and(stands()))
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

/// An alias stands until it is ended, and not while the link through which it came is frozen.
#[auto_type(no_type_alias)]
fn stands() -> _ {
    let frozen = links::table.filter(links::id.nullable().eq(aliases::link_id).and(links::frozen_at.is_not_null()));
    aliases::ended_at.is_null().and(not(exists(frozen)))
}

/// For whoever comes through the portal, what an account's owner typed or holds counts for nothing.
#[auto_type(no_type_alias)]
pub(super) fn counts() -> _ {
    let portal: Door = Door::Portal;
    let frozen = links::table.filter(links::id.nullable().eq(aliases::link_id).and(links::frozen_at.is_not_null()));
    aliases::door.eq(portal).and(aliases::ended_at.is_null()).and(not(exists(frozen)))
}

//! Links: which accounts of old systems are a person's.

use chrono::{DateTime, Utc};
use diesel::dsl::{auto_type, exists, not};
use diesel::prelude::*;

use crate::db::functions::any;
use crate::db::schema::links;
use crate::domain::linking::{Door, LinkActor, Rule};
use crate::ids::{AccountId, AliasId, LinkId, PersonId};

/// The tie between a person and an account of an old system.
#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = links)]
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
    /// The person's. A link of an account's person stands beside that of a portal's.
    pub door: Door,
}

impl Link {
    /// The link of this id, undone ones included.
    pub fn find(conn: &mut PgConnection, id: LinkId) -> QueryResult<Option<Self>> {
        links::table.find(id).select(Self::as_select()).first(conn).optional()
    }

    /// Every link, undone ones included, of these accounts.
    pub fn of_accounts(conn: &mut PgConnection, accounts: &[AccountId]) -> QueryResult<Vec<Self>> {
        links::table.filter(links::account_id.eq(any(accounts))).select(Self::as_select()).load(conn)
    }

    /// The links of these persons that stand, frozen ones included.
    pub fn standing(conn: &mut PgConnection, persons: &[PersonId]) -> QueryResult<Vec<Self>> {
        links::table
            .filter(links::person_id.eq(any(persons)).and(links::undone_at.is_null()))
            .order((links::linked_at, links::id))
            .select(Self::as_select())
            .load(conn)
    }

    /// The link of an account to a portal's person that stands.
    pub fn of_account(conn: &mut PgConnection, account: AccountId) -> QueryResult<Option<Self>> {
        links::table
            .filter(links::account_id.eq(account).and(links::undone_at.is_null()))
            .filter(links::door.eq(Door::Portal))
            .select(Self::as_select())
            .first(conn)
            .optional()
    }

    /// The link of an account to this person that stands.
    pub fn of_pair(conn: &mut PgConnection, account: AccountId, person: PersonId) -> QueryResult<Option<Self>> {
        links::table
            .filter(links::account_id.eq(account).and(links::person_id.eq(person)).and(links::undone_at.is_null()))
            .select(Self::as_select())
            .first(conn)
            .optional()
    }

    /// The link by which an account's password leads to a person (A1, A2, A4).
    pub fn of_password(conn: &mut PgConnection, account: AccountId) -> QueryResult<Option<Self>> {
        links::table
            .filter(links::account_id.eq(account).and(links::undone_at.is_null()).and(is_by_password()))
            .select(Self::as_select())
            .first(conn)
            .optional()
    }

    /// The accounts whose passwords lead to a person, unless a portal's person has them: of these the door is shut. The first one first.
    pub fn opening(conn: &mut PgConnection, person: PersonId) -> QueryResult<Vec<AccountId>> {
        let portals = PORTALS.filter(
            (PORTALS.field(links::account_id).eq(links::account_id))
                .and(PORTALS.field(links::undone_at).is_null())
                .and(PORTALS.field(links::door).eq(Door::Portal)),
        );
        links::table
            .filter(links::person_id.eq(person).and(links::undone_at.is_null()).and(is_by_password()))
            .filter(not(exists(portals)))
            .order((links::linked_at, links::id))
            .select(links::account_id)
            .load(conn)
    }

    /// The links that stand and rest on any of these aliases.
    pub fn resting_on(conn: &mut PgConnection, aliases: &[AliasId]) -> QueryResult<Vec<Self>> {
        if aliases.is_empty() {
            return Ok(Vec::new());
        }
        links::table
            .filter(links::via_alias_id.eq(any(aliases)).and(links::undone_at.is_null()))
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

// Among all links, those of the portal's persons.
diesel::alias! {
    const PORTALS: Alias<Portals> = links as portals;
}

#[auto_type(no_type_alias)]
fn is_by_password() -> _ {
    let (account, by_password): (Door, [Rule; 3]) = (Door::Account, [Rule::A1, Rule::A2, Rule::A4]);
    links::door.eq(account).and(links::rule.eq_any(by_password))
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
    pub at: DateTime<Utc>,
    pub by: &'a LinkActor,
    pub reason: &'a str,
    /// Whether the pair is marked: the rules never link it again.
    pub barred: bool,
}

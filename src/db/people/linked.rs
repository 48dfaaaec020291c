//! Accounts together with their links.

use diesel::dsl::{exists, not};
use diesel::prelude::*;

use super::links::Link;
use crate::db::functions::any;
use crate::db::legacy::AccountRow;
use crate::db::schema::{legacy_accounts, links, open_findings, persons};
use crate::domain::linking::Door;
use crate::ids::PersonId;

/// The accounts of a person: linked, and whether others were found that are not joined.
#[derive(Default)]
pub struct Linked {
    /// The links that stand, frozen ones included, with their accounts.
    pub links: Vec<(Link, AccountRow)>,
    /// Something was found and not joined.
    pub has_findings: bool,
}

pub fn linked(conn: &mut PgConnection, person: PersonId) -> QueryResult<Linked> {
    // What a portal's person has is no account's any more (A6).
    let portals = STANDING.filter(
        (STANDING.field(links::account_id).eq(links::account_id))
            .and(STANDING.field(links::undone_at).is_null())
            .and(STANDING.field(links::door).eq(Door::Portal)),
    );
    let is_own = links::door.eq(Door::Portal).or(not(exists(portals)));
    let standing = links::person_id.eq(persons::id).and(links::undone_at.is_null()).and(is_own);
    let has_findings = exists(open_findings::table.filter(open_findings::person_id.eq(person)));
    let rows: Vec<(bool, Option<Link>, Option<AccountRow>)> = persons::table
        .left_join(links::table.on(standing))
        .left_join(legacy_accounts::table.on(legacy_accounts::id.nullable().eq(links::account_id.nullable())))
        .filter(persons::id.eq(person))
        .select((has_findings, Option::<Link>::as_select(), Option::<AccountRow>::as_select()))
        .load(conn)?;
    let has_findings = rows.first().is_some_and(|(has_findings, ..)| *has_findings);
    let links = rows.into_iter().filter_map(|(_, link, account)| link.zip(account)).collect();
    Ok(Linked { links, has_findings })
}

/// The accounts under these numbers, and those whose link to any of these persons stands; each with every link that it ever had, in a
/// row of its own.
pub fn accounts_around(
    conn: &mut PgConnection,
    lookups: &[Vec<u8>],
    persons: &[PersonId],
) -> QueryResult<Vec<(AccountRow, Option<Link>)>> {
    let under = UNDER
        .filter(UNDER.field(legacy_accounts::number_lookup).eq(any(lookups)))
        .select(UNDER.field(legacy_accounts::id));
    let linked = STANDING
        .filter(STANDING.field(links::person_id).eq(any(persons)))
        .filter(STANDING.field(links::undone_at).is_null())
        .select(STANDING.field(links::account_id));
    legacy_accounts::table
        .left_join(links::table.on(links::account_id.eq(legacy_accounts::id)))
        .filter(legacy_accounts::id.eq_any(under.union(linked)))
        .select((AccountRow::as_select(), Option::<Link>::as_select()))
        .load(conn)
}

// Among all accounts and links, those by which the accounts are chosen.
diesel::alias! {
    const UNDER: Alias<Under> = legacy_accounts as under;
    const STANDING: Alias<Standing> = links as standing;
}

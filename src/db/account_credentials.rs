//! By what an account is opened, and where its owner is told: what was imported, and what was chosen here, which wins.

use chrono::{DateTime, Utc};
use diesel::dsl::exists;
use diesel::prelude::*;

use super::functions::any;
use super::legacy_passwords::OldPassword;
use super::schema::{account_credentials, aliases, legacy_accounts, legacy_applications, legacy_certificates, links};
use crate::ids::{AccountId, PersonId};

/// What was chosen here.
#[derive(Clone, Default, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = account_credentials)]
pub struct Chosen {
    /// Argon2id (PHC); `None`: the imported password counts.
    pub password_wrapped: Option<String>,
    /// Whoever chose the password had given the one before.
    pub password_is_proof: bool,
    /// `None`: the imported address counts.
    pub email_sealed: Option<Vec<u8>>,
}

impl std::fmt::Debug for Chosen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Chosen").field("password_is_proof", &self.password_is_proof).finish_non_exhaustive()
    }
}

/// By what one account is opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credentials {
    pub account: AccountId,
    pub imported: OldPassword,
    /// Empty where the old system had none.
    pub imported_email_sealed: Vec<u8>,
    pub chosen: Chosen,
}

/// The credentials of these accounts, in the order of their ids.
pub fn of(conn: &mut PgConnection, accounts: &[AccountId]) -> QueryResult<Vec<Credentials>> {
    let rows: Vec<(AccountId, OldPassword, Vec<u8>, Option<Chosen>)> = legacy_accounts::table
        .left_join(account_credentials::table.on(account_credentials::account_id.eq(legacy_accounts::id)))
        .filter(legacy_accounts::id.eq(any(accounts)))
        .order(legacy_accounts::id)
        .select((
            legacy_accounts::id,
            OldPassword::as_select(),
            legacy_accounts::email_sealed,
            Option::<Chosen>::as_select(),
        ))
        .load(conn)?;
    let credentials = |(account, imported, imported_email_sealed, chosen): (_, _, _, Option<Chosen>)| Credentials {
        account,
        imported,
        imported_email_sealed,
        chosen: chosen.unwrap_or_default(),
    };
    Ok(rows.into_iter().map(credentials).collect())
}

/// How an account stands for a person whose session it began.
#[derive(Clone, Copy, Debug)]
pub struct Standing {
    /// A password was chosen after the moment asked for.
    pub chosen_since: bool,
    /// An imported account is the person's, or a record of an old system lies under one of the person's numbers.
    pub holds: bool,
}

/// In one statement: it is asked at each request.
pub fn standing(
    conn: &mut PgConnection,
    person: PersonId,
    account: AccountId,
    moment: DateTime<Utc>,
) -> QueryResult<Standing> {
    let chosen = account_credentials::table.find(account).filter(account_credentials::password_set_at.gt(moment));
    let imported = links::table
        .inner_join(legacy_accounts::table.on(legacy_accounts::id.eq(links::account_id)))
        .filter(links::person_id.eq(person).and(links::undone_at.is_null()))
        .filter(legacy_accounts::batch.is_not_null());
    let own = || aliases::table.filter(aliases::person_id.eq(person).and(aliases::ended_at.is_null()));
    let certificates = own().filter(exists(
        legacy_certificates::table.filter(legacy_certificates::number_lookup.eq(aliases::number_lookup.nullable())),
    ));
    let applications = own().filter(exists(
        legacy_applications::table.filter(legacy_applications::number_lookup.eq(aliases::number_lookup.nullable())),
    ));
    let holds = exists(imported).or(exists(certificates)).or(exists(applications));
    let (chosen_since, holds) = diesel::select((exists(chosen), holds)).get_result(conn)?;
    Ok(Standing { chosen_since, holds })
}

/// Whether a password of an account was chosen after a moment.
pub fn chosen_since(conn: &mut PgConnection, account: AccountId, moment: DateTime<Utc>) -> QueryResult<bool> {
    let chosen = account_credentials::table.find(account).filter(account_credentials::password_set_at.gt(moment));
    diesel::select(exists(chosen)).get_result(conn)
}

/// Sets the password of an account.
pub fn set_password(
    conn: &mut PgConnection,
    account: AccountId,
    argon2id: &str,
    is_proof: bool,
    now: DateTime<Utc>,
) -> QueryResult<()> {
    let chosen = (
        account_credentials::password_wrapped.eq(argon2id),
        account_credentials::password_is_proof.eq(is_proof),
        account_credentials::password_set_at.eq(now),
    );
    diesel::insert_into(account_credentials::table)
        .values((account_credentials::account_id.eq(account), chosen))
        .on_conflict(account_credentials::account_id)
        .do_update()
        .set(chosen)
        .execute(conn)
        .map(|_| ())
}

/// Sets the address of an account, which its owner has confirmed.
pub fn set_email(conn: &mut PgConnection, account: AccountId, sealed: &[u8], now: DateTime<Utc>) -> QueryResult<()> {
    let chosen = (account_credentials::email_sealed.eq(sealed), account_credentials::email_confirmed_at.eq(now));
    diesel::insert_into(account_credentials::table)
        .values((account_credentials::account_id.eq(account), chosen))
        .on_conflict(account_credentials::account_id)
        .do_update()
        .set(chosen)
        .execute(conn)
        .map(|_| ())
}

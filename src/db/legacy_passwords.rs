//! Password hashes of old accounts: on their way from sealed to wrapped, read to be checked, and replaced.

use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::sql_types::{Nullable, Text};
use std::collections::HashMap;

use super::functions::{any, literal};
use super::schema::legacy_accounts;
use crate::domain::legacy_password::Kept;
use crate::ids::AccountId;

/// What is stored of an account's password; the default is an account without one.
#[derive(Clone, Default, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = legacy_accounts)]
pub struct OldPassword {
    pub password_scheme: Option<String>,
    pub password_sealed: Option<Vec<u8>>,
    /// Argon2id (PHC) over the digest, or over the password where it was [replaced](replace).
    pub password_wrapped: Option<String>,
    pub password_salt_sealed: Option<Vec<u8>>,
}

impl std::fmt::Debug for OldPassword {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OldPassword").field("password_scheme", &self.password_scheme).finish_non_exhaustive()
    }
}

/// The stored password of an account; `None` where there is no such account.
pub fn find(conn: &mut PgConnection, account: AccountId) -> QueryResult<Option<OldPassword>> {
    legacy_accounts::table.find(account).select(OldPassword::as_select()).first(conn).optional()
}

/// Keeps the rows of accounts as they are until the end of the transaction: an import of them waits, or has been. Locks them in the order of their
/// ids.
pub fn lock_all(conn: &mut PgConnection, accounts: &[AccountId]) -> QueryResult<()> {
    if accounts.is_empty() {
        return Ok(());
    }
    let named = legacy_accounts::table.filter(legacy_accounts::id.eq(any(accounts))).order(legacy_accounts::id);
    named.select(legacy_accounts::id).for_no_key_update().load::<AccountId>(conn).map(|_| ())
}

/// Puts Argon2id of the password itself in the place of the old hash, if that is still the one that was checked; whether it was.
/// The content's digest stays: the row of the old system has not changed, and a later import of it writes nothing.
pub fn replace(conn: &mut PgConnection, account: AccountId, former: &OldPassword, argon2id: &str) -> QueryResult<bool> {
    use legacy_accounts::{password_salt_sealed, password_scheme, password_sealed, password_wrapped};
    let unchanged = password_scheme
        .is_not_distinct_from(&former.password_scheme)
        .and(password_scheme.ne(Kept::ARGON2ID))
        .and(password_sealed.is_not_distinct_from(&former.password_sealed))
        .and(password_wrapped.is_not_distinct_from(&former.password_wrapped));
    let changed = diesel::update(legacy_accounts::table.find(account).filter(unchanged))
        .set((
            password_scheme.eq(Kept::ARGON2ID),
            password_sealed.eq(None::<Vec<u8>>),
            password_wrapped.eq(argon2id),
            password_salt_sealed.eq(None::<Vec<u8>>),
        ))
        .execute(conn)?;
    Ok(changed == 1)
}

/// A hash that is to be wrapped.
#[derive(Clone, PartialEq, Eq, Queryable)]
pub struct Sealed {
    pub account: AccountId,
    pub sealed: Vec<u8>,
}

/// What came of it.
#[derive(Clone)]
pub struct Wrapped {
    pub account: AccountId,
    /// The sealed hash that was wrapped.
    pub sealed: Vec<u8>,
    pub argon2id: String,
}

// As the partial index `legacy_accounts_unwrapped` writes it.
literal!(Bcrypt: Nullable<Text> = "'%bcrypt%'");

/// Accounts whose hash is to be wrapped. bcrypt hashes are not: they are slow by themselves, and their salt lies inside them.
type ToBeWrapped = diesel::dsl::And<
    diesel::dsl::IsNotNull<legacy_accounts::password_sealed>,
    diesel::dsl::NotLike<legacy_accounts::password_scheme, Bcrypt>,
    diesel::sql_types::Nullable<diesel::sql_types::Bool>,
>;

fn to_be_wrapped() -> ToBeWrapped {
    use legacy_accounts::{password_scheme, password_sealed};
    password_sealed.is_not_null().and(password_scheme.not_like(Bcrypt))
}

/// The next accounts whose hash is to be wrapped, in the order of ids.
pub fn sealed_ids(conn: &mut PgConnection, after: Option<AccountId>, limit: usize) -> QueryResult<Vec<AccountId>> {
    use legacy_accounts::id;
    let after = after.unwrap_or_else(|| AccountId::from_uuid(uuid::Uuid::nil()));
    legacy_accounts::table
        .filter(to_be_wrapped().and(id.gt(after)))
        .order(id)
        .limit(i64::try_from(limit).unwrap_or(i64::MAX))
        .select(id)
        .load(conn)
}

/// Claims accounts until the end of the transaction; those that nobody else has claimed. A claim locks no row, and two accounts may
/// share one, by chance: then one waits for the other.
pub fn claim(conn: &mut PgConnection, class: i32, accounts: &[AccountId]) -> QueryResult<Vec<AccountId>> {
    use diesel::sql_types::{Array, Bool, Integer};
    #[derive(QueryableByName)]
    struct Claim {
        #[diesel(sql_type = Bool)]
        taken: bool,
    }
    let names: Vec<i32> = accounts.iter().map(|account| name_of(*account)).collect();
    let claims: Vec<Claim> = diesel::sql_query(
        "SELECT pg_try_advisory_xact_lock($1, name) AS taken FROM unnest($2) WITH ORDINALITY AS claims (name, place) ORDER BY place",
    )
    .bind::<Integer, _>(class)
    .bind::<Array<Integer>, _>(names)
    .load(conn)?;
    Ok(accounts.iter().zip(claims).filter(|(_, claim)| claim.taken).map(|(account, _)| *account).collect())
}

/// The end of an id is random.
fn name_of(account: AccountId) -> i32 {
    let [.., a, b, c, d] = *account.as_uuid().as_bytes();
    i32::from_be_bytes([a, b, c, d])
}

/// The hashes of these accounts that are still to be wrapped.
pub fn sealed_hashes(conn: &mut PgConnection, accounts: &[AccountId]) -> QueryResult<Vec<Sealed>> {
    use legacy_accounts::{id, password_sealed};
    legacy_accounts::table
        .filter(to_be_wrapped().and(id.eq_any(accounts)))
        .select((id, password_sealed.assume_not_null()))
        .load(conn)
}

/// Puts wrapped hashes in the place of the sealed ones, where those are still the ones that were wrapped; how many were.
/// A row that somebody else is writing just now is left as it is: who waits for nobody is in no circle of waiting.
pub fn wrap(conn: &mut PgConnection, wrapped: &[Wrapped]) -> QueryResult<u64> {
    use diesel::sql_types::{Array, Text, Uuid};
    use legacy_accounts::{id, password_sealed};
    let ids: Vec<AccountId> = wrapped.iter().map(|one| one.account).collect();
    let locked: Vec<(AccountId, Option<Vec<u8>>)> = legacy_accounts::table
        .filter(id.eq_any(&ids))
        .select((id, password_sealed))
        .for_no_key_update()
        .skip_locked()
        .load(conn)?;
    let locked: HashMap<AccountId, Option<Vec<u8>>> = locked.into_iter().collect();
    let same = |one: &&Wrapped| locked.get(&one.account).is_some_and(|now| now.as_ref() == Some(&one.sealed));
    let (ids, hashes): (Vec<uuid::Uuid>, Vec<&str>) =
        wrapped.iter().filter(same).map(|one| (*one.account.as_uuid(), one.argon2id.as_str())).unzip();
    let changed = diesel::sql_query(
        "UPDATE legacy_accounts SET password_sealed = NULL, password_wrapped = wrapped.hash
         FROM unnest($1, $2) AS wrapped (id, hash) WHERE legacy_accounts.id = wrapped.id",
    )
    .bind::<Array<Uuid>, _>(ids)
    .bind::<Array<Text>, _>(hashes)
    .execute(conn)?;
    Ok(changed as u64)
}

/// How many hashes wait to be wrapped.
pub fn unwrapped(conn: &mut PgConnection) -> QueryResult<u64> {
    let waiting: i64 = legacy_accounts::table.filter(to_be_wrapped()).count().get_result(conn)?;
    Ok(waiting.unsigned_abs())
}

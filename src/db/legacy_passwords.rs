//! Password hashes of old accounts: on their way from sealed to wrapped, read to be checked, and replaced.

use diesel::pg::PgConnection;
use diesel::prelude::*;

use super::schema::legacy_accounts;
use crate::domain::legacy_password::Kept;
use crate::ids::AccountId;

/// What is stored of an account's password; the default is an account without one.
#[derive(Clone, Default, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = legacy_accounts)]
pub struct OldPassword {
    /// See [`Kept::parse`].
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

/// The same, and keeps the account's row as it is until the end of the transaction: an import of it waits, or has been.
pub fn find_locked(conn: &mut PgConnection, account: AccountId) -> QueryResult<Option<OldPassword>> {
    legacy_accounts::table.find(account).for_no_key_update().select(OldPassword::as_select()).first(conn).optional()
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

/// Sealed hashes that are to be wrapped, in the order of ids. bcrypt hashes are not: they are slow by themselves, and
/// their salt lies inside them.
pub fn sealed_hashes(
    conn: &mut PgConnection,
    after: Option<AccountId>,
    limit: i64,
) -> QueryResult<Vec<(AccountId, Vec<u8>)>> {
    use legacy_accounts::{id, password_scheme, password_sealed};
    let after = after.unwrap_or_else(|| AccountId::from_uuid(uuid::Uuid::nil()));
    legacy_accounts::table
        .filter(password_sealed.is_not_null().and(password_scheme.not_like("%bcrypt%")).and(id.gt(after)))
        .order(id)
        .limit(limit)
        .select((id, password_sealed.assume_not_null()))
        .load(conn)
}

/// Puts the wrapped hash in the place of the sealed one, if that is still the one that was wrapped; 1 if it was.
pub fn wrap(conn: &mut PgConnection, account: AccountId, sealed: &[u8], wrapped: &str) -> QueryResult<u64> {
    use legacy_accounts::{password_sealed, password_wrapped};
    let changed = diesel::update(legacy_accounts::table.find(account).filter(password_sealed.eq(sealed)))
        .set((password_sealed.eq(None::<Vec<u8>>), password_wrapped.eq(wrapped)))
        .execute(conn)?;
    Ok(changed as u64)
}

/// How many hashes wait to be wrapped.
pub fn unwrapped(conn: &mut PgConnection) -> QueryResult<i64> {
    use legacy_accounts::{password_scheme, password_sealed};
    legacy_accounts::table
        .filter(password_sealed.is_not_null().and(password_scheme.not_like("%bcrypt%")))
        .count()
        .get_result(conn)
}

//! Password hashes of old accounts on their way from sealed to wrapped.

use diesel::pg::PgConnection;
use diesel::prelude::*;

use super::schema::legacy_accounts;
use crate::ids::AccountId;

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

use diesel::pg::PgConnection;
use diesel::prelude::*;

use super::{Candidate, Entity, Stamp};
use crate::db::import::{self as store, Digests, NewAccount};
use crate::db::jobs;
use crate::domain::form::text::tidy;
use crate::domain::legacy_password::Scheme;
use crate::ids::AccountId;
use crate::import::ImportError;
use crate::import::finding::{Code, Tally};
use crate::import::kind::{Kind, Target};
use crate::import::source::Row;
use crate::import::transform::{self, Account, Context, Draft, OldPassword};
use crate::vault::{Purpose, Vault, hash_password};

#[derive(Debug)]
pub(in crate::import) struct Accounts;

impl Entity for Accounts {
    const KIND: Kind = Kind::Accounts;

    type Input = Row;
    type Content = Account;
    type Stored = NewAccount;

    fn measure(row: &Row) -> (u64, usize) {
        (row.number, row.bytes())
    }

    fn read(row: &Row, cx: &Context<'_>, tally: &mut Tally) -> Result<Draft<Account>, Code> {
        Account::read(row, cx, tally)
    }

    fn digests(conn: &mut PgConnection, stamp: Stamp<'_>, keys: &[&str]) -> QueryResult<Digests> {
        store::account_digests(conn, stamp.system, keys)
    }

    fn seal(stamp: Stamp<'_>, candidate: &Candidate<Self>) -> Result<NewAccount, ImportError> {
        let Candidate { input: row, draft } = candidate;
        let seal = |purpose, target| stamp.vault.seal_text(purpose, row.get(target));
        let password = draft.content.password.as_ref();
        let (password_sealed, password_wrapped) =
            password.map_or((None, None), |password| protect(stamp.vault, password));
        let salt = password.and_then(|password| password.hash.salt());
        Ok(NewAccount {
            id: AccountId::generate(),
            system: stamp.system.to_owned(),
            key: draft.key.clone(),
            number_lookup: draft.content.number_lookup.clone(),
            number_sealed: seal(Purpose::Number, Target::Number),
            name_sealed: seal(Purpose::Name, Target::Name),
            email_sealed: stamp.vault.seal_text(Purpose::Email, tidy(row.get(Target::Email))),
            registered_at: row.tidy(Target::RegisteredAt).to_owned(),
            password_scheme: password.map(|password| password.scheme.clone()),
            password_sealed,
            password_wrapped,
            password_salt_sealed: salt.map(|salt| stamp.vault.seal_text(Purpose::PasswordSalt, salt)),
            content_digest: draft.digest.clone(),
            raw_sealed: transform::seal_raw(stamp.vault, row)?,
            batch: stamp.batch.to_owned(),
            imported_at: stamp.now,
        })
    }

    fn write(
        conn: &mut PgConnection,
        stamp: Stamp<'_>,
        new: Vec<NewAccount>,
        changed: &[NewAccount],
    ) -> QueryResult<()> {
        if new.iter().chain(changed).any(|account| account.password_sealed.is_some()) {
            // Before the rows: see `jobs::ensure`.
            jobs::ensure(conn, jobs::WRAP_PASSWORDS, stamp.batch, stamp.now)?;
        }
        store::copy_accounts(conn, &new)?;
        if changed.is_empty() { Ok(()) } else { store::replace_accounts(conn, changed) }
    }
}

/// A clear-text password is hashed now; a hash is sealed now and wrapped later, for that takes 20 ms a row.
fn protect(vault: &Vault, password: &OldPassword) -> (Option<Vec<u8>>, Option<String>) {
    match password.hash.spec().scheme {
        Scheme::Plain => (None, Some(hash_password(password.hash.digest()))),
        _ => (Some(vault.seal_text(Purpose::PasswordHash, password.hash.digest())), None),
    }
}

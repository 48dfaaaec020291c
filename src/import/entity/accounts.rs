use chrono::NaiveDate;
use diesel::pg::PgConnection;
use diesel::prelude::*;

use super::{Candidate, Entity, Stamp};
use crate::db::DbError;
use crate::db::import::{self as store, ChangedAccount, Digests, NewAccount};
use crate::db::jobs;
use crate::domain::form::text::tidy;
use crate::domain::legacy_password::Scheme;
use crate::ids::AccountId;
use crate::import::compare::{Sheet, StoredPassword};
use crate::import::error::ImportError;
use crate::import::finding::{Code, Tally};
use crate::import::kind::{Kind, Target};
use crate::import::source::Row;
use crate::import::transform::{self, Account, Context, Keyed, OldPassword};
use crate::vault::{Purpose, Vault, hash_password};

#[derive(Debug)]
pub(in crate::import) struct Accounts;

impl Entity for Accounts {
    const KIND: Kind = Kind::Accounts;

    type Input = Row;
    type Outline = Row;
    type Content = Account;
    type Stored = NewAccount;
    type Changed = ChangedAccount;

    fn measure(row: &Row) -> (u64, usize) {
        (row.number, row.bytes())
    }

    fn key(row: &Row, _today: NaiveDate) -> Result<String, Code> {
        transform::key(row)
    }

    fn feed(row: &Row, into: &mut dyn FnMut(&[u8])) {
        row.feed(into);
    }

    fn feed_again(row: &Row, into: &mut dyn FnMut(&[u8])) {
        row.feed(into);
    }

    fn read(row: &Row, cx: &Context<'_>, tally: &mut Tally) -> Result<Keyed<Account>, Code> {
        Account::read(row, cx, tally)
    }

    fn digest(vault: &Vault, row: &Row, account: &Account) -> Vec<u8> {
        account.digest(vault, row)
    }

    fn digests(conn: &mut PgConnection, stamp: Stamp<'_>, keys: &[&str]) -> QueryResult<Digests> {
        store::account_digests(conn, stamp.system, keys)
    }

    fn stored(conn: &mut PgConnection, stamp: Stamp<'_>, keys: &[&str]) -> QueryResult<Vec<Self::Stored>> {
        store::account_rows(conn, stamp.system, keys)
    }

    fn identity(stored: &Self::Stored) -> (String, &str) {
        (stored.key.clone(), &stored.batch)
    }

    fn page(
        conn: &mut PgConnection,
        system: &str,
        after: Option<&str>,
        limit: i64,
    ) -> QueryResult<Vec<(String, String)>> {
        store::account_keys(conn, system, after.unwrap_or_default(), limit)
    }

    fn compare(sheet: &mut Sheet<'_>, candidate: &Candidate<Self>, digest: &[u8], stored: Option<&NewAccount>) {
        let (row, vault) = (&candidate.input, sheet.vault());
        let lookup = transform::number_lookup(vault, row.get(Target::Number));
        sheet.bytes("number_lookup", lookup.as_deref(), stored.and_then(|stored| stored.number_lookup.as_deref()));
        let number = stored.map(|stored| stored.number_sealed.as_slice());
        sheet.sealed("number_sealed", Purpose::Number, row.get(Target::Number), number);
        let name = stored.map(|stored| stored.name_sealed.as_slice());
        sheet.sealed("name_sealed", Purpose::Name, row.get(Target::Name), name);
        let email = stored.map(|stored| stored.email_sealed.as_slice());
        sheet.sealed("email_sealed", Purpose::Email, tidy(row.get(Target::Email)), email);
        let registered_at = stored.map(|stored| stored.registered_at.as_str());
        sheet.text("registered_at", row.tidy(Target::RegisteredAt), registered_at);
        let password = stored.map(|stored| StoredPassword {
            scheme: stored.password_scheme.as_deref(),
            sealed: stored.password_sealed.as_deref(),
            wrapped: stored.password_wrapped.as_deref(),
            salt: stored.password_salt_sealed.as_deref(),
        });
        sheet.password(candidate.keyed.content.password.as_ref(), password);
        sheet.bytes("content_digest", Some(digest), stored.map(|stored| stored.content_digest.as_slice()));
        sheet.raw(row, stored.map(|stored| stored.raw_sealed.as_slice()));
    }

    fn is_empty(conn: &mut PgConnection, system: &str) -> QueryResult<bool> {
        store::no_accounts(conn, system)
    }

    fn seal(stamp: Stamp<'_>, candidate: &Candidate<Self>, digest: Vec<u8>) -> Result<NewAccount, ImportError> {
        let Candidate { input: row, keyed, .. } = candidate;
        let seal = |purpose, target| stamp.vault.seal_text(purpose, row.get(target));
        let password = keyed.content.password.as_ref();
        let (password_sealed, password_wrapped) =
            password.map_or((None, None), |password| protect(stamp.vault, password));
        let salt = password.and_then(|password| password.hash.salt());
        Ok(NewAccount {
            id: AccountId::generate(),
            system: stamp.system.to_owned(),
            key: keyed.key.clone(),
            number_lookup: transform::number_lookup(stamp.vault, row.get(Target::Number)),
            number_sealed: seal(Purpose::Number, Target::Number),
            name_sealed: seal(Purpose::Name, Target::Name),
            email_sealed: stamp.vault.seal_text(Purpose::Email, tidy(row.get(Target::Email))),
            registered_at: row.tidy(Target::RegisteredAt).to_owned(),
            password_scheme: password.map(|password| password.scheme.clone()),
            password_sealed,
            password_wrapped,
            password_salt_sealed: salt.map(|salt| stamp.vault.seal_text(Purpose::PasswordSalt, salt)),
            content_digest: digest,
            raw_sealed: transform::seal_raw(stamp.vault, row)?,
            batch: stamp.batch.to_owned(),
            imported_at: stamp.now,
        })
    }

    fn write(
        conn: &mut PgConnection,
        stamp: Stamp<'_>,
        new: &[NewAccount],
        changed: &[ChangedAccount],
    ) -> Result<(), DbError> {
        let sealed = new.iter().map(|account| &account.password_sealed);
        if sealed.chain(changed.iter().map(|account| &account.password_sealed)).any(Option::is_some) {
            // Inserted before the rows: see `jobs::ensure`.
            jobs::ensure(conn, jobs::WRAP_PASSWORDS, stamp.batch, stamp.now)?;
        }
        store::copy_accounts(conn, new)?;
        Ok(store::replace_accounts(conn, changed, stamp.batch, stamp.now)?)
    }
}

/// A clear-text password is hashed now; a hash is sealed now and wrapped later, because wrapping takes 20 ms a row.
fn protect(vault: &Vault, password: &OldPassword) -> (Option<Vec<u8>>, Option<String>) {
    match password.hash.spec().scheme {
        Scheme::Plain => (None, Some(hash_password(password.hash.digest()))),
        _ => (Some(vault.seal_text(Purpose::PasswordHash, password.hash.digest())), None),
    }
}

//! The accounts under a number, and the making of one.

use secrecy::{ExposeSecret, SecretString};

use crate::app::dossier::open_account;
use crate::app::tx::Tx;
use crate::db::account_credentials;
use crate::db::legacy::{self, AccountRow};
use crate::db::{self, DbError};
use crate::domain::china::china_date;
use crate::domain::document::{Number, Relation};
use crate::domain::email::Email;
use crate::domain::linking::{Account, is_same_account};
use crate::ids::AccountId;
use crate::vault::{LookUp, Purpose, Vault};

/// So many rows under a number are read; it has one in each old system, rarely two, and more share only a word that stands for no number.
const READ: i64 = 16;

/// The name of the lockout of a number, in Redis. It locks nobody out of recovery, which ends it.
pub fn lockout_key(vault: &Vault, number: &Number) -> String {
    format!("account:number:{}", hex::encode(vault.look_up(LookUp::Number, &[number.canonical()])))
}

/// The accounts under a number that somebody typed, with their rows.
pub fn accounts_under(tx: &mut Tx<'_>, number: &Number) -> Result<Vec<(Account, AccountRow)>, DbError> {
    let mut found = Vec::new();
    if number.unreadable().is_some() {
        return Ok(found);
    }
    let lookup = tx.vault.look_up(LookUp::Number, &[number.canonical()]);
    for row in AccountRow::some_by_number(tx.conn, &lookup, READ)? {
        let account = open_account(tx.vault, &row)?;
        if matches!(account.number.relation(number), Relation::Same(_)) {
            found.push((account, row));
        }
    }
    Ok(found)
}

/// Whether a number has an account: such a number is not registered again.
pub fn is_known(tx: &mut Tx<'_>, number: &Number) -> Result<bool, DbError> {
    Ok(!accounts_under(tx, number)?.is_empty())
}

/// The account itself, and those under its number that count as the same (A2): one password, one address.
pub fn counting_as_one(
    tx: &mut Tx<'_>,
    account: AccountId,
    shared_systems: &[String],
) -> Result<Vec<AccountId>, DbError> {
    let row = AccountRow::by_ids(tx.conn, &[account])?.pop().ok_or(diesel::result::Error::NotFound)?;
    let own = open_account(tx.vault, &row)?;
    let under = accounts_under(tx, &own.number)?;
    let equals = under.iter().map(|(other, _)| other);
    let equals = equals.filter(|other| other.id != account && is_same_account(other, &own, shared_systems));
    Ok([account].into_iter().chain(equals.map(|other| other.id)).collect())
}

/// An account that somebody registers: what they typed, once their address is confirmed.
#[derive(Clone, Debug)]
pub struct Registered {
    /// As typed.
    pub number: SecretString,
    pub name: SecretString,
    /// Confirmed; `None` where nothing is mailed, and so nothing confirmed.
    pub email: Option<Email>,
    /// Argon2id of the password.
    pub password_hash: SecretString,
}

/// Makes an account, unless the number has one: `None`. Two who register one number at once come one after the other.
pub fn register(tx: &mut Tx<'_>, new: &Registered) -> Result<Option<AccountId>, DbError> {
    let raw = new.number.expose_secret();
    let number = Number::new(raw, None);
    let lookup = tx.vault.look_up(LookUp::Number, &[number.canonical()]);
    db::lock(tx.conn, &lookup)?;
    if is_known(tx, &number)? {
        return Ok(None);
    }
    let id = AccountId::generate();
    let address = new.email.as_ref().map(Email::as_str).unwrap_or_default();
    let email_sealed = tx.vault.seal_text(Purpose::Email, address);
    legacy::Registered {
        id,
        number_lookup: &lookup,
        number_sealed: &tx.vault.seal_text(Purpose::Number, raw),
        name_sealed: &tx.vault.seal_text(Purpose::Name, new.name.expose_secret().trim()),
        email_sealed: &email_sealed,
        raw_sealed: &tx.vault.seal_text(Purpose::RawRow, "{}"),
        registered_at: &china_date(tx.now).to_string(),
    }
    .insert(tx.conn, tx.now)?;
    account_credentials::set_password(tx.conn, id, new.password_hash.expose_secret(), true, tx.now)?;
    if new.email.is_some() {
        account_credentials::set_email(tx.conn, id, &email_sealed, tx.now)?;
    }
    Ok(Some(id))
}

//! The accounts under a number, and the making of one.

use secrecy::{ExposeSecret, SecretString};

use crate::app::dossier::open_account;
use crate::app::tx::Tx;
use crate::db::account_credentials;
use crate::db::legacy::{self, AccountRow};
use crate::db::people::Link;
use crate::db::{self, DbError};
use crate::domain::china::china_date;
use crate::domain::document::{Number, Relation};
use crate::domain::email::Email;
use crate::domain::linking::{Account, Door, is_same_account};
use crate::ids::{AccountId, PersonId};
use crate::vault::{LookUp, Purpose, Vault};

/// So many rows under a number are read; it has one in each old system, rarely two, and more share only a word that stands for no number.
const READ: i64 = 16;

/// The name of the lockout of a number, in Redis. It locks nobody out of recovery, which ends it.
pub fn lockout_key(vault: &Vault, number: &Number) -> String {
    format!("account:number:{}", hex::encode(vault.look_up(LookUp::Number, &[number.canonical()])))
}

/// The accounts under a number that somebody typed, with their rows. None under what rows share that have no number: such an account has no
/// door.
pub fn accounts_under(tx: &mut Tx<'_>, number: &Number) -> Result<Vec<(Account, AccountRow)>, DbError> {
    let mut found = Vec::new();
    if !number.can_be_one_humans() {
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

/// The accounts under a number that no portal's person has, those together that count as one (A2): one password, one address. Apart are those
/// whose passwords lead to two persons, and those of which one was taken from the other's person.
pub fn counting_as_one(
    tx: &mut Tx<'_>,
    number: &Number,
    shared_systems: &[String],
) -> Result<Vec<Vec<AccountId>>, DbError> {
    let under: Vec<Account> = accounts_under(tx, number)?.into_iter().map(|(account, _)| account).collect();
    let ids: Vec<AccountId> = under.iter().map(|account| account.id).collect();
    let links = Link::of_accounts(tx.conn, &ids)?;
    let stands = |link: &&Link| link.undone_at.is_none();
    let is_taken =
        |id: AccountId| links.iter().filter(stands).any(|link| link.account_id == id && link.door == Door::Portal);
    let opener = |id: AccountId| {
        let by_password = |link: &&Link| link.account_id == id && link.rule.is_by_password();
        links.iter().filter(stands).find(by_password).map(|link| link.person_id)
    };
    let was_taken_from = |id: AccountId, person: Option<PersonId>| {
        let barred = |link: &Link| link.undone_at.is_some() && link.barred && Some(link.person_id) == person;
        person.is_some() && links.iter().any(|link| link.account_id == id && barred(link))
    };
    let is_one = |one: &Account, other: &Account| {
        let (of_one, of_other) = (opener(one.id), opener(other.id));
        is_same_account(one, other, shared_systems)
            && (of_one.is_none() || of_other.is_none() || of_one == of_other)
            && !was_taken_from(one.id, of_other)
            && !was_taken_from(other.id, of_one)
    };
    let mut groups: Vec<Vec<&Account>> = Vec::new();
    for account in under.iter().filter(|account| !is_taken(account.id)) {
        match groups.iter_mut().find(|group| group.iter().all(|other| is_one(other, account))) {
            Some(group) => group.push(account),
            None => groups.push(vec![account]),
        }
    }
    Ok(groups.into_iter().map(|group| group.into_iter().map(|account| account.id).collect()).collect())
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

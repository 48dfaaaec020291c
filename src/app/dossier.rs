//! What is a person's, now: read again each time, so that an undone or frozen link takes its data with it. A page reads the parts that
//! it shows, each in one statement.

mod accounts;
mod applications;
mod around;
mod asked;
mod facts;
mod holdings;
mod judged;
mod open;
mod opened;
mod own;

pub use accounts::{Accounts, Held};
pub use applications::{AllApplications, ApplicationList};
pub(super) use asked::number_of;
pub use asked::{Asked, Limits};
pub use facts::{gather, gather_many};
pub use holdings::Holdings;
pub use judged::Judged;
pub(super) use open::{open_account, open_alias, open_evidence};
pub use opened::OpenedFacts;
pub(super) use own::own_accounts;

use std::collections::BTreeSet;

use super::tx::Tx;
use crate::db::DbError;
use crate::db::legacy::{AccountRow, Certificate, LegacyApplication};
use crate::db::people::{self, AliasRow, Link, Linked};
use crate::domain::document::Number;
use crate::domain::linking::{Alias, Belongs, Door, Origin, belongs, belongs_to_account};
use crate::ids::{AccountId, PersonId};
use crate::vault::{Purpose, Vault};

/// A keyed look-up value of a document number.
type LookUpValue = Vec<u8>;

/// A person's aliases, and what stands beside them: by these everything else is found and judged.
pub struct Dossier {
    person: PersonId,
    /// By which door the person comes.
    door: Door,
    pub own: Vec<Alias>,
    /// Those of everyone else whom a portal vouched for, under the same numbers.
    others: Vec<Alias>,
    /// The numbers' look-up values.
    lookups: Vec<LookUpValue>,
}

/// Records without an account, found by the person's numbers.
pub struct Records<T> {
    /// Those that are the person's.
    pub shown: Vec<T>,
    /// Others exist that may be: under another name, or of doubtful fit.
    pub has_unclear: bool,
}

impl Dossier {
    /// Reads a person's aliases.
    pub fn of(tx: &mut Tx<'_>, person: PersonId) -> Result<Self, DbError> {
        let rows = AliasRow::around(tx.conn, &[person], &[])?;
        Self::from_rows(tx, person, rows)
    }

    /// Reads a person's aliases and certificates, newest year first, in one statement.
    pub fn with_certificates(tx: &mut Tx<'_>, person: PersonId) -> Result<(Self, Records<Certificate>), DbError> {
        let rows = AliasRow::with_certificates(tx.conn, person)?;
        let (mut aliases, certificates): (Vec<_>, Vec<_>) = rows.into_iter().unzip();
        aliases.dedup_by_key(|row| row.id);
        let mut certificates: Vec<Certificate> = certificates.into_iter().flatten().collect();
        certificates.sort_by(|one, other| (&other.year, one.id).cmp(&(&one.year, other.id)));
        certificates.dedup_by_key(|row| row.id);
        let dossier = Self::from_rows(tx, person, aliases)?;
        let certificates = dossier.sort_out(tx.vault, certificates, |row| (&row.number_sealed, &row.name_sealed))?;
        Ok((dossier, certificates))
    }

    fn from_rows(tx: &mut Tx<'_>, person: PersonId, rows: Vec<AliasRow>) -> Result<Self, DbError> {
        let lookups: BTreeSet<&LookUpValue> = rows.iter().map(|row| &row.number_lookup).collect();
        let lookups = lookups.into_iter().cloned().collect();
        // An alias is of its person's door: a constraint holds that.
        let door = match rows.iter().find(|row| row.person_id == person) {
            Some(row) if row.origin == Origin::Account => Door::Account,
            Some(_) => Door::Portal,
            None => people::door_of(tx.conn, person)?,
        };
        let mut dossier = Self { person, door, own: Vec::new(), others: Vec::new(), lookups };
        for row in rows {
            let list = if row.person_id == person { &mut dossier.own } else { &mut dossier.others };
            list.push(open_alias(tx.vault, &row)?);
        }
        Ok(dossier)
    }

    /// By which door the person comes.
    pub const fn door(&self) -> Door {
        self.door
    }

    /// Reads the certificates.
    pub fn certificates(&self, tx: &mut Tx<'_>) -> Result<Records<Certificate>, DbError> {
        let rows = Certificate::by_numbers(tx.conn, &self.lookups)?;
        self.sort_out(tx.vault, rows, |row| (&row.number_sealed, &row.name_sealed))
    }

    /// Reads the accounts.
    pub fn accounts(&self, tx: &mut Tx<'_>) -> Result<Accounts, DbError> {
        let linked = self.linked(tx)?;
        self.judge(tx, linked.links)
    }

    /// Reads the links that stand with their accounts, and whether others were found.
    pub(super) fn linked(&self, tx: &mut Tx<'_>) -> Result<Linked, DbError> {
        Ok(people::linked(tx.conn, self.person)?)
    }

    /// What of the linked accounts is shown.
    pub(super) fn judge(&self, tx: &Tx<'_>, links: Vec<(Link, AccountRow)>) -> Result<Accounts, DbError> {
        let mut accounts = Accounts::judge(tx.vault, links, &self.own)?;
        if self.door == Door::Account {
            accounts.keep_own(tx.vault, &self.others)?;
        }
        Ok(accounts)
    }

    /// Reads the applications of old systems: those of the accounts that are shown, and those of no account.
    pub fn applications(&self, tx: &mut Tx<'_>, accounts: &Accounts) -> Result<Records<LegacyApplication>, DbError> {
        let ids: Vec<AccountId> = accounts.shown.iter().map(|held| held.account.id).collect();
        let rows = LegacyApplication::around(tx.conn, &ids, &self.lookups)?;
        let is_of_account = |row: &LegacyApplication| {
            let is_named =
                |account: &AccountRow| account.system == row.system && row.account_key.as_ref() == Some(&account.key);
            accounts.shown.iter().any(|held| is_named(&held.account))
        };
        let (of_accounts, others): (Vec<_>, Vec<_>) = rows.into_iter().partition(is_of_account);
        let mut records = self.sort_out(tx.vault, others, |row| (&row.number_sealed, &row.name_sealed))?;
        records.shown.splice(..0, of_accounts);
        Ok(records)
    }

    /// Reads the applications of old systems that are shown, whatever accounts they are of.
    pub fn old_applications(&self, tx: &mut Tx<'_>) -> Result<Vec<LegacyApplication>, DbError> {
        let accounts = self.accounts(tx)?;
        Ok(self.applications(tx, &accounts)?.shown)
    }

    /// Whether a record exists that cannot be shown, among those of no account.
    pub fn has_unclear_application(&self, tx: &mut Tx<'_>) -> Result<bool, DbError> {
        Ok(self.applications(tx, &Accounts::default())?.has_unclear)
    }

    fn sort_out<T>(
        &self,
        vault: &Vault,
        rows: Vec<T>,
        pair: impl Fn(&T) -> (&[u8], &[u8]),
    ) -> Result<Records<T>, DbError> {
        let mut records = Records { shown: Vec::new(), has_unclear: false };
        for row in rows {
            let (number, name) = pair(&row);
            let number = Number::new(&vault.open_text(Purpose::Number, number)?, None);
            let name = vault.open_text(Purpose::Name, name)?;
            let judge = if self.door == Door::Account { belongs_to_account } else { belongs };
            match judge(&number, &name, &self.own, &self.others) {
                Belongs::Yes => records.shown.push(row),
                Belongs::Unclear => records.has_unclear = true,
                Belongs::No => {}
            }
        }
        Ok(records)
    }
}

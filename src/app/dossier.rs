//! What is a person's, now: read again each time, so that an undone or frozen link takes its data with it. A page reads the parts that
//! it shows, each in one statement.

mod accounts;
mod applications;
mod around;
mod asked;
mod facts;
mod open;

pub use accounts::{Accounts, Held};
pub use applications::{AllApplications, ApplicationList};
pub(super) use asked::number_of;
pub use asked::{Asked, Limits};
pub use facts::{gather, gather_many};
pub(super) use open::{open_account, open_alias, open_evidence};

use std::collections::{BTreeMap, BTreeSet};

use around::Around;

use super::tx::Tx;
use crate::db::DbError;
use crate::db::legacy::{AccountRow, Certificate, LegacyApplication};
use crate::db::people::{self, AliasRow, IdentityRow, Link, Linked};
use crate::domain::document::Number;
use crate::domain::form::china_date;
use crate::domain::linking::{Alias, Belongs, Decision, DocumentClaim, Identity, UserType, belongs, decide};
use crate::ids::{AccountId, PersonId};
use crate::vault::{Purpose, Vault};

/// A keyed look-up value of a document number.
type LookUpValue = Vec<u8>;

/// A person's aliases, and what stands beside them: by these everything else is found and judged.
pub struct Dossier {
    person: PersonId,
    /// The person's.
    pub own: Vec<Alias>,
    /// Everyone else's under the same numbers.
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

/// A person's dossier with what the rules say of their accounts now.
pub struct Judged {
    /// The person's aliases.
    pub dossier: Dossier,
    /// The person's accounts.
    pub accounts: Accounts,
    /// `None`: no portal account of theirs is left.
    pub decision: Option<Decision>,
    /// The accounts that the decision names.
    pub rows: BTreeMap<AccountId, AccountRow>,
}

/// Everything that is a person's.
pub struct Holdings {
    /// Their accounts.
    pub accounts: Accounts,
    /// Certificates, newest year first.
    pub certificates: Vec<Certificate>,
    /// Applications of old systems, newest first.
    pub applications: Vec<LegacyApplication>,
    /// A record under this number exists that cannot be shown: under another name, or of doubtful fit.
    pub other_name_record: bool,
}

impl Dossier {
    /// Reads a person's aliases.
    pub fn of(tx: &mut Tx<'_>, person: PersonId) -> Result<Self, DbError> {
        let rows = AliasRow::around(tx.conn, &[person], &[])?;
        let lookups: BTreeSet<&LookUpValue> = rows.iter().map(|row| &row.number_lookup).collect();
        let lookups = lookups.into_iter().cloned().collect();
        let mut dossier = Self { person, own: Vec::new(), others: Vec::new(), lookups };
        for row in rows {
            let list = if row.person_id == person { &mut dossier.own } else { &mut dossier.others };
            list.push(open_alias(tx.vault, &row)?);
        }
        Ok(dossier)
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
        Accounts::judge(tx.vault, links, &self.own)
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
            match belongs(&number, &name, &self.own, &self.others) {
                Belongs::Yes => records.shown.push(row),
                Belongs::Unclear => records.has_unclear = true,
                Belongs::No => {}
            }
        }
        Ok(records)
    }
}

impl Judged {
    /// Reads a person's facts and decides, as a sign-in would by what the portal vouched for last.
    pub fn of(tx: &mut Tx<'_>, person: PersonId) -> Result<Self, DbError> {
        let Some(row) = IdentityRow::newest_of_person(tx.conn, person)? else {
            let dossier = Dossier::of(tx, person)?;
            let accounts = dossier.accounts(tx)?;
            return Ok(Self { dossier, accounts, decision: None, rows: BTreeMap::new() });
        };
        let asked = Asked::new(tx.vault, accepted(tx.vault, &row)?, Some(&row));
        let around = Around::read(tx, std::slice::from_ref(&asked), &[person])?;
        let dossier = around.dossier(person);
        let accounts = around.linked(person, &dossier.own)?;
        let decision = decide(&around.facts(asked, Limits { minimum_level: 0, today: china_date(tx.now) })?);
        Ok(Self { dossier, accounts, decision: Some(decision), rows: around.into_rows() })
    }
}

/// What the portal vouched for last. Level and kind of user were accepted when they signed in.
fn accepted(vault: &Vault, row: &IdentityRow) -> Result<Identity, DbError> {
    Ok(Identity {
        name: Some(vault.open_text(Purpose::Name, &row.name_sealed)?),
        number: Some(vault.open_text(Purpose::Number, &row.number_sealed)?),
        document: row.document_type.map_or(DocumentClaim::Absent, DocumentClaim::Type),
        level: Some(0),
        user_type: UserType::Personal,
    })
}

impl Holdings {
    /// Reads everything that is a person's.
    pub fn of(tx: &mut Tx<'_>, person: PersonId) -> Result<Self, DbError> {
        let dossier = Dossier::of(tx, person)?;
        let accounts = dossier.accounts(tx)?;
        let certificates = dossier.certificates(tx)?;
        let applications = dossier.applications(tx, &accounts)?;
        Ok(Self {
            accounts,
            certificates: certificates.shown,
            applications: applications.shown,
            other_name_record: certificates.has_unclear || applications.has_unclear,
        })
    }
}

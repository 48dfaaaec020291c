//! A person's dossier with what the rules say of their accounts now.

use std::collections::BTreeMap;

use super::around::Around;
use super::{Accounts, Asked, Dossier, Limits, OpenedFacts};
use crate::app::tx::Tx;
use crate::db::DbError;
use crate::db::legacy::AccountRow;
use crate::db::people::{IdentityRow, Link};
use crate::domain::china::china_date;
use crate::domain::linking::{Decision, DocumentClaim, Identity, UserType, decide};
use crate::ids::{AccountId, PersonId};
use crate::vault::{Purpose, Vault};

/// A person's dossier with what the rules say of their accounts now.
pub struct Judged {
    /// The person's aliases.
    pub dossier: Dossier,
    /// The person's accounts.
    pub accounts: Accounts,
    /// `None`: neither a portal account of theirs is left, nor an account that they open.
    pub decision: Option<Decision>,
    /// The accounts that the decision names.
    pub rows: BTreeMap<AccountId, AccountRow>,
}

impl Judged {
    /// Reads a person's facts and decides, as a sign-in would by what the portal vouched for last.
    pub fn of(tx: &mut Tx<'_>, person: PersonId) -> Result<Self, DbError> {
        let Some(row) = IdentityRow::newest_of_person(tx.conn, person)? else {
            return match Link::opening(tx.conn, person)?.first() {
                Some(account) => Self::of_account(tx, person, *account),
                None => Self::of_nobody(tx, person),
            };
        };
        let asked = Asked::new(tx.vault, accepted(tx.vault, &row)?, Some(&row));
        let around = Around::read(tx, std::slice::from_ref(&asked), &[person])?;
        let dossier = around.dossier(person);
        let accounts = around.linked(person, &dossier.own)?;
        let decision = decide(&around.facts(asked, Limits { minimum_level: 0, today: china_date(tx.now) })?);
        Ok(Self { dossier, accounts, decision: Some(decision), rows: around.into_rows() })
    }

    /// As a sign-in by the account would. What counts as the same account is joined at the next one.
    fn of_account(tx: &mut Tx<'_>, person: PersonId, account: AccountId) -> Result<Self, DbError> {
        let opened = OpenedFacts::read(tx, account, &[])?;
        let dossier = opened.dossier(person);
        let accounts = opened.linked(person, &dossier)?;
        let decision = decide(&opened.facts);
        Ok(Self { dossier, accounts, decision: Some(decision), rows: opened.into_rows() })
    }

    fn of_nobody(tx: &mut Tx<'_>, person: PersonId) -> Result<Self, DbError> {
        let dossier = Dossier::of(tx, person)?;
        let accounts = dossier.accounts(tx)?;
        Ok(Self { dossier, accounts, decision: None, rows: BTreeMap::new() })
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

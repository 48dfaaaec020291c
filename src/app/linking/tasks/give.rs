//! Questions about an account: it is given, taken, or shown again.

use super::super::settle::{Pair, Source, by_reviewer};
use super::super::undo::undo;
use super::{AnswerError, Deciding};
use crate::app::audit::Entry;
use crate::app::dossier::{Dossier, open_account};
use crate::app::tx::Tx;
use crate::db::legacy;
use crate::db::legacy_passwords;
use crate::db::people::{self, Link};
use crate::domain::document::Number;
use crate::domain::linking::Door;
use crate::ids::{AccountId, PersonId};
use crate::vault::Purpose;

impl Deciding<'_> {
    /// Links what the reviewer found to be theirs. Who has it now loses it, and is marked.
    pub(super) fn give(&self, tx: &mut Tx<'_>) -> Result<Vec<Entry>, AnswerError> {
        let person = self.person()?;
        // What the reviewer names is given, and nothing beside it.
        let named = !self.answer.accounts.is_empty() || !self.answer.certificates.is_empty();
        let mut accounts: Vec<AccountId> = self.task.account_id.into_iter().filter(|_| !named).collect();
        for label in &self.answer.accounts {
            let account = legacy::AccountRow::by_label(tx.conn, label)?;
            accounts.push(account.ok_or_else(|| AnswerError::Unfit(format!("there is no account {label}")))?.id);
        }
        accounts.sort();
        accounts.dedup();
        let mut persons = vec![person];
        for account in &accounts {
            persons.extend(Link::of_account(tx.conn, *account)?.map(|link| link.person_id));
        }
        people::lock_persons(tx.conn, &persons)?;
        if people::door_of(tx.conn, person)? == Door::Portal {
            legacy_passwords::lock_all(tx.conn, &accounts)?;
        }
        let mut told = Vec::new();
        for account in accounts {
            told.extend(self.give_account(tx, person, account)?);
        }
        for label in &self.answer.certificates {
            let row = legacy::Certificate::by_label(tx.conn, label)?;
            let row = row.ok_or_else(|| AnswerError::Unfit(format!("there is no certificate {label}")))?;
            let number = tx.vault.open_text(Purpose::Number, &row.number_sealed)?;
            let name = tx.vault.open_text(Purpose::Name, &row.name_sealed)?;
            if Number::new(&number, None).unreadable().is_some() {
                return Err(AnswerError::Unfit(format!("the document number of certificate {label} cannot be read")));
            }
            self.table(tx, person)?.grant(tx, Pair { number: &number, name: &name }, Source::Task(self.task.id))?;
        }
        told.extend(self.table(tx, person)?.settle(tx)?);
        Ok(told)
    }

    fn give_account(&self, tx: &mut Tx<'_>, person: PersonId, id: AccountId) -> Result<Vec<Entry>, AnswerError> {
        let mut told = Vec::new();
        if Dossier::of(tx, person)?.accounts(tx)?.shows(id) {
            return Ok(told);
        }
        if let Some(link) = Link::of_account(tx.conn, id)? {
            // No password ever reaches what the portal vouched for.
            if people::door_of(tx.conn, person)? == Door::Account {
                return Err(AnswerError::Moot(
                    "a portal's person has the account; whoever asks must sign in through the portal",
                ));
            }
            told.extend(undo(tx, link.id, self.because())?.told);
        }
        if let Some(link) = Link::of_pair(tx.conn, id, person)? {
            if link.frozen_at.is_none() {
                // The table that ran after the undoing may have linked it again; or an import has changed its row since.
                return Ok(told);
            }
            told.extend(undo(tx, link.id, self.because())?.told);
        }
        let row = legacy::AccountRow::by_ids(tx.conn, &[id])?.pop().ok_or(AnswerError::Moot("the account is gone"))?;
        let account = open_account(tx.vault, &row)?;
        let own = Dossier::of(tx, person)?.own;
        let (link, entry) = self.table(tx, person)?.link(tx, &by_reviewer(&account, &own))?;
        told.push(entry);
        // What somebody typed at a registration is given without its number and name.
        if !row.is_registered() {
            let number = tx.vault.open_text(Purpose::Number, &row.number_sealed)?;
            self.table(tx, person)?.grant(tx, Pair { number: &number, name: &account.name }, Source::Reviewed(link))?;
        }
        told.extend(self.table(tx, person)?.follow(tx, id, link)?);
        Ok(told)
    }

    /// Undoes the link that the question is about.
    pub(super) fn take(&self, tx: &mut Tx<'_>) -> Result<Vec<Entry>, AnswerError> {
        let person = self.person()?;
        people::lock_person(tx.conn, person)?;
        match self.own_link(tx, person)? {
            Some(link) => Ok(undo(tx, link.id, self.because())?.told),
            // Undone by other hands meanwhile: what was asked for is done.
            None => Ok(Vec::new()),
        }
    }

    /// It is theirs after all.
    pub(super) fn thaw(&self, tx: &mut Tx<'_>) -> Result<Vec<Entry>, AnswerError> {
        let person = self.person()?;
        people::lock_person(tx.conn, person)?;
        let link = self.own_link(tx, person)?;
        let link =
            link.ok_or(AnswerError::Moot("the link was undone meanwhile; approve the task and let them ask again"))?;
        Link::thaw(tx.conn, link.id)?;
        Ok(self.table(tx, person)?.settle(tx)?)
    }

    fn own_link(&self, tx: &mut Tx<'_>, person: PersonId) -> Result<Option<Link>, AnswerError> {
        let Some(account) = self.task.account_id else { return Ok(None) };
        Ok(Link::of_pair(tx.conn, account, person)?)
    }
}

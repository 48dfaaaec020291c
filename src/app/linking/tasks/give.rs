//! Questions about an account: it is given, taken, or shown again.

use diesel::PgConnection;

use super::super::settle::{Source, by_reviewer};
use super::super::undo::undo;
use super::{AnswerError, Deciding};
use crate::app::audit::Entry;
use crate::app::holdings::Holdings;
use crate::app::sign_in::{gather_aliases, open_account};
use crate::db::legacy;
use crate::db::people::{self, Link};
use crate::domain::document::Number;
use crate::ids::{AccountId, PersonId};
use crate::vault::Purpose;

impl Deciding<'_> {
    /// Links what the reviewer found to be theirs. Who has it now loses it, and is marked.
    pub(super) fn give(&self, conn: &mut PgConnection) -> Result<Vec<Entry>, AnswerError> {
        let person = self.person()?;
        // What the reviewer names is given, and nothing beside it.
        let named = !self.answer.accounts.is_empty() || !self.answer.certificates.is_empty();
        let mut accounts: Vec<AccountId> = self.task.account_id.into_iter().filter(|_| !named).collect();
        for label in &self.answer.accounts {
            let account = legacy::AccountRow::by_label(conn, label)?;
            accounts.push(account.ok_or_else(|| AnswerError::Unfit(format!("there is no account {label}")))?.id);
        }
        accounts.sort();
        accounts.dedup();
        let mut persons = vec![person];
        for account in &accounts {
            persons.extend(Link::of_account(conn, *account)?.map(|link| link.person_id));
        }
        people::lock_persons(conn, &persons)?;
        let mut told = Vec::new();
        for account in accounts {
            told.extend(self.give_account(conn, person, account)?);
        }
        for label in &self.answer.certificates {
            let row = legacy::Certificate::by_label(conn, label)?;
            let row = row.ok_or_else(|| AnswerError::Unfit(format!("there is no certificate {label}")))?;
            let number = self.vault.open_text(Purpose::Number, &row.number_sealed)?;
            let name = self.vault.open_text(Purpose::Name, &row.name_sealed)?;
            if Number::new(&number, None).unreadable().is_some() {
                return Err(AnswerError::Unfit(format!("the document number of certificate {label} cannot be read")));
            }
            self.table(person).grant(conn, (&number, &name), Source::Task(self.task.id))?;
        }
        told.extend(self.table(person).settle(conn)?);
        Ok(told)
    }

    fn give_account(
        &self,
        conn: &mut PgConnection,
        person: PersonId,
        id: AccountId,
    ) -> Result<Vec<Entry>, AnswerError> {
        let mut told = Vec::new();
        if Holdings::of(conn, self.vault, person)?.accounts.iter().any(|shown| shown.id == id) {
            return Ok(told);
        }
        if let Some(link) = Link::of_account(conn, id)? {
            told.extend(undo(conn, self.vault, link.id, self.because())?.told);
        }
        // The table that ran after the undoing may have linked it anew.
        if Link::of_account(conn, id)?.is_some_and(|link| link.person_id == person) {
            return Ok(told);
        }
        let row = legacy::AccountRow::by_ids(conn, &[id])?.pop().ok_or(AnswerError::Moot("the account is gone"))?;
        let account = open_account(self.vault, &row)?;
        let own = gather_aliases(conn, self.vault, person)?.own;
        let (link, entry) = self.table(person).link(conn, &by_reviewer(&account, &own))?;
        told.push(entry);
        let number = self.vault.open_text(Purpose::Number, &row.number_sealed)?;
        self.table(person).grant(conn, (&number, &account.name), Source::Reviewed(link))?;
        Ok(told)
    }

    /// Undoes the link that the question is about.
    pub(super) fn take(&self, conn: &mut PgConnection) -> Result<Vec<Entry>, AnswerError> {
        let person = self.person()?;
        people::lock_person(conn, person)?;
        match self.own_link(conn, person)? {
            Some(link) => Ok(undo(conn, self.vault, link.id, self.because())?.told),
            // Undone by other hands meanwhile: what was asked for is done.
            None => Ok(Vec::new()),
        }
    }

    /// It is theirs after all.
    pub(super) fn thaw(&self, conn: &mut PgConnection) -> Result<Vec<Entry>, AnswerError> {
        let person = self.person()?;
        people::lock_person(conn, person)?;
        let link = self.own_link(conn, person)?;
        let link =
            link.ok_or(AnswerError::Moot("the link was undone meanwhile; approve the task and let them ask anew"))?;
        Link::thaw(conn, link.id)?;
        Ok(self.table(person).settle(conn)?)
    }

    fn own_link(&self, conn: &mut PgConnection, person: PersonId) -> Result<Option<Link>, AnswerError> {
        let Some(account) = self.task.account_id else { return Ok(None) };
        Ok(Link::of_account(conn, account)?.filter(|link| link.person_id == person))
    }
}

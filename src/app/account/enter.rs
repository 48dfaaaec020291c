//! Lets whoever opened an account in: facts, decision, consequences, in the caller's transaction.

use super::Opened;
use crate::app::audit::{About, Actor, Entry, Event};
use crate::app::dossier::OpenedFacts;
use crate::app::linking::{Pair, Source, Table};
use crate::app::tx::Tx;
use crate::config::{AccessConfig, RegistrationCheck};
use crate::db::DbError;
use crate::db::people::{self, AliasRow, Link, Undoing};
use crate::domain::linking::{self, Account, Decision, Door, Finding, LinkActor, Rule, Who};
use crate::ids::{AccountId, PersonId};
use crate::vault::Purpose;

/// A sign-in by an account whose password was right.
#[derive(Clone, Copy)]
pub(in crate::app) struct Entering<'a> {
    pub(in crate::app) account: AccountId,
    pub(in crate::app) access: &'a AccessConfig,
}

impl Entering<'_> {
    /// Carries it out; `None` where a portal's person has the account (A8). `told` is for the audit log, last. The caller holds the lock of the
    /// account's number.
    pub(in crate::app) fn carry_out(&self, tx: &mut Tx<'_>, told: &mut Vec<Entry>) -> Result<Option<Opened>, DbError> {
        let OpenedFacts { facts, account, .. } = OpenedFacts::read(tx, self.account, &self.access.shared_systems)?;
        let decision = linking::decide(&facts);
        let person = match decision.who {
            Who::Known(id) => {
                people::lock_person(tx.conn, id)?;
                id
            }
            Who::New => self.begin(tx)?,
            _ => {
                let about = About { account: Some(self.account), ..About::default() };
                told.push(Entry { event: Event::AccountShut, actor: Actor::SignIn, about });
                return Ok(None);
            }
        };
        let rule = if account.is_registered() { Rule::A4 } else { Rule::A1 };
        let about = About { person: Some(person), account: Some(self.account), ..About::default() };
        told.push(Entry { event: Event::AccountOpened { rule }, actor: Actor::SignIn, about });
        self.join(tx, person, &decision, told)?;
        let first = people::welcome(tx.conn, person, tx.now)?;
        tracing::info!(rule = rule.as_str(), "an account was opened");
        let Account { name, .. } = account;
        Ok(Some(Opened { person, name: name.trim().to_owned(), first, account: self.account }))
    }

    /// A person of the account's own. Where an import changed the row's number or name, the person before has it no more.
    fn begin(&self, tx: &mut Tx<'_>) -> Result<PersonId, DbError> {
        if let Some(former) = Link::of_password(tx.conn, self.account)? {
            let by = &LinkActor::Account;
            let undoing = Undoing { at: tx.now, by, reason: "the row is another's since an import", barred: false };
            Link::undo(tx.conn, former.id, &undoing)?;
            AliasRow::end_of_link(tx.conn, former.id, tx.now)?;
        }
        let id = PersonId::generate();
        people::insert_person(tx.conn, id, Door::Account, tx.now)?;
        Ok(id)
    }

    /// Ties what the password opens to the person, with what it holds: number and name, but for an account that is only what somebody typed
    /// (A4). What then lies beside it is found for proof.
    fn join(
        &self,
        tx: &mut Tx<'_>,
        person: PersonId,
        decision: &Decision,
        told: &mut Vec<Entry>,
    ) -> Result<(), DbError> {
        let table = Table { person, by: &LinkActor::Account, actor: &Actor::SignIn, portal: None, door: Door::Account };
        told.extend(table.apply(tx, decision)?);
        let holds = |finding: &&Finding| match finding.rule {
            Rule::A1 | Rule::A2 => !finding.linked_before,
            Rule::A4 => self.access.registration_check == RegistrationCheck::None,
            _ => false,
        };
        let mut granted = false;
        for finding in decision.accounts.iter().filter(holds) {
            granted |= grant_own_pair(tx, &table, finding.account)?;
        }
        if granted {
            told.extend(table.settle(tx)?);
        }
        Ok(())
    }
}

/// What an account holds counts for its own person from now on. Whether it did not before.
pub(super) fn grant_own_pair(tx: &mut Tx<'_>, table: &Table<'_>, account: AccountId) -> Result<bool, DbError> {
    let Some(link) = Link::of_password(tx.conn, account)? else { return Ok(false) };
    let Some(row) = crate::db::legacy::AccountRow::by_ids(tx.conn, &[account])?.pop() else { return Ok(false) };
    if !AliasRow::of_link(tx.conn, link.id)?.is_empty() {
        return Ok(false);
    }
    let number = tx.vault.open_text(Purpose::Number, &row.number_sealed)?;
    let name = tx.vault.open_text(Purpose::Name, &row.name_sealed)?;
    table.grant(tx, Pair { number: &number, name: &name }, Source::Opened(link.id))?;
    Ok(true)
}

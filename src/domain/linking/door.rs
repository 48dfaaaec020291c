//! Accounts as a way in: rules A1 to A5 and A8. A password vouches for nothing but that somebody knows it.

use crate::domain::document::{Relation, Upgrade};
use crate::domain::name;
use crate::ids::PersonId;

use super::decision::{Decision, Finding, Who};
use super::evidence::Evidence;
use super::facts::{Account, AccountState, Alias, Facts, Opened};
use super::judge::judge;
use super::records::is_outranked;
use super::words::{Outcome, Rule};

/// Decides for the account that was opened.
///
/// Nothing beside it and its equals is joined by itself. Of accounts under its number that a portal's person may have nothing is said: they
/// are that person's (A7).
pub(super) fn opened(facts: &Facts, opened: &Opened) -> Decision {
    let person = facts.known.as_ref().map(|(person, _)| person);
    let shut = || Decision::bare(Who::Shut, Outcome::Refused, Rule::A8);
    let Some(own) = facts.accounts.iter().find(|account| account.id == opened.account) else { return shut() };
    let who = match (&own.state, person) {
        // The row is another's since an import changed its number or name: so is what was done under it.
        (AccountState::Linked { person: holder, changed: true, .. }, Some(person)) if *holder == person.id => Who::New,
        (AccountState::Linked { person: holder, rule, .. }, Some(person)) if *holder == person.id => {
            // One that was proven is held by whoever proved it; its own password leads to its own person (A3).
            if rule.is_by_password() { Who::Known(person.id) } else { Who::New }
        }
        (AccountState::Linked { .. }, _) => return shut(),
        // Opened by its own password for the first time, where an equal was before.
        (AccountState::Free, Some(person)) => Who::Known(person.id),
        (AccountState::Free, None) | (AccountState::Barred { .. } | AccountState::Opened { .. }, _) => Who::New,
    };
    let mut decision = Decision::bare(who, Outcome::NoAccount, Rule::None);
    let person = match who {
        Who::Known(id) => Some(id),
        _ => None,
    };
    for account in &facts.accounts {
        if let Some(rule) = rule_of(account, own, opened) {
            decision.accounts.extend(joined(account, own, person, rule));
        } else if let Some(finding) = beside(facts, account, person) {
            let list = if finding.linked_before { &mut decision.accounts } else { &mut decision.proof };
            list.push(finding);
        }
    }
    decision.conclude()
}

/// A1 and A4: the account itself. A2: one that counts as the same.
fn rule_of(account: &Account, own: &Account, opened: &Opened) -> Option<Rule> {
    if account.id == own.id {
        return Some(if own.is_registered() { Rule::A4 } else { Rule::A1 });
    }
    is_same_account(account, own, &opened.shared_systems).then_some(Rule::A2)
}

/// Whether two accounts count as one: of systems that shared their sign-in, under one number and one name.
pub fn is_same_account(one: &Account, other: &Account, shared_systems: &[String]) -> bool {
    let is_shared = |account: &Account| shared_systems.iter().any(|system| system == account.system());
    is_shared(one)
        && is_shared(other)
        && one.number.can_be_one_humans()
        && matches!(one.number.relation(&other.number), Relation::Same(Upgrade::None | Upgrade::From15))
        && matches!(name::relation(&one.name, &other.name), name::Relation::Same | name::Relation::Folded)
}

/// An account that the password opens. One that another person has, or that was taken from this one, is not.
fn joined(account: &Account, own: &Account, person: Option<PersonId>, rule: Rule) -> Option<Finding> {
    let is_own = account.id == own.id;
    let linked_before = match &account.state {
        AccountState::Linked { person: holder, changed: false, .. } if Some(*holder) == person => true,
        AccountState::Free => false,
        _ if is_own => false,
        // Another person has it, or its password leads to another one already.
        AccountState::Linked { .. } | AccountState::Barred { .. } | AccountState::Opened { .. } => return None,
    };
    let pair = Alias { number: own.number.clone(), name: own.name.clone(), granted: None };
    let evidence = Evidence::of(account, &pair);
    Some(Finding { account: account.id, label: account.label.clone(), rule, evidence, via: None, linked_before })
}

/// A3: any other account under the number needs a proof, whatever rule it fits by. Whoever registered and has shown nothing yet bears no
/// pair, and is offered nothing (A4).
fn beside(facts: &Facts, account: &Account, person: Option<PersonId>) -> Option<Finding> {
    let aliases: Vec<&Alias> = facts.known.iter().flat_map(|(person, _)| &person.aliases).collect();
    let finding = judge(account, person, &aliases, &[])?;
    if finding.linked_before {
        return Some(finding);
    }
    let is_hidden = finding.rule == Rule::L5 || is_outranked(&account.number, &account.name, &facts.rivals);
    (!is_hidden).then_some(finding)
}

#[cfg(test)]
mod tests;

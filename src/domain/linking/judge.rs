//! One account against the aliases: rules L1 to L6.

use crate::domain::document::{self, Upgrade};
use crate::domain::name;
use crate::ids::PersonId;

use super::decision::Finding;
use super::evidence::Evidence;
use super::facts::{Account, AccountState, Alias};
use super::words::Rule;

/// One account against every alias: the best rule. `None` is L6.
pub(super) fn judge(
    account: &Account,
    person: Option<PersonId>,
    aliases: &[&Alias],
    rivals: &[Alias],
) -> Option<Finding> {
    let best = aliases.iter().filter_map(|alias| compare(account, alias)).min_by_key(|(rule, _)| *rule);
    let fits = best.as_ref().is_some_and(|(rule, _)| rule.is_beyond_doubt());
    let also_fits_another =
        || rivals.iter().any(|rival| compare(account, rival).is_some_and(|(r, _)| r.is_beyond_doubt()));
    let (rule, linked_before) = match &account.state {
        AccountState::Linked { person: owner, rule, changed } if Some(*owner) == person => {
            if *changed && !fits {
                (Some(Rule::L5), false)
            } else {
                (Some(*rule), true)
            }
        }
        AccountState::Linked { .. } | AccountState::Barred { .. } => (best.as_ref().map(|_| Rule::L5), false),
        AccountState::Free | AccountState::Opened { .. } if best.is_some() && also_fits_another() => {
            (Some(Rule::L5), false)
        }
        AccountState::Free | AccountState::Opened { .. } => (best.as_ref().map(|(rule, _)| *rule), false),
    };
    let rule = rule?;
    let (evidence, via) = match best {
        Some((_, alias)) => (Evidence::of(account, alias), alias.granted),
        None => (Evidence::none(account), None),
    };
    Some(Finding { account: account.id, label: account.label.clone(), rule, evidence, via, linked_before })
}

/// One free account against one alias.
fn compare<'a>(account: &Account, alias: &'a Alias) -> Option<(Rule, &'a Alias)> {
    let document::Relation::Same(upgrade) = account.number.relation(&alias.number) else { return None };
    let rule = match (upgrade, name::relation(&account.name, &alias.name)) {
        (Upgrade::From15Ambiguous, _) => Rule::L2,
        (Upgrade::None, name::Relation::Same) => Rule::L1,
        (Upgrade::From15, name::Relation::Same) => Rule::L1From15,
        (Upgrade::None, name::Relation::Folded) => Rule::L1Fold,
        (Upgrade::From15, name::Relation::Folded) => Rule::L1From15Fold,
        (_, name::Relation::Unclear) => Rule::L3,
        (_, name::Relation::Different) => Rule::L4,
    };
    Some((rule, alias))
}

/// Whether an account whose row changed since it was linked still fits one of the person's aliases beyond doubt.
pub fn still_fits(account: &Account, aliases: &[Alias]) -> bool {
    aliases.iter().any(|alias| compare(account, alias).is_some_and(|(rule, _)| rule.is_beyond_doubt()))
}

/// The evidence for a reviewer's link: the best rule by which the account compares with an alias, if any does.
pub fn best_match(account: &Account, aliases: &[Alias]) -> (Rule, Evidence) {
    match aliases.iter().filter_map(|alias| compare(account, alias)).min_by_key(|(rule, _)| *rule) {
        Some((rule, alias)) => (rule, Evidence::of(account, alias)),
        None => (Rule::None, Evidence::none(account)),
    }
}

impl Rule {
    /// The password of the account, or of one that counts as the same, leads to its person.
    pub const fn is_by_password(self) -> bool {
        matches!(self, Self::A1 | Self::A2 | Self::A4)
    }

    /// L1 in each of its forms: number and name agree.
    fn is_beyond_doubt(self) -> bool {
        self <= Self::L1From15Fold
    }
}

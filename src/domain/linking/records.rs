//! "Certificates and old applications" of LINKING.md: which rows without an account are a person's.

use super::Alias;
use crate::domain::document::{Number, Relation as NumberRelation, Upgrade};
use crate::domain::name::{self, Relation};

/// Whether a certificate, or an old application without an account, is this person's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Belongs {
    Yes,
    /// A record under this number exists that may be theirs: mentioned without any detail.
    Unclear,
    No,
}

/// Compares one row with the person's aliases and with those of everyone else who has the same number.
///
/// Shown only where number and name fit one alias, by no upgrade of uncertain century, and fit no alias of another person.
pub fn belongs(number: &Number, name: &str, own: &[Alias], others: &[Alias]) -> Belongs {
    let same_number = |alias: &&Alias| matches!(number.relation(&alias.number), NumberRelation::Same(_));
    if !own.iter().any(|alias| same_number(&alias)) {
        return Belongs::No;
    }
    let fits = |alias: &Alias| {
        matches!(number.relation(&alias.number), NumberRelation::Same(Upgrade::None | Upgrade::From15))
            && matches!(name::relation(name, &alias.name), Relation::Same | Relation::Folded)
    };
    if own.iter().any(fits) && !others.iter().any(fits) { Belongs::Yes } else { Belongs::Unclear }
}

/// [`belongs`] for an account's person: what is a portal's person's is no account's (A7), and nothing is said of it.
pub fn belongs_to_account(number: &Number, name: &str, own: &[Alias], vouched: &[Alias]) -> Belongs {
    if is_outranked(number, name, vouched) { Belongs::No } else { belongs(number, name, own, &[]) }
}

/// Whether a number and name are a portal's person's: under a number that the portal vouched for whatever the name is, under one that a proof or
/// a reviewer granted only what fits.
pub fn is_outranked(number: &Number, name: &str, vouched: &[Alias]) -> bool {
    let fits = |alias: &Alias| matches!(name::relation(name, &alias.name), Relation::Same | Relation::Folded);
    let outranks = |alias: &Alias| {
        matches!(number.relation(&alias.number), NumberRelation::Same(_)) && (alias.granted.is_none() || fits(alias))
    };
    vouched.iter().any(outranks)
}

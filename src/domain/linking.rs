//! Whose data is this? From facts to a decision; the heart of the product.
//!
//! `LINKING.md` is the specification; its terms and rule names (L1-L6, R1, R2) are used here. [`decide`] serves the sign-in, the
//! administrators' forecast and the review tasks alike. It is pure: `app::dossier` reads the [`Facts`], and the caller applies the
//! [`Decision`] in the same transaction.

mod accept;
mod actor;
mod decision;
mod door;
mod evidence;
mod facts;
mod how;
mod identity;
mod judge;
mod records;
mod shown;
mod way;
mod words;

use super::document::{self, Upgrade};
use super::name;

use accept::accept;
pub use actor::LinkActor;
pub use decision::{Decision, Finding, Who};
pub use door::is_same_account;
pub use evidence::{Evidence, Transformation};
pub use facts::{Account, AccountState, Alias, Claim, Facts, Opened, Person};
pub use how::How;
pub use identity::{DocumentClaim, Identity, Subject, UserType};
use judge::judge;
pub use judge::{best_match, still_fits};
pub use records::{Belongs, belongs, belongs_to_account, is_outranked};
pub use shown::{Shown, shown};
pub use way::Way;
pub use words::{Door, IdentityPart, List, Origin, Outcome, Refusal, Rule};

/// Decides which person somebody is and what becomes of every account found, by whichever door they come.
pub fn decide(facts: &Facts) -> Decision {
    match &facts.claim {
        Claim::Portal(identity) => vouched_for(facts, identity),
        Claim::Account(opened) => door::opened(facts, opened),
    }
}

fn vouched_for(facts: &Facts, identity: &Identity) -> Decision {
    let alias = match accept(facts, identity) {
        Ok(alias) => alias,
        Err(refusal) => return Decision::bare(Who::Refused(refusal), Outcome::Refused, Rule::Refused),
    };
    let (who, person) = match who_is(facts, &alias) {
        Ok(found) => found,
        Err(rule) => return Decision::bare(Who::Undecided, Outcome::NeedsReview, rule),
    };
    // The pair that the portal vouches for now counts beside the stored aliases.
    let mut aliases: Vec<&Alias> = vec![&alias];
    aliases.extend(person.into_iter().flat_map(|person| &person.aliases));

    let mut decision = Decision::bare(who, Outcome::NoAccount, Rule::None);
    for account in &facts.accounts {
        let Some(finding) = judge(account, person.map(|person| person.id), &aliases, &facts.rivals) else { continue };
        match finding.rule {
            _ if finding.linked_before => decision.accounts.push(finding),
            Rule::L5 => decision.review.push(finding),
            Rule::L2 | Rule::L3 | Rule::L4 => decision.proof.push(finding),
            _ => decision.accounts.push(finding),
        }
    }
    decision.conclude()
}

/// "Which person signs in", rules 1 to 3; `Err` names the rule by which a reviewer must decide.
fn who_is<'a>(facts: &'a Facts, alias: &Alias) -> Result<(Who, Option<&'a Person>), Rule> {
    if let Some((person, number_before)) = &facts.known {
        return match number_before.relation(&alias.number) {
            document::Relation::Same(_) => Ok((Who::Known(person.id), Some(person))),
            _ => Err(Rule::R1),
        };
    }
    let mut holders = facts.holders.iter().filter(|person| {
        person.aliases.iter().any(|own| matches!(own.number.relation(&alias.number), document::Relation::Same(_)))
    });
    match (holders.next(), holders.next()) {
        (None, _) => Ok((Who::New, None)),
        (Some(person), None) if joins(person, alias) => Ok((Who::Joins(person.id), Some(person))),
        (Some(_), _) => Err(Rule::R2),
    }
}

/// Rule 2 requires the same number *and* a fitting name in one alias; an upgrade of uncertain century is not enough (L2's reason).
///
/// The number must be one that the portal vouched for before. Under one that only a reviewer granted, its first holder at the portal may be
/// another human, and undoing could not separate the two again.
fn joins(person: &Person, alias: &Alias) -> bool {
    let same_number = |own: &&Alias| {
        matches!(own.number.relation(&alias.number), document::Relation::Same(Upgrade::None | Upgrade::From15))
    };
    let same_name =
        |own: &Alias| matches!(name::relation(&own.name, &alias.name), name::Relation::Same | name::Relation::Folded);
    let mut under_it = person.aliases.iter().filter(same_number);
    under_it.clone().any(|own| own.granted.is_none()) && under_it.any(same_name)
}

#[cfg(test)]
mod tests;

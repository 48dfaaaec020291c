//! Whose data is this? From facts to a decision; the heart of the product.
//!
//! `LINKING.md` is the specification; its terms and rule names (L1-L6, R1, R2) are used here. [`decide`] serves the sign-in, the
//! administrators' forecast and the review tasks alike. It is pure: `app::dossier` reads the [`Facts`], and the caller applies the
//! [`Decision`] in the same transaction.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::document::{self, Upgrade};
use super::name;
use crate::ids::{AccountId, AliasId, PersonId};

mod actor;
mod evidence;
mod how;
mod records;
mod shown;
mod words;

pub use actor::LinkActor;
pub use evidence::{Evidence, Transformation};
pub use how::How;
pub use records::{Belongs, belongs};
pub use shown::{Shown, shown};
pub use words::{IdentityPart, List, Origin, Outcome, Refusal, Rule};

/// An account at the portal, to which links and proofs are bound (DESIGN.md §4.2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    /// The namespace in which the subject is unique.
    pub issuer: String,
    /// The portal's unchanging identifier.
    pub subject: String,
}

/// What the portal vouches for, as far as linking cares.
#[derive(Clone, Debug)]
pub struct Identity {
    /// As vouched for, untouched; `None` where the portal gave none.
    pub name: Option<String>,
    /// As vouched for; `None` where the portal gave none.
    pub number: Option<String>,
    pub document: DocumentClaim,
    /// The real-name level after mapping; `None` where missing or unmapped.
    pub level: Option<i32>,
    /// Personal, corporate, or a word the configuration does not know.
    pub user_type: UserType,
}

/// The document type as the portal gave it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DocumentClaim {
    /// The portal names none: derived from the number's shape.
    Absent,
    /// A type that the configuration maps.
    Type(document::DocumentType),
    /// A code that the configuration does not know: refused rather than guessed.
    Unmapped,
}

/// Whose account at the portal this is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserType {
    /// 个人.
    Personal,
    /// 法人.
    Corporate,
    /// A code that the configuration does not know.
    Unmapped,
}

/// One (number, name) pair.
#[derive(Clone, Debug)]
pub struct Alias {
    pub number: document::Number,
    /// The name as given.
    pub name: String,
    /// Set where the pair came from a proof or a reviewer and not from the portal: a link that needs the pair is undone with it.
    pub granted: Option<AliasId>,
}

/// A person with the pairs proven to be theirs.
#[derive(Clone, Debug)]
pub struct Person {
    pub id: PersonId,
    pub aliases: Vec<Alias>,
}

/// One account of an old system, found by the number of the identity or of an alias.
#[derive(Clone, Debug)]
pub struct Account {
    pub id: AccountId,
    /// `system:key`.
    pub label: String,
    /// The number as imported.
    pub number: document::Number,
    /// The name as imported.
    pub name: String,
    /// Whether the account is linked.
    pub state: AccountState,
}

/// Whether an account is linked, as seen from the person who signs in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AccountState {
    Free,
    /// To this person, by this rule.
    Linked {
        person: PersonId,
        /// The rule stored with the link.
        rule: Rule,
        /// Whether a later import changed the row's number or name since it was linked.
        changed: bool,
    },
    /// The link between this person and the account was undone or frozen: only a reviewer may link them again.
    Barred {
        person: PersonId,
    },
}

/// Everything a decision depends on.
#[derive(Clone, Debug)]
pub struct Facts {
    /// What the portal says now.
    pub identity: Identity,
    /// `portal.minimum_level`.
    pub minimum_level: i32,
    /// Today in China: birth dates after it are impossible.
    pub today: NaiveDate,
    /// The person this (issuer, subject) belongs to, and the number the portal vouched for at that time.
    pub known: Option<(Person, document::Number)>,
    /// Everyone who has an alias under the identity's number; read only where the subject is not known.
    pub holders: Vec<Person>,
    /// The aliases of everyone else under any number of the person who signs in.
    pub rivals: Vec<Alias>,
    /// Every account under the number of the identity or of an alias of `known` or `holders`, and every account linked to
    /// the person who signs in.
    pub accounts: Vec<Account>,
}

/// Which person the identity is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Rule 1: the subject is known.
    Known(PersonId),
    /// Rule 2: the portal account was created again; the new subject joins this person.
    Joins(PersonId),
    /// Rule 3.
    New,
    /// Rules 1 and 2: a reviewer decides; until then no access.
    Undecided,
    /// Nobody: the identity is not accepted.
    Refused(Refusal),
}

/// The rule and evidence for one account.
#[derive(Clone, Debug)]
pub struct Finding {
    pub account: AccountId,
    /// `system:key`.
    pub label: String,
    pub rule: Rule,
    /// What was compared; stored with a link.
    pub evidence: Evidence,
    /// The alias that the finding rests on, where the portal does not vouch for it.
    pub via: Option<AliasId>,
    /// Whether the link stands already.
    pub linked_before: bool,
}

/// The decision about one identity.
#[derive(Clone, Debug)]
pub struct Decision {
    pub who: Who,
    pub outcome: Outcome,
    /// The rule that the outcome names.
    pub rule: Rule,
    /// L1: linked, or to be linked now.
    pub accounts: Vec<Finding>,
    /// L2-L4: to be proven.
    pub proof: Vec<Finding>,
    /// L5: for a reviewer; never offered for proof, never shown.
    pub review: Vec<Finding>,
}

/// Decides which person an identity is and what becomes of every account found.
pub fn decide(facts: &Facts) -> Decision {
    let alias = match accept(facts) {
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

/// The refusals of LINKING.md; otherwise the pair that the portal vouches for.
fn accept(facts: &Facts) -> Result<Alias, Refusal> {
    let identity = &facts.identity;
    match identity.user_type {
        UserType::Personal => {}
        UserType::Corporate => return Err(Refusal::Corporate),
        UserType::Unmapped => return Err(Refusal::UserTypeUnknown),
    }
    match identity.level {
        None => return Err(Refusal::LevelUnknown),
        Some(level) if level < facts.minimum_level => return Err(Refusal::LevelTooLow),
        Some(_) => {}
    }
    let kind = match identity.document {
        DocumentClaim::Absent => None,
        DocumentClaim::Type(kind) => Some(kind),
        DocumentClaim::Unmapped => return Err(Refusal::DocumentTypeUnknown),
    };
    let number = document::Number::new(identity.number.as_deref().unwrap_or_default(), kind);
    if number.unreadable() == Some(document::Unreadable::Empty) {
        return Err(Refusal::NumberMissing);
    }
    if !number.is_valid(facts.today) {
        return Err(Refusal::NumberInvalid);
    }
    let name = identity.name.as_deref().map(str::trim).unwrap_or_default();
    if name::is_empty(name) {
        return Err(Refusal::NameMissing);
    }
    Ok(Alias { number, name: name.to_owned(), granted: None })
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

/// One account against every alias: the best rule. `None` is L6.
fn judge(account: &Account, person: Option<PersonId>, aliases: &[&Alias], rivals: &[Alias]) -> Option<Finding> {
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
        AccountState::Free if best.is_some() && also_fits_another() => (Some(Rule::L5), false),
        AccountState::Free => (best.as_ref().map(|(rule, _)| *rule), false),
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
    /// L1 in each of its forms: number and name agree.
    fn is_beyond_doubt(self) -> bool {
        self <= Self::L1From15Fold
    }
}

impl Decision {
    fn bare(who: Who, outcome: Outcome, rule: Rule) -> Self {
        Self { who, outcome, rule, accounts: Vec::new(), proof: Vec::new(), review: Vec::new() }
    }

    /// "Overall answer": the first list that is not empty, and the leftmost rule of it.
    fn conclude(mut self) -> Self {
        let lists = [
            (Outcome::Linked, &self.accounts),
            (Outcome::NeedsProof, &self.proof),
            (Outcome::NeedsReview, &self.review),
        ];
        if let Some((outcome, rule)) =
            lists.iter().find_map(|(outcome, list)| Some((*outcome, list.iter().map(|f| f.rule).min()?)))
        {
            self.outcome = outcome;
            self.rule = rule;
        }
        self
    }
}

#[cfg(test)]
mod tests;

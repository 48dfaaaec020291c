//! What was decided: which person the identity is, and the finding for each account.

use crate::ids::{AccountId, AliasId, PersonId};

use super::evidence::Evidence;
use super::words::{Outcome, Refusal, Rule};

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
    /// Nobody: the account is a portal's person's, and its own door is shut (A8).
    Shut,
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
    pub linked_before: bool,
}

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

impl Decision {
    pub(super) fn bare(who: Who, outcome: Outcome, rule: Rule) -> Self {
        Self { who, outcome, rule, accounts: Vec::new(), proof: Vec::new(), review: Vec::new() }
    }

    /// "Overall answer": the first list that is not empty, and the leftmost rule of it.
    pub(super) fn conclude(mut self) -> Self {
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

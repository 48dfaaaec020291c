//! How many people will be accepted under which rule, how many will need a proof, how many need staff.

mod page;

use std::collections::BTreeMap;

use super::Forecast;

/// All counters. Grows with the number of rules and reasons, not of people.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    pub undecidable: u64,
    /// People whose name looks garbled in the file; they are decided about nonetheless.
    pub garbled: u64,
    /// People by (decision, rule); for refused ones the refusal's code is in the rule's place.
    pub people: BTreeMap<(&'static str, &'static str), u64>,
    /// People by the sentence that explains their decision.
    pub reasons: BTreeMap<String, u64>,
    /// Accounts that first sign-ins will link.
    pub accounts_to_link: u64,
    /// Accounts that are linked to the same person already.
    pub accounts_linked: u64,
    /// Accounts for which the old password will be asked.
    pub accounts_to_prove: u64,
    /// Accounts about which staff must decide.
    pub accounts_to_review: u64,
}

/// Decisions in the order of the table, with their explanations.
const DECISIONS: [(&str, &str); 5] = [
    ("linked", "自动承接"),
    ("needs_proof", "须用旧密码证明"),
    ("needs_review", "须人工核实"),
    ("no_account", "没有原账户"),
    ("refused", "门户账户不被接受"),
];

pub fn decision(word: &str) -> Option<&'static str> {
    DECISIONS.iter().map(|(decision, _)| *decision).find(|decision| *decision == word)
}

impl Summary {
    pub fn add(&mut self, forecast: &Forecast) {
        let detail = forecast.refusal.unwrap_or(forecast.rule);
        *self.people.entry((forecast.decision, detail)).or_default() += 1;
        match self.reasons.get_mut(&forecast.reason) {
            Some(count) => *count += 1,
            None => drop(self.reasons.insert(forecast.reason.clone(), 1)),
        }
        self.accounts_to_link += (forecast.accounts.len() - forecast.linked_before) as u64;
        self.accounts_linked += forecast.linked_before as u64;
        self.accounts_to_prove += forecast.proof.len() as u64;
        self.accounts_to_review += forecast.review.len() as u64;
    }

    /// The number of lines in the file, without its header.
    pub fn lines(&self) -> u64 {
        self.decided() + self.undecidable
    }

    /// The number of people who were decided about.
    pub fn decided(&self) -> u64 {
        self.people.values().sum()
    }

    /// The number of people with one decision.
    pub fn of(&self, decision: &str) -> u64 {
        self.people.iter().filter(|((of, _), _)| *of == decision).map(|(_, count)| count).sum()
    }
}

#[cfg(test)]
mod tests;

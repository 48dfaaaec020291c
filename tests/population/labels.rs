//! What LINKING.md allows, told from how rows were spoiled.

use std::collections::BTreeSet;

use super::Person;
use super::documents::Number;
use super::names::Match;
use super::rows::{Kind, Row};

/// In the order in which an answer names them.
const RULES: [&str; 7] = ["L1", "L1-15", "L1-fold", "L1-15-fold", "L2", "L3", "L4"];

/// What must come of a person's sign-in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Expected {
    pub(crate) decision: &'static str,
    pub(crate) rule: &'static str,
    /// Why the account at the portal is refused.
    pub(crate) refused: Option<&'static str>,
    /// `system:key` of what is linked, with its rule.
    pub(crate) accounts: BTreeSet<(String, &'static str)>,
    /// The same of what needs a proof.
    pub(crate) proof: BTreeSet<(String, &'static str)>,
    /// Keys of what is shown.
    pub(crate) certificates: BTreeSet<String>,
    pub(crate) applications: BTreeSet<String>,
    /// A record that is not shown is said to exist.
    pub(crate) other_record: bool,
}

impl Expected {
    /// From everything that stands under a person's number.
    pub(super) fn of(person: &Person, rows: &[&Row]) -> Self {
        let Some(portal) = &person.portal else { return Self::default() };
        if portal.refused.is_some() {
            return Self { decision: "refused", rule: "refused", refused: portal.refused, ..Self::default() };
        }
        let mut expected = Self::default();
        for row in rows {
            let Some(rule) = rule(row.left, row.name.compare(&portal.name)) else { continue };
            let belongs = rule.starts_with("L1");
            match &row.kind {
                Kind::Account if belongs => expected.accounts.insert((row.label(), rule)),
                Kind::Account => expected.proof.insert((row.label(), rule)),
                Kind::Certificate if belongs => expected.certificates.insert(row.key.clone()),
                Kind::Application(account) if !follows(account.as_deref()) && belongs => {
                    expected.applications.insert(row.key.clone())
                }
                Kind::Application(account) if follows(account.as_deref()) => continue,
                Kind::Certificate | Kind::Application(_) => {
                    expected.other_record = true;
                    false
                }
            };
        }
        for row in rows {
            if let Kind::Application(Some(account)) = &row.kind
                && expected.accounts.iter().any(|(label, _)| *label == format!("{}:{account}", row.system))
            {
                expected.applications.insert(row.key.clone());
            }
        }
        let first = |list: &BTreeSet<(String, &'static str)>| {
            RULES.into_iter().find(|rule| list.iter().any(|(_, found)| found == rule))
        };
        (expected.decision, expected.rule) = match (first(&expected.accounts), first(&expected.proof)) {
            (Some(rule), _) => ("linked", rule),
            (None, Some(rule)) => ("needs_proof", rule),
            (None, None) => ("no_account", "none"),
        };
        expected
    }
}

/// Old applications follow their account; one whose account is gone has none.
fn follows(account: Option<&str>) -> bool {
    account.is_some_and(|key| !key.starts_with("gone-"))
}

/// The table of LINKING.md for an account that is free.
fn rule(number: Number, name: Match) -> Option<&'static str> {
    Some(match (number, name) {
        (Number::Lost, _) => return None,
        (Number::ShortOfUnknownCentury, _) => "L2",
        (Number::Kept, Match::Same) => "L1",
        (Number::Short, Match::Same) => "L1-15",
        (Number::Kept, Match::Folded) => "L1-fold",
        (Number::Short, Match::Folded) => "L1-15-fold",
        (_, Match::Unclear) => "L3",
        (_, Match::Different) => "L4",
    })
}

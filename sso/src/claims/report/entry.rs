//! An entry of the report, and what it may show of a value.

use crate::blank::{given_number, trimmed};
use crate::claims::{Found, is_masked};
use crate::finding::{FieldReport, Severity};

pub(super) fn entry(
    attribute: &str,
    place: Option<&str>,
    shown: String,
    severity: Severity,
    message: String,
) -> FieldReport {
    FieldReport { attribute: attribute.to_owned(), place: place.map(str::to_owned), shown, severity, message }
}

pub(super) fn missing(attribute: &'static str, place: Option<&str>, found: &Found, severity: Severity) -> FieldReport {
    let what = match found {
        Found::Absent => "none of the listed fields is there",
        Found::Blank => "empty",
        Found::Unreadable => "neither a text nor a number",
        Found::Text(_) => "",
    };
    // A code that cannot be read is refused, whether it is needed or not.
    let severity = if matches!(found, Found::Unreadable) { Severity::Problem } else { severity };
    let message = match severity {
        Severity::Problem => format!("{what}; add the right field to portal.claims.{attribute}"),
        Severity::Warning => format!(
            "{what}, so the account counts as personal; add the right field to portal.claims.{attribute}, or leave the list empty if the portal \
             tells none"
        ),
        Severity::Ok => what.to_owned(),
    };
    entry(attribute, place, String::new(), severity, message)
}

pub(super) fn number(text: &str) -> (Severity, String) {
    if is_masked(text) {
        (
            Severity::Problem,
            "masked by the portal, so it tells nobody apart; ask its operator for the whole number".to_owned(),
        )
    } else {
        (Severity::Ok, format!("{} characters", given_number(text).unwrap_or_default().chars().count()))
    }
}

/// The first and the last character, and how many are between.
pub(super) fn masked(text: &str) -> String {
    let shown: Vec<char> = trimmed(text).chars().filter(|c| !c.is_control()).collect();
    match shown.as_slice() {
        [] | [_] => "*".to_owned(),
        [first, _] => format!("{first}*"),
        [first, middle @ .., last] => format!("{first}{}{last}", "*".repeat(middle.len().min(32))),
    }
}

/// A code or a name of a field, safe for a terminal.
pub(super) fn short(text: &str) -> String {
    text.trim().chars().filter(|c| !c.is_control()).take(40).collect()
}

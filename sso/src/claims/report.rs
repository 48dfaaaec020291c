//! The report of a test sign-in for an operator: places and meanings, values masked.

mod entry;
mod further;

use super::{Claims, Found, check_subject};
use crate::config::PortalConfig;
use crate::finding::{FieldReport, Severity};
use crate::words::UserType;
use entry::{entry, masked, missing, number, short};

/// Longest unmapped code that is shown.
const MAX_CODE: usize = 4;

impl Claims {
    /// One entry for each attribute, then one for each field of the answer that no list names.
    pub(crate) fn report(&self, config: &PortalConfig) -> Vec<FieldReport> {
        let places = &config.claims;
        let mut report = vec![
            Self::personal("subject", self.find_strict(&places.subject), |text| match check_subject(text) {
                Ok(()) => (Severity::Ok, "who it is".to_owned()),
                Err(error) => (Severity::Problem, format!("nobody can sign in with it: {error}")),
            }),
            Self::personal("name", self.find(&places.name), |_| (Severity::Ok, "the name".to_owned())),
            Self::personal("document_number", self.find(&places.document_number), number),
            Self::code("document_type", self.find(&places.document_type), |code| {
                config.map_document_type(code).map(|word| word.to_string()).ok_or("portal.document_types")
            }),
            Self::code("level", self.find(&places.level), |code| {
                let level = config.map_level(code).ok_or("portal.levels")?;
                let enough = if level < config.minimum_level { "below" } else { "at least" };
                Ok(format!("{level}, {enough} portal.minimum_level"))
            }),
            Self::code("user_type", self.find_strict(&places.user_type), |code| match config.map_user_type(code) {
                UserType::Personal => Ok("personal".to_owned()),
                UserType::Corporate => Ok("corporate, which is refused".to_owned()),
                UserType::Unmapped => Err("portal.user_types"),
            }),
        ];
        report.extend(self.further(config));
        report
    }

    fn personal(
        attribute: &'static str,
        found: (Option<&str>, Found),
        judge: impl Fn(&str) -> (Severity, String),
    ) -> FieldReport {
        match found {
            (place, Found::Text(text)) => {
                let (severity, message) = judge(&text);
                entry(attribute, place, masked(&text), severity, message)
            }
            (place, found) => missing(attribute, place, &found, Severity::Problem),
        }
    }

    /// A code is shown unmasked where it is mapped, or too short to be personal data: this helps to find a wrong field name.
    fn code(
        attribute: &'static str,
        found: (Option<&str>, Found),
        map: impl Fn(&str) -> Result<String, &'static str>,
    ) -> FieldReport {
        match found {
            (place, Found::Text(code)) => match map(&code) {
                Ok(meaning) => entry(attribute, place, short(&code), Severity::Ok, meaning),
                Err(table) => {
                    let shown = if code.chars().count() <= MAX_CODE { short(&code) } else { masked(&code) };
                    let message = format!("{table} does not list this code; ask the portal's operator what it means");
                    entry(attribute, place, shown, Severity::Problem, message)
                }
            },
            (place, found) => {
                let severity = match attribute {
                    "level" => Severity::Problem,
                    // Absent, the account counts as personal: right for a portal without companies, and wrong behind a wrong name.
                    "user_type" => Severity::Warning,
                    _ => Severity::Ok,
                };
                missing(attribute, place, &found, severity)
            }
        }
    }
}

#[cfg(test)]
mod tests;

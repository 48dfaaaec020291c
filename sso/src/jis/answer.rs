//! Answers of the interface: whether they are successes, and the data packed in them.

mod unpack;

use serde_json::{Map, Value};

use super::Jis;
use crate::config::{JisConfig, Refusal};
use crate::error::{LoginError, bad_answer, unavailable};
use crate::http::JsonAnswer;
use crate::loose;
use unpack::unpack;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Service {
    Ticket,
    Person,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    Success,
    /// With its code, where it had one.
    Refused(Option<String>),
}

impl Jis {
    /// The data of a successful answer.
    pub(super) fn data_of(&self, answer: JsonAnswer, service: Service) -> Result<Map<String, Value>, LoginError> {
        match verdict(&answer, &self.config) {
            Verdict::Success => unpack(&self.config, answer.body, service),
            Verdict::Refused(code) => Err(refusal(&self.config, service, answer.status.as_u16(), code.as_deref())),
        }
    }
}

pub(super) fn verdict(answer: &JsonAnswer, config: &JisConfig) -> Verdict {
    let body = Value::Object(answer.body.clone());
    let told = loose::at(&body, &config.success.pointer);
    let success = told.as_ref().is_some_and(|told| is_code(told, &config.success.value));
    if success && answer.status.is_success() {
        Verdict::Success
    } else {
        Verdict::Refused(told.and_then(|told| loose::scalar(&told)).filter(|code| !code.trim().is_empty()))
    }
}

/// A code that is written as a number has lost its leading zeros.
fn is_code(told: &Value, expected: &str) -> bool {
    match told {
        Value::Number(number) => {
            number.as_u64().is_some_and(|number| expected.parse() == Ok(number)) || number.to_string() == expected
        }
        told => loose::scalar(told).is_some_and(|text| text.trim() == expected),
    }
}

/// The configured meaning of a code.
pub(super) fn meaning(config: &JisConfig, code: &str) -> Option<Refusal> {
    let number: Option<u64> = code.trim().parse().ok();
    let fits =
        |listed: &str| listed == code.trim() || (number.is_some() && listed.parse() == Ok(number.unwrap_or_default()));
    config.refusals.iter().find(|(listed, _)| fits(listed)).map(|(_, meaning)| *meaning)
}

/// The error for a refusal. Nothing of the portal's own words is kept.
fn refusal(config: &JisConfig, service: Service, status: u16, code: Option<&str>) -> LoginError {
    match (code.and_then(|code| meaning(config, code)), service) {
        (Some(Refusal::Ticket), _) => LoginError::Expired { what: "the portal does not accept the ticket any more" },
        (Some(Refusal::Outage), _) => unavailable("it reported a failure of its own"),
        (Some(Refusal::Service), _) => LoginError::Rejected { what: "it does not accept our mark or signature" },
        (None, _) if matches!(status, 401 | 403) => {
            LoginError::Rejected { what: "it denies us the interface (status 401 or 403)" }
        }
        (None, _) if code.is_none() => bad_answer("it does not say whether it succeeded"),
        // The most frequent problem of a browser's ticket is its age; starting again reveals any other.
        (None, Service::Ticket) => {
            tracing::warn!(
                "the portal refuses a ticket with a code that portal.jis.refusals does not list; `buzheng doctor --portal` shows the code \
                 of a refusal"
            );
            LoginError::Expired { what: "the portal does not accept the ticket" }
        }
        (None, Service::Person) => bad_answer("it refuses its own token"),
    }
}

#[cfg(test)]
mod tests;

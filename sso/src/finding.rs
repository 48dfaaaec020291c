//! What a check of the portal found, for operators.

use serde::Serialize;

/// The severity of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// No problem.
    Ok,
    /// Sign-in works; something else will not.
    Warning,
    /// Nobody can sign in.
    Problem,
}

/// One checked property.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The severity.
    pub severity: Severity,
    /// A stable word for programs, for example `portal.discovery`.
    pub code: &'static str,
    /// What was found, in one English sentence.
    pub message: String,
    /// The advised next step; empty where there is none.
    pub next_step: String,
}

impl Finding {
    pub(crate) fn ok(code: &'static str, message: impl Into<String>) -> Self {
        Self { severity: Severity::Ok, code, message: message.into(), next_step: String::new() }
    }

    pub(crate) fn warning(code: &'static str, message: impl Into<String>, next_step: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, code, message: message.into(), next_step: next_step.into() }
    }

    pub(crate) fn problem(code: &'static str, message: impl Into<String>, next_step: impl Into<String>) -> Self {
        Self { severity: Severity::Problem, code, message: message.into(), next_step: next_step.into() }
    }
}

/// The result for one attribute of a test sign-in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldReport {
    /// The attribute: a key of `[portal.claims]`, or a field of the answer that no list names.
    pub attribute: String,
    /// The field of the portal's answer that was used; `None` if none of the listed ones holds a value.
    pub place: Option<String>,
    /// The value, masked where it is personal; codes are unmasked.
    pub shown: String,
    /// The severity.
    pub severity: Severity,
    /// The meaning in words, and the advice where there is a problem.
    pub message: String,
}

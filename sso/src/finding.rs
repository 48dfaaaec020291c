//! What a look at the portal found, for operators.

use serde::Serialize;

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// As it should be.
    Ok,
    /// Sign-in works; something will not.
    Warning,
    /// Nobody can sign in.
    Problem,
}

/// One thing looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// How much it matters.
    pub severity: Severity,
    /// A stable word for programs, for example `portal.discovery`.
    pub code: &'static str,
    /// What was found, in one English sentence.
    pub message: String,
    /// What to do about it; empty where there is nothing to do.
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

/// What became of one attribute of a test sign-in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldReport {
    /// The attribute: a key of `[portal.claims]`, or a field of the answer that no list names.
    pub attribute: String,
    /// The field of the portal's answer that was taken; `None` if none of the listed ones holds a value.
    pub place: Option<String>,
    /// The value, masked where it is personal; codes are shown as they are.
    pub shown: String,
    /// What it means here.
    pub severity: Severity,
    /// The meaning in words, and what to do where it is not as it should be.
    pub message: String,
}

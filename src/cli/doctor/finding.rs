//! How a finding is made.

use sso::{Finding, Severity};

pub(super) fn ok(code: &'static str, message: String) -> Finding {
    Finding { severity: Severity::Ok, code, message, next_step: String::new() }
}

pub(super) fn warning(code: &'static str, message: String, next_step: &str) -> Finding {
    Finding { severity: Severity::Warning, code, message, next_step: next_step.to_owned() }
}

pub(super) fn problem(code: &'static str, message: String, next_step: &str) -> Finding {
    Finding { severity: Severity::Problem, code, message, next_step: next_step.to_owned() }
}

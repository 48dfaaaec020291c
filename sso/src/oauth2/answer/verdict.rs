//! Whether an answer is a success.

use reqwest::StatusCode;
use serde_json::Value;

use crate::config::Success;
use crate::loose;

/// Success or failure of an answer.
pub(super) enum Verdict {
    Good,
    /// With the portal's own code, where it sent one.
    Failed(Option<String>),
}

/// By `error` first, as the standard requires; then by the configured success; then by the status.
pub(super) fn verdict(answer: &Value, status: StatusCode, success: Option<&Success>) -> Verdict {
    if let Some(code) = answer.get("error").and_then(error_code) {
        return Verdict::Failed(Some(code));
    }
    if let Some(Success { pointer, value }) = success.filter(|success| !success.pointer.is_empty()) {
        let found = loose::at(answer, pointer).and_then(|value| loose::scalar(&value));
        if found.as_deref() != Some(value) {
            return Verdict::Failed(found);
        }
    }
    if status.is_success() { Verdict::Good } else { Verdict::Failed(None) }
}

/// Portals write that there is no error as `null`, `0`, `""` or `false`.
fn error_code(error: &Value) -> Option<String> {
    match error {
        Value::Null | Value::Bool(false) => None,
        Value::Object(_) | Value::Array(_) => Some(String::new()),
        scalar => loose::scalar(scalar).filter(|text| !matches!(text.trim(), "" | "0" | "false")),
    }
}

//! Small shapes that several pages share.

use serde::Serialize;

#[derive(Debug, Clone, Serialize)]
pub struct Link {
    pub url: String,
    pub text: String,
}

impl Link {
    pub fn new(url: impl Into<String>, text: impl Into<String>) -> Self {
        Self { url: url.into(), text: text.into() }
    }
}

/// The state of an application or a task: by word and shape, never by colour alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Status {
    /// The shape: `pending`, `approved` or `rejected` (of an application, `data-status` too).
    pub code: &'static str,
    /// Such as 等待审核, 审核通过 or 审核未过.
    pub word: &'static str,
}

#[derive(Debug, Clone, Serialize)]
pub struct SummaryRow {
    pub label: String,
    pub value: String,
}

impl SummaryRow {
    pub fn new(label: impl Into<String>, value: impl Into<String>) -> Self {
        Self { label: label.into(), value: value.into() }
    }
}

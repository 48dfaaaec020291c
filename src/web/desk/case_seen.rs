//! What stands on the page of one application: the application, what was typed, and why something was not done.

use axum::http::StatusCode;

use crate::app::review::LookedAt;

/// What a page shows besides the application.
#[derive(Debug, Default)]
pub(super) struct Seen {
    pub(super) is_revealed: bool,
    /// Codes that were ticked.
    pub(super) reasons: Option<Vec<String>>,
    pub(super) comment: String,
    pub(super) note: String,
    /// The day of a hold.
    pub(super) until: String,
    /// Of a hold, or of taking a decision back.
    pub(super) reason: String,
}

/// Why something was not done.
#[derive(Debug)]
pub(super) struct Said {
    pub(super) status: StatusCode,
    pub(super) words: String,
    /// The field that is wrong.
    pub(super) field: Option<&'static str>,
}

impl Said {
    /// What was looked at, or whose hands it is in, has changed.
    pub(super) fn conflict(words: impl Into<String>) -> Self {
        Self { status: StatusCode::CONFLICT, words: words.into(), field: None }
    }

    /// What was sent is wrong.
    pub(super) fn wrong(words: impl Into<String>) -> Self {
        Self { status: StatusCode::UNPROCESSABLE_ENTITY, ..Self::conflict(words) }
    }

    pub(super) fn at(field: &'static str, words: impl Into<String>) -> Self {
        Self { field: Some(field), ..Self::wrong(words) }
    }
}

/// What stands on a page.
#[derive(Clone, Copy)]
pub(super) struct Sight<'a> {
    pub(super) looked: &'a LookedAt,
    pub(super) seen: &'a Seen,
    /// About what was not done.
    pub(super) said: Option<&'a Said>,
}

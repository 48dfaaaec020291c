//! One error enum for the web, named by what the visitor can do next.

mod answer;
mod causes;

use std::time::Duration;

use super::return_path::{DeskPath, ReturnPath};
use crate::store::Exhausted;
use crate::views::LoginFailure;

#[derive(Debug, thiserror::Error)]
pub enum WebError {
    /// Sign in, then come back.
    #[error("sign-in needed")]
    SignInNeeded(Option<ReturnPath>),
    /// Sign in as staff, then come back.
    #[error("sign-in of staff needed")]
    StaffSignInNeeded(Option<DeskPath>),
    /// Give a second factor, then come back.
    #[error("second factor of staff needed")]
    FactorNeeded(Option<DeskPath>),
    /// Nothing to do: the session is over.
    #[error("signed out already")]
    SignedOut,
    /// Identified by the portal, and not let in: read why.
    #[error("held")]
    Held,
    /// Start the sign-in again, and go on to where it was to lead.
    #[error("sign-in failed: {cause}")]
    LoginFailed {
        /// For the page.
        failure: LoginFailure,
        /// For the log.
        cause: String,
    },
    /// Begin the sign-in again in a while: the limit of pending sign-ins is reached.
    #[error("as many sign-ins are under way as there may be")]
    Busy(Duration),
    /// Come again in some seconds: as many passwords are being compared as this server can.
    #[error("as many passwords wait to be hashed as may")]
    Crowded,
    /// Correct what was sent.
    #[error("bad request: {0}")]
    BadRequest(&'static str),
    /// Go back, reload, send again: the form was not of this session.
    #[error("csrf token missing or wrong")]
    Csrf,
    /// Look the form over and send it again: it was of an earlier session of this visitor's, and is kept as a draft.
    #[error("a form of an earlier session")]
    SendAgain(ReturnPath),
    /// Look elsewhere: there is no such thing, or it is another person's.
    #[error("not found")]
    NotFound,
    /// Send it again over a better line: it did not arrive in time.
    #[error("the request's body did not arrive in time")]
    TooSlow,
    /// Send less.
    #[error("too large")]
    TooLarge,
    /// Wait: a rate limit.
    #[error("throttled: {0}")]
    Throttled(&'static str, Duration),
    /// Try again in a while: the database or Redis does not answer.
    #[error("unavailable")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Tell the operator: a defect.
    #[error("internal error")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// What `error_pages` renders instead of an empty body.
#[derive(Clone, Debug)]
pub(crate) enum ErrorPage {
    /// The general page of the answer's status.
    General,
    /// Many sign in at this moment.
    Crowded,
    Login(LoginFailure),
}

/// On an answer of status 500: PostgreSQL refused a query.
#[derive(Clone, Copy, Debug)]
pub(crate) struct QueryFailed;

impl WebError {
    pub(crate) fn throttled(what: &'static str, exhausted: Exhausted) -> Self {
        Self::Throttled(what, exhausted.retry_after)
    }

    /// A sign-in that failed. Where it was to lead, its page knows by [`super::slot::Slot`].
    pub(crate) fn login_failed(failure: LoginFailure, cause: impl Into<String>) -> Self {
        Self::LoginFailed { failure, cause: cause.into() }
    }
}

//! One error enum for the web, named by what the visitor can do next.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::time::Duration;

use super::return_path::ReturnPath;
use super::see_other;
use crate::app::AppError;
use crate::db::DbError;
use crate::store::{Exhausted, StoreError};
use crate::views::{LoginFailure, ViewError, login_url};

/// Why a request is not answered as asked.
#[derive(Debug, thiserror::Error)]
pub enum WebError {
    /// Sign in, then come back.
    #[error("sign-in needed")]
    SignInNeeded(Option<ReturnPath>),
    /// Nothing is left to be done: the session is over.
    #[error("signed out already")]
    SignedOut,
    /// Identified by the portal, and not let in: read why.
    #[error("held")]
    Held,
    /// Start the sign-in again, and go on to where it was to lead.
    #[error("sign-in failed: {cause}")]
    LoginFailed {
        /// What the visitor is told.
        failure: LoginFailure,
        /// For the log.
        cause: String,
    },
    /// Begin the sign-in again in a while: too many people sign in at once.
    #[error("as many sign-ins are under way as there may be")]
    Busy(Duration),
    /// Correct what was sent.
    #[error("bad request: {0}")]
    BadRequest(&'static str),
    /// Go back, reload, send again: the form was not of this session.
    #[error("csrf token missing or wrong")]
    Csrf,
    /// Look elsewhere: there is no such thing, or it is another person's.
    #[error("not found")]
    NotFound,
    /// Send it again over a better line: it did not arrive in time.
    #[error("the request's body did not arrive in time")]
    TooSlow,
    /// Send less.
    #[error("too large")]
    TooLarge,
    /// Wait.
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
    /// The page of a failed sign-in.
    Login(LoginFailure),
}

/// On an answer of status 500: PostgreSQL refused a query.
#[derive(Clone, Copy, Debug)]
pub(crate) struct QueryFailed;

impl WebError {
    pub(crate) fn throttled(what: &'static str, exhausted: Exhausted) -> Self {
        Self::Throttled(what, exhausted.retry_after)
    }

    /// A sign-in that failed. Where it was to lead, its page knows by [`super::visitor::Slot`].
    pub(crate) fn login_failed(failure: LoginFailure, cause: impl Into<String>) -> Self {
        Self::LoginFailed { failure, cause: cause.into() }
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::SignInNeeded(_) | Self::SignedOut | Self::Held => StatusCode::SEE_OTHER,
            Self::LoginFailed { failure: LoginFailure::Unavailable, .. } | Self::Busy(_) | Self::Unavailable(_) => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            Self::LoginFailed { failure: LoginFailure::TooMany, .. } | Self::Throttled(..) => {
                StatusCode::TOO_MANY_REQUESTS
            }
            Self::LoginFailed { .. } | Self::BadRequest(_) => StatusCode::BAD_REQUEST,
            Self::Csrf => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The whole chain, once. Libraries' errors are printed by their `Display`, which holds no answer of the portal's.
    fn log(&self) {
        let mut chain = self.to_string();
        let mut source = std::error::Error::source(self);
        while let Some(cause) = source {
            chain.push_str(": ");
            chain.push_str(&cause.to_string());
            source = cause.source();
        }
        match self {
            Self::Internal(_) => tracing::error!(error = chain, "request failed"),
            Self::Unavailable(_) => tracing::warn!(error = chain, "request failed"),
            Self::SignInNeeded(_) | Self::SignedOut | Self::Held | Self::NotFound => {}
            _ => tracing::info!(error = chain, "request refused"),
        }
    }
}

impl IntoResponse for WebError {
    fn into_response(self) -> Response {
        self.log();
        let status = self.status();
        let page = match &self {
            Self::SignInNeeded(path) => return see_other(&landing(path.as_ref())),
            Self::SignedOut => return see_other("/signed-out"),
            Self::Held => return see_other("/sso/held"),
            Self::LoginFailed { failure, .. } => ErrorPage::Login(*failure),
            Self::Busy(_) => ErrorPage::Login(LoginFailure::Busy),
            _ => ErrorPage::General,
        };
        let mut response = status.into_response();
        response.extensions_mut().insert(page);
        match &self {
            Self::Internal(cause) if matches!(cause.downcast_ref(), Some(DbError::Query(_))) => {
                response.extensions_mut().insert(QueryFailed);
            }
            // The rest of the request would be read as the next one (RFC 9110 §15.5.9).
            Self::TooSlow => {
                response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
            }
            _ => {}
        }
        let wait = match &self {
            Self::Throttled(_, wait) | Self::Busy(wait) => Some(*wait),
            Self::Unavailable(_) | Self::LoginFailed { failure: LoginFailure::Unavailable, .. } => {
                Some(Duration::from_secs(30))
            }
            _ => None,
        };
        if let Some(wait) = wait {
            let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds.max(1)));
        }
        response
    }
}

/// `/?return_to=…`, escaped as the sign-in's address is.
fn landing(path: Option<&ReturnPath>) -> String {
    login_url(path.map(ReturnPath::as_str)).replacen("/sso/login", "/", 1)
}

impl From<AppError> for WebError {
    fn from(error: AppError) -> Self {
        match error {
            AppError::NotFound => Self::NotFound,
            AppError::Db(error) => error.into(),
            AppError::Store(error) => error.into(),
        }
    }
}

impl From<DbError> for WebError {
    fn from(error: DbError) -> Self {
        if error.is_outage() { Self::Unavailable(Box::new(error)) } else { Self::Internal(Box::new(error)) }
    }
}

impl From<StoreError> for WebError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Redis(_) | StoreError::Forgetful => Self::Unavailable(Box::new(error)),
            StoreError::Vault(_) => Self::Internal(Box::new(error)),
        }
    }
}

impl From<ViewError> for WebError {
    fn from(error: ViewError) -> Self {
        Self::Internal(Box::new(error))
    }
}

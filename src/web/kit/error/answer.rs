//! The answer to a [`WebError`], and its line in the log.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::time::Duration;

use super::{ErrorPage, QueryFailed, WebError};
use crate::db::DbError;
use crate::views::{LoginFailure, login_url, query_value};
use crate::web::kit::return_path::{DeskPath, ReturnPath};
use crate::web::kit::see_other;

/// Those who wait have had their turn by then.
const CROWDED_PAUSE: Duration = Duration::from_secs(5);

impl WebError {
    fn status(&self) -> StatusCode {
        match self {
            Self::SignInNeeded(_)
            | Self::StaffSignInNeeded(_)
            | Self::FactorNeeded(_)
            | Self::SignedOut
            | Self::Held
            | Self::SendAgain(_) => StatusCode::SEE_OTHER,
            Self::LoginFailed { failure: LoginFailure::Unavailable, .. }
            | Self::Busy(_)
            | Self::Crowded
            | Self::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
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

    /// The whole chain, once. `Display` of the libraries' errors holds no answer of the portal's.
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
            Self::SignInNeeded(_)
            | Self::StaffSignInNeeded(_)
            | Self::FactorNeeded(_)
            | Self::SignedOut
            | Self::Held
            | Self::SendAgain(_)
            | Self::NotFound => {}
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
            Self::StaffSignInNeeded(path) => return see_other(&with_return("/review/sign-in", path.as_ref())),
            Self::FactorNeeded(path) => return see_other(&with_return("/review/factor", path.as_ref())),
            Self::SignedOut => return see_other("/signed-out"),
            Self::SendAgain(path) => return see_other(path.as_str()),
            Self::Held => return see_other("/sso/held"),
            Self::LoginFailed { failure, .. } => ErrorPage::Login(*failure),
            Self::Busy(_) => ErrorPage::Login(LoginFailure::Busy),
            Self::Crowded => ErrorPage::Crowded,
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
            Self::Crowded => Some(CROWDED_PAUSE),
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

/// A page of the desk's sign-in that leads on to another.
fn with_return(page: &str, path: Option<&DeskPath>) -> String {
    path.map_or_else(|| page.to_owned(), |path| format!("{page}?return_to={}", query_value(path.as_str())))
}

/// `/?return_to=…`, escaped as the sign-in's address is.
fn landing(path: Option<&ReturnPath>) -> String {
    login_url(path.map(ReturnPath::as_str)).replacen("/sso/login", "/", 1)
}

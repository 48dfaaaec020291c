//! Rules of RFC 6749 and RFC 6750, for every driver that implements them.

use url::form_urlencoded;

use crate::error::{LoginError, unavailable};

/// Far above real tokens, far below what an HTTP server takes as a header.
const MAX_ACCESS_TOKEN: usize = 16 * 1024;

/// What an error at the authorization endpoint means (RFC 6749 §4.1.2.1, OpenID Connect Core §3.1.2.6).
pub(crate) fn callback_error(code: &str) -> LoginError {
    match code {
        "access_denied" => LoginError::Denied,
        "temporarily_unavailable" | "server_error" => unavailable("it reported a failure of its own"),
        code => LoginError::Rejected { what: standard_error(code) },
    }
}

/// The code as a word of our own: text of the other side does not get into the log.
pub(crate) fn standard_error(code: &str) -> &'static str {
    known_error(code).unwrap_or("an error code that is not in the standards")
}

/// The code, where it is one of the standards'.
pub(crate) fn known_error(code: &str) -> Option<&'static str> {
    const STANDARD: [&str; 14] = [
        "invalid_request",
        "invalid_client",
        "invalid_scope",
        "unauthorized_client",
        "unsupported_grant_type",
        "unsupported_response_type",
        "interaction_required",
        "login_required",
        "account_selection_required",
        "consent_required",
        "invalid_request_uri",
        "invalid_request_object",
        "request_not_supported",
        "invalid_target",
    ];
    STANDARD.into_iter().find(|word| *word == code)
}

/// RFC 6749 §2.3.1: both parts of HTTP Basic are form-encoded first.
pub(crate) fn form_encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// RFC 6750 §2.1, `b64token`. A line break in it would end the request's header.
pub(crate) fn is_bearer_token(token: &str) -> bool {
    let body = token.trim_end_matches('=');
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/".contains(&byte);
    !body.is_empty() && token.len() <= MAX_ACCESS_TOKEN && body.bytes().all(allowed)
}

/// A token that is percent-encoded in transit may hold every visible character (RFC 6749 appendix A.12), and no other.
pub(crate) fn is_visible_token(token: &str) -> bool {
    !token.is_empty() && token.len() <= MAX_ACCESS_TOKEN && token.bytes().all(|byte| (0x21..=0x7e).contains(&byte))
}

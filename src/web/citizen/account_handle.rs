//! An opaque handle of an old account in a page, of no use in another session.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;

use crate::ids::AccountId;
use crate::session::{Session, Visitor};
use crate::web::kit::error::WebError;

/// 43 characters of base64url.
pub(super) fn handle(session: &Session, account: AccountId) -> Result<String, WebError> {
    handle_of(&session.csrf_token, account)
}

fn handle_of(csrf_token: &str, account: AccountId) -> Result<String, WebError> {
    let mac = Hmac::<Sha256>::new_from_slice(csrf_token.as_bytes());
    let mut mac = mac.map_err(|error| WebError::Internal(Box::new(error)))?;
    // Domain separation: the token also guards forms.
    mac.update(b"account\0");
    mac.update(account.as_uuid().as_bytes());
    Ok(BASE64_URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
}

/// Which of these accounts is meant. One that is not among them is not found, whosever it is: the log tells who asked (OWASP ASVS 16.3.2), and no
/// more, for nothing leads from what was sent to an account.
pub(super) fn resolve(
    session: &Session,
    given: &str,
    accounts: impl IntoIterator<Item = AccountId>,
) -> Result<AccountId, WebError> {
    find(session, given, accounts)?.ok_or_else(|| denied(session))
}

/// "Not found", with its line in the log.
pub(super) fn denied(session: &Session) -> WebError {
    log_denied(session);
    WebError::NotFound
}

pub(super) fn log_denied(session: &Session) {
    if let Visitor::SignedIn { person, .. } = &session.visitor {
        tracing::warn!(%person, object = "account", "denied: the account is none of those that this person is offered");
    }
}

/// Which of these accounts is meant, if any.
pub(super) fn find(
    session: &Session,
    given: &str,
    accounts: impl IntoIterator<Item = AccountId>,
) -> Result<Option<AccountId>, WebError> {
    find_by(&session.csrf_token, given, accounts)
}

/// Which of these accounts a form means that was handed out with this CSRF token, by a session that has ended maybe; `None` where it is none of them.
pub(super) fn find_by(
    csrf_token: &str,
    given: &str,
    accounts: impl IntoIterator<Item = AccountId>,
) -> Result<Option<AccountId>, WebError> {
    let mut found = None;
    for account in accounts {
        if bool::from(handle_of(csrf_token, account)?.as_bytes().ct_eq(given.as_bytes())) {
            found = Some(account);
        }
    }
    Ok(found)
}

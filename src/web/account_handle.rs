//! What stands for an old account in a page: says nothing, and is of no use in another session.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;

use super::error::WebError;
use crate::ids::AccountId;
use crate::session::Session;

/// 43 characters of base64url.
pub(super) fn handle(session: &Session, account: AccountId) -> Result<String, WebError> {
    let mac = Hmac::<Sha256>::new_from_slice(session.csrf_token.as_bytes());
    let mut mac = mac.map_err(|error| WebError::Internal(Box::new(error)))?;
    // The token also guards forms: what is made from it here is of another kind.
    mac.update(b"account\0");
    mac.update(account.as_uuid().as_bytes());
    Ok(BASE64_URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
}

/// Which of these accounts is meant. One that is not among them is not found, whosever it is.
pub(super) fn resolve(
    session: &Session,
    given: &str,
    accounts: impl IntoIterator<Item = AccountId>,
) -> Result<AccountId, WebError> {
    let mut found = None;
    for account in accounts {
        if bool::from(handle(session, account)?.as_bytes().ct_eq(given.as_bytes())) {
            found = Some(account);
        }
    }
    found.ok_or(WebError::NotFound)
}

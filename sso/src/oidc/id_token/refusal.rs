//! Why an ID token is refused.

use crate::error::LoginError;
use crate::oidc::jws::Flaw;

pub(in crate::oidc) enum Refusal {
    /// No known key made this signature; newer ones may.
    NoKeyFits,
    Final(LoginError),
}

impl From<LoginError> for Refusal {
    fn from(error: LoginError) -> Self {
        Self::Final(error)
    }
}

pub(super) fn words(flaw: Flaw) -> &'static str {
    match flaw {
        Flaw::Unreadable => "the ID token cannot be read",
        Flaw::Unsigned => "the ID token is not signed",
        Flaw::Algorithm => "the ID token is signed with an algorithm that is not allowed",
        Flaw::Kind => "the ID token is of a kind that is not accepted",
    }
}

//! Why a sign-in failed, by what that means for the visitor.

/// A sign-in failed. `Display` is safe to log: it never holds a token, a secret or personal data, and nothing that the portal sent except
/// known error codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LoginError {
    /// The portal cannot be reached, is too slow or says that it is out of order. A retry may help.
    #[error("the portal is unavailable: {what}")]
    Unavailable {
        /// What failed.
        what: &'static str,
    },
    /// The visitor cancelled at the portal.
    #[error("the visitor cancelled at the portal")]
    Denied,
    /// The sign-in took too long, or its code was used before. Starting again helps.
    #[error("the sign-in has expired: {what}")]
    Expired {
        /// What expired.
        what: &'static str,
    },
    /// The return belongs to another sign-in than the one at hand: an attack, or tabs mixed up.
    #[error("the return from the portal belongs to another sign-in")]
    StateMismatch,
    /// The browser's return from the portal is malformed.
    #[error("malformed return from the portal: {what}")]
    BadCallback {
        /// What is wrong with it.
        what: &'static str,
    },
    /// The portal (or someone in its place) sent something that fails a check. Nothing of it was used.
    #[error("unacceptable answer from the portal: {what}")]
    BadAnswer {
        /// Which check failed.
        what: &'static str,
    },
    /// The portal refuses this service itself: our configuration or registration there is wrong.
    #[error("the portal refuses this service: {what}")]
    Rejected {
        /// The portal's standard error code.
        what: &'static str,
    },
}

pub(crate) const fn unavailable(what: &'static str) -> LoginError {
    LoginError::Unavailable { what }
}

pub(crate) fn bad_answer(what: &'static str) -> LoginError {
    LoginError::BadAnswer { what }
}

pub(crate) fn bad_callback(what: &'static str) -> LoginError {
    LoginError::BadCallback { what }
}

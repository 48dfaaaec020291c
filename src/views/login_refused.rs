//! An identity that is refused: why, and what to do.

mod words;

use serde::Serialize;

use super::{Chrome, View};
use words::{steps, words};

/// Why an identity is not accepted (LINKING: `refused`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefusedReason {
    Corporate,
    /// A kind of user or document that the configuration does not know.
    Unrecognised,
    /// The real-name level is too low, missing or unknown.
    LevelTooLow,
    /// The portal sent no document number, or a masked one.
    NumberMissing,
    /// The document number cannot be right.
    NumberInvalid,
    NameMissing,
}

impl RefusedReason {
    pub const ALL: [Self; 6] = [
        Self::Corporate,
        Self::Unrecognised,
        Self::LevelTooLow,
        Self::NumberMissing,
        Self::NumberInvalid,
        Self::NameMissing,
    ];
}

/// The refusal. `chrome.user` stays `None`; the page has a sign-out form of its own.
#[derive(Debug, Clone, Serialize)]
pub struct LoginRefused {
    pub chrome: Chrome,
    /// The stable code (`data-refused`).
    pub code: &'static str,
    pub title: &'static str,
    pub message: &'static str,
    /// What to do, in order.
    pub steps: Vec<&'static str>,
    /// Another account of the same visitor may be let in: one button signs out at the portal and begins again.
    pub try_another: bool,
    pub reference: String,
}

impl LoginRefused {
    /// `signs_out`: the portal can be asked to end its session too, so that its sign-in asks for another account.
    pub fn new(chrome: Chrome, reason: RefusedReason, signs_out: bool, reference: impl Into<String>) -> Self {
        let (code, title, message) = words(reason);
        let try_another = signs_out && reason == RefusedReason::Corporate;
        Self {
            chrome,
            code,
            title,
            message,
            steps: steps(reason, signs_out).to_vec(),
            try_another,
            reference: reference.into(),
        }
    }
}

impl View for LoginRefused {
    const TEMPLATE: &'static str = "login_refused.html";

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let chrome = super::chrome::samples::anonymous();
        let with =
            |signs_out| RefusedReason::ALL.map(|reason| Self::new(chrome.clone(), reason, signs_out, "7K2M-9QX2"));
        [with(true), with(false)].concat()
    }
}

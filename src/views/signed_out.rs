//! `GET /signed-out`: the end of a session.

use serde::Serialize;

use super::{Chrome, View};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PortalEnd {
    /// The portal confirmed that it has ended.
    Ended,
    /// There is no session at the portal: the visitor came by an account.
    None,
    /// The portal was not asked, or did not confirm.
    Unknown,
    /// A confirmation came that belongs to no sign-out of this browser.
    Unconfirmed,
}

/// Signed out here; perhaps not yet at the portal.
#[derive(Debug, Clone, Serialize)]
pub struct SignedOut {
    pub chrome: Chrome,
    pub portal_end: PortalEnd,
}

impl View for SignedOut {
    const TEMPLATE: &'static str = "signed_out.html";

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let chrome = super::chrome::samples::anonymous();
        [PortalEnd::Ended, PortalEnd::None, PortalEnd::Unknown, PortalEnd::Unconfirmed]
            .map(|portal_end| Self { chrome: chrome.clone(), portal_end })
            .into()
    }
}

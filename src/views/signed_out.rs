//! `GET /signed-out`: the end of a session.

use serde::Serialize;

use super::{Chrome, View};

/// Signed out here; perhaps not yet at the portal.
#[derive(Debug, Clone, Serialize)]
pub struct SignedOut {
    pub chrome: Chrome,
    /// Where the portal's own sign-in can be ended, where that has not happened on the way.
    pub portal_logout_url: Option<String>,
}

impl View for SignedOut {
    const TEMPLATE: &'static str = "signed_out.html";

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let chrome = super::chrome::samples::anonymous();
        vec![
            Self { chrome: chrome.clone(), portal_logout_url: None },
            Self { chrome, portal_logout_url: Some("https://portal.example.gov.cn/logout".into()) },
        ]
    }
}

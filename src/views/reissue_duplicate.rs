//! `POST /reissue`, refused: an application about this certificate is open already.

use serde::Serialize;

use super::{Chrome, View};

#[derive(Debug, Clone, Serialize)]
pub struct ReissueDuplicate {
    pub chrome: Chrome,
    /// `/applications/ID` of the one that is open.
    pub application_url: String,
    /// Back to the form that was filled in by hand, with what was typed; `None` for a registered certificate.
    pub form_url: Option<String>,
}

impl View for ReissueDuplicate {
    const TEMPLATE: &'static str = "reissue_duplicate.html";

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let by_hand = Self {
            chrome: super::chrome::samples::signed_in().at(super::Menu::Reissue),
            application_url: "/applications/a-1".into(),
            form_url: Some("/reissue/new?exam=code".into()),
        };
        vec![by_hand.clone(), Self { form_url: None, ..by_hand }]
    }
}

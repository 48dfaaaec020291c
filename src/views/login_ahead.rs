//! For a browser that fetches an address of the sign-in ahead of its visitor: nothing was done, and it asks again when it is looked at.

use serde::Serialize;

use super::{Chrome, View};

/// The page for a prefetch: when its visitor opens it, it asks for the address again.
#[derive(Debug, Clone, Serialize)]
pub struct LoginAhead {
    pub chrome: Chrome,
}

impl View for LoginAhead {
    const TEMPLATE: &'static str = "login_ahead.html";

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        vec![Self { chrome: super::chrome::samples::anonymous() }]
    }
}

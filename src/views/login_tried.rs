//! The return of an operator's test sign-in: the result stands at the terminal.

use serde::Serialize;

use super::{Chrome, View};

#[derive(Debug, Clone, Serialize)]
pub struct LoginTried {
    pub chrome: Chrome,
}

impl View for LoginTried {
    const TEMPLATE: &'static str = "login_tried.html";

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        vec![Self { chrome: super::chrome::samples::anonymous() }]
    }
}

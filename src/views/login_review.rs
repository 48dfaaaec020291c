//! Identified, not yet allowed in: a reviewer decides whose data this is.

use serde::Serialize;

use super::{Chrome, View};

/// The page of a visitor who waits for a reviewer. `chrome.user` stays `None`; the page has a sign-out form of its own.
#[derive(Debug, Clone, Serialize)]
pub struct LoginReview {
    pub chrome: Chrome,
    /// 核实编号.
    pub task: i64,
    pub reference: String,
}

impl View for LoginReview {
    const TEMPLATE: &'static str = "login_review.html";

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        vec![Self { chrome: super::chrome::samples::anonymous(), task: 1024, reference: "7K2M-9QX2".into() }]
    }
}

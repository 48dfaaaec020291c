//! `GET /help`: the short operation guide.

use serde::Serialize;

use super::{Chrome, View};

/// The operation guide, signed in or not.
#[derive(Debug, Clone, Serialize)]
pub struct HelpShow {
    pub chrome: Chrome,
    /// The last year whose certificates need a photo (`reissue.photo_required_through`).
    pub photo_required_through: i32,
    /// The lockout after wrong old passwords (`throttle.password_lock`).
    pub lock_minutes: u64,
}

impl View for HelpShow {
    const TEMPLATE: &'static str = "help_show.html";

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        use super::chrome::samples::{anonymous, signed_in};
        [anonymous(), signed_in()].map(|chrome| Self { chrome, photo_required_through: 2016, lock_minutes: 15 }).into()
    }
}

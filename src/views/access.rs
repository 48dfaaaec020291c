//! By which doors visitors come in, as pages speak of them.

use serde::Serialize;

/// See [`super::Views::new`].
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Access {
    /// The portal is one of them.
    pub portal: bool,
    /// Accounts with passwords of their own are one of them.
    pub accounts: bool,
    /// Codes and links go out by mail.
    pub mails: bool,
}

impl Access {
    /// The portal alone.
    pub const PORTAL: Self = Self { portal: true, accounts: false, mails: false };
}

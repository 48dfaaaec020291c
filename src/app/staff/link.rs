//! One-time links: 256 random bits, of which the database knows a keyed digest.

use chrono::{DateTime, TimeDelta, Utc};
use secrecy::{ExposeSecret, SecretString};

use crate::app::App;
use crate::app::AppError;
use crate::app::tx::Tx;
use crate::db::staff::NewLink;
use crate::ids::StaffId;
use crate::session::random_token;
use crate::vault::{LookUp, Vault};

/// How long a link is good.
pub const LINK_LIFE: TimeDelta = TimeDelta::hours(24);

/// A link that is about to be handed out.
#[derive(Clone, Debug)]
pub(super) struct FreshLink {
    token: SecretString,
    digest: Vec<u8>,
}

/// By whom, and of a reset why.
#[derive(Clone, Copy, Debug)]
pub(super) struct Issue<'a> {
    pub(super) by: &'a str,
    pub(super) reason: &'a str,
}

impl FreshLink {
    pub(super) fn draw(vault: &Vault) -> Self {
        let token = random_token();
        Self { digest: digest(vault, &token).unwrap_or_default(), token: token.into() }
    }

    pub(super) fn hand_out(&self, tx: &mut Tx<'_>, staff: StaffId, issue: Issue<'_>) -> Result<(), AppError> {
        let expires_at: DateTime<Utc> = tx.now + LINK_LIFE;
        let Issue { by: issued_by, reason } = issue;
        Ok(NewLink { digest: &self.digest, staff, expires_at, issued_by, reason }.insert(tx.conn, tx.now)?)
    }

    /// As its owner opens it.
    pub(super) fn url(&self, app: &App) -> SecretString {
        app.desk_page(&format!("review/enrol/{}", self.token.expose_secret())).into()
    }
}

/// The digest of a token that has the form of one.
pub(super) fn digest(vault: &Vault, token: &str) -> Option<Vec<u8>> {
    let is_token = token.len() == 43 && token.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    is_token.then(|| vault.look_up(LookUp::StaffLink, &[token]))
}

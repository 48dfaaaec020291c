//! `[access]`: which ways of signing in are open, and what holds for old accounts.

use serde::Deserialize;

use crate::domain::linking::Account;
use crate::domain::password::{LONGEST, SHORTEST};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AccessMode {
    /// The portal alone.
    #[default]
    Portal,
    /// The portal and old accounts.
    Transition,
    /// Old accounts alone.
    Local,
}

impl AccessMode {
    /// Whether visitors may come in through the portal.
    pub const fn has_portal(self) -> bool {
        !matches!(self, Self::Local)
    }

    /// Whether visitors may come in by an old account's password.
    pub const fn has_accounts(self) -> bool {
        !matches!(self, Self::Portal)
    }
}

/// When the forms of old accounts hold a captcha.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ChallengePolicy {
    #[default]
    Always,
    /// At the sign-in only after failures.
    Adaptive,
    Off,
}

/// What a registered account is asked before registered data under its number are shown to it (LINKING.md A4).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RegistrationCheck {
    /// One registered detail that stands on no identity card.
    #[default]
    Certificate,
    /// Nothing: number and name are enough.
    None,
}

/// Whether old accounts rest on mail.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AccountMail {
    #[default]
    Required,
    /// No mail: nothing is confirmed, and no password recovered.
    None,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AccessConfig {
    pub mode: AccessMode,
    pub challenge: ChallengePolicy,
    pub registration_check: RegistrationCheck,
    /// Old systems whose accounts were one account (LINKING.md A2).
    pub shared_systems: Vec<String>,
    /// Characters of a password that is chosen here, at least.
    pub password_minimum: usize,
    pub mail: AccountMail,
}

impl Default for AccessConfig {
    fn default() -> Self {
        Self {
            mode: AccessMode::default(),
            challenge: ChallengePolicy::default(),
            registration_check: RegistrationCheck::default(),
            shared_systems: ["reissue", "mailing"].map(str::to_owned).into(),
            password_minimum: SHORTEST,
            mail: AccountMail::default(),
        }
    }
}

impl AccessConfig {
    /// Whether an address is confirmed by mail, and a password recovered by it.
    pub fn mails(&self) -> bool {
        self.mode.has_accounts() && self.mail == AccountMail::Required
    }

    pub(in crate::config) fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        if !(SHORTEST..=LONGEST).contains(&self.password_minimum) {
            problems.push(format!("access.password_minimum: must be between {SHORTEST} and {LONGEST}"));
        }
        if self.shared_systems.iter().any(|system| system.trim().is_empty()) {
            problems.push(
                "access.shared_systems: must be names of old systems, as the import's manifests write them".into(),
            );
        }
        if self.shared_systems.iter().any(|system| system == Account::REGISTERED) {
            let reserved = Account::REGISTERED;
            problems.push(format!(
                "access.shared_systems: \"{reserved}\" is no old system: it names the accounts that are registered here"
            ));
        }
        problems
    }
}

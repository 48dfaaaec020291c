//! Configuration: one struct per concern, read once, every problem reported at once (`docs/configuration.md`).

mod error;
mod load;
mod sections;
mod tree;
mod typed;

use std::path::{Path, PathBuf};

pub use error::ConfigError;
pub use sections::{
    AccessConfig, AccessMode, AccountMail, ChallengePolicy, DatabaseConfig, ElectronicConfig, JobsConfig, LogConfig,
    LogFormat, RedisConfig, RegistrationCheck, ReissueConfig, ReviewConfig, ServerConfig, SessionConfig, SiteConfig,
    SmsConfig, SmtpConfig, SmtpSecurity, SmtpServer, StaffConfig, Suite, ThrottleConfig, VaultConfig,
};

use serde::Deserialize;
use sha2::{Digest, Sha256};

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    pub server: ServerConfig,
    pub database: DatabaseConfig,
    /// Sessions, pending sign-ins, rate limits.
    pub redis: RedisConfig,
    pub vault: VaultConfig,
    pub portal: sso::PortalConfig,
    pub throttle: ThrottleConfig,
    pub access: AccessConfig,
    pub session: SessionConfig,
    pub staff: StaffConfig,
    pub reissue: ReissueConfig,
    pub review: ReviewConfig,
    pub site: SiteConfig,
    pub jobs: JobsConfig,
    pub smtp: SmtpConfig,
    pub sms: SmsConfig,
    pub log: LogConfig,
}

impl Config {
    /// Reads a file and the environment (`BUZHENG__SECTION__KEY`), and checks everything.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        Self::load_with(path, std::env::vars())
    }

    /// [`load`](Self::load) with a given environment.
    pub fn load_with(path: &Path, environment: impl Iterator<Item = (String, String)>) -> Result<Self, ConfigError> {
        load::load(path, environment)
    }

    /// What to do where a mail server is lacking.
    pub const MAIL_STEP: &str = "Set smtp.url and smtp.from, or access.mail = \"none\": then nothing is confirmed and no password recovered by mail.";

    /// Why old accounts cannot be served for want of a mail server. Commands that mail nothing do without one.
    pub fn lacks_mail(&self) -> Option<&'static str> {
        let lacks = self.access.mails() && !self.smtp.is_set();
        lacks
            .then_some("old accounts are a way in (access.mode), and no mail server is named for their codes and links")
    }

    /// SHA-256 in hex, to compare configurations in effect; secrets do not enter it.
    pub fn digest(&self) -> String {
        // A secret's debug form is a fixed word.
        hex::encode(Sha256::digest(format!("{self:?}")))
    }

    /// Where the configuration is looked for: the flag, `BUZHENG_CONFIG`, `buzheng.toml`.
    pub fn path(flag: Option<PathBuf>) -> PathBuf {
        flag.or_else(|| std::env::var_os("BUZHENG_CONFIG").map(PathBuf::from)).unwrap_or_else(|| "buzheng.toml".into())
    }
}

#[cfg(test)]
mod tests;

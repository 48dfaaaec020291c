//! Configuration: one struct per concern, read once, every problem reported at once (`docs/configuration.md`).

mod load;
mod sections;

use std::path::{Path, PathBuf};

pub use load::ConfigError;
pub use sections::{
    AccessConfig, AccessMode, DatabaseConfig, JobsConfig, LogConfig, LogFormat, RedisConfig, ReissueConfig,
    ServerConfig, SessionConfig, SmtpConfig, Suite, ThrottleConfig, VaultConfig,
};

use serde::Deserialize;
use sha2::{Digest, Sha256};

/// The whole configuration.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Listeners and the origin that visitors see.
    pub server: ServerConfig,
    /// PostgreSQL.
    pub database: DatabaseConfig,
    /// Redis: sessions, pending sign-ins, throttles.
    pub redis: RedisConfig,
    /// Keys and algorithms.
    pub vault: VaultConfig,
    /// The government portal.
    pub portal: sso::PortalConfig,
    /// Limits.
    pub throttle: ThrottleConfig,
    /// Which ways in are open.
    pub access: AccessConfig,
    /// Life of a session.
    pub session: SessionConfig,
    /// Rules of the reissue.
    pub reissue: ReissueConfig,
    /// Work in the background.
    pub jobs: JobsConfig,
    /// Outgoing mail.
    pub smtp: SmtpConfig,
    /// Logs.
    pub log: LogConfig,
}

impl Config {
    /// Reads a file and the environment (`BUZHENG__SECTION__KEY`), and checks everything.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        Self::load_with(path, std::env::vars())
    }

    /// The same with a given environment.
    pub fn load_with(path: &Path, environment: impl Iterator<Item = (String, String)>) -> Result<Self, ConfigError> {
        load::load(path, environment)
    }

    /// A digest (SHA-256, hex) that tells one configuration in effect from another; secrets do not enter it.
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

//! The sections. Every key has a default, so that reading never stops at the first one that is missing; what must be given is
//! asked for by [`problems`](ServerConfig::problems).

mod access;
mod log;
mod reissue;
mod review;
mod server;
mod session;
mod site;
mod sms;
mod smtp;
mod staff;
mod stores;
mod throttle;
mod vault;

use serde::Deserialize;

pub use access::{AccessConfig, AccessMode, AccountMail, ChallengePolicy, RegistrationCheck};
pub use log::{LogConfig, LogFormat};
pub use reissue::{ElectronicConfig, ReissueConfig};
pub use review::ReviewConfig;
pub use server::ServerConfig;
pub use session::SessionConfig;
pub use site::SiteConfig;
pub use sms::SmsConfig;
pub use smtp::{SmtpConfig, SmtpSecurity, SmtpServer};
pub use staff::StaffConfig;
pub use stores::{DatabaseConfig, RedisConfig};
pub use throttle::ThrottleConfig;
pub use vault::{Suite, VaultConfig};

#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct JobsConfig {
    /// Old password hashes that are wrapped at once, each on a core of its own; 0 leaves it to `buzheng import wrap`.
    pub wrap_cores: usize,
}

impl Default for JobsConfig {
    fn default() -> Self {
        Self { wrap_cores: 1 }
    }
}

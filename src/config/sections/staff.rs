//! `[staff]`: from where, at which address and by which codes staff reach their desk.

use ipnet::IpNet;
use serde::Deserialize;
use std::net::SocketAddr;
use std::time::Duration;
use url::Url;

use super::server;
use crate::domain::staff::otp::OtpDigest;

#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StaffConfig {
    /// A listener of the desk's own: then `/review` answers there alone.
    pub listen: Option<SocketAddr>,
    /// The origin of that listener, as staff's browsers see it; else `server.public_url`.
    pub public_url: Option<Url>,
    /// From where the desk is there; empty: from anywhere.
    pub allowed_networks: Vec<IpNet>,
    /// A session of staff ends after this long without a request.
    #[serde(with = "humantime_serde")]
    pub idle_timeout: Duration,
    /// The digest of one-time codes that are handed out from now on.
    pub otp_digest: OtpDigest,
}

impl Default for StaffConfig {
    fn default() -> Self {
        Self {
            listen: None,
            public_url: None,
            allowed_networks: Vec::new(),
            idle_timeout: Duration::from_mins(15),
            otp_digest: OtpDigest::Sha256,
        }
    }
}

/// Longer than a break.
const MAX_IDLE: Duration = Duration::from_hours(1);

impl StaffConfig {
    pub(in crate::config) fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        if !(Duration::from_secs(1)..=MAX_IDLE).contains(&self.idle_timeout) {
            problems.push("staff.idle_timeout: must be between 1s and 1h".into());
        }
        if let Some(url) = &self.public_url {
            problems.extend(server::origin_problem("staff.public_url", url));
        }
        problems
    }
}

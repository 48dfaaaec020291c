//! `[session]`: how long a session lasts.

use serde::Deserialize;
use std::time::Duration;

#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SessionConfig {
    /// A session ends after this long without a request.
    #[serde(with = "humantime_serde")]
    pub idle_timeout: Duration,
    /// A session ends this long after the sign-in, idle or not.
    #[serde(with = "humantime_serde")]
    pub absolute_timeout: Duration,
    /// The absolute timeout where the portal does not report the end of its own session (no Back-Channel Logout); at most `absolute_timeout`.
    #[serde(with = "humantime_serde")]
    pub unannounced_timeout: Duration,
}

impl Default for SessionConfig {
    fn default() -> Self {
        Self {
            idle_timeout: Duration::from_mins(20),
            absolute_timeout: Duration::from_hours(8),
            unannounced_timeout: Duration::from_hours(2),
        }
    }
}

/// After a longer time nobody has vouched for the visitor.
const MAX_SESSION: Duration = Duration::from_hours(7 * 24);

impl SessionConfig {
    pub(in crate::config) fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        if self.idle_timeout < Duration::from_secs(1) {
            problems.push("session.idle_timeout: must be at least 1s".into());
        }
        if self.absolute_timeout < self.idle_timeout {
            problems.push("session.absolute_timeout: must not be shorter than session.idle_timeout".into());
        }
        if self.absolute_timeout > MAX_SESSION {
            problems.push("session.absolute_timeout: must be at most 7days".into());
        }
        if self.unannounced_timeout < Duration::from_mins(1) {
            problems.push("session.unannounced_timeout: must be at least 1m".into());
        }
        problems
    }
}

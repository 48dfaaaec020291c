//! `[portal.outage]`: the circuit breaker.

use std::time::Duration;

use serde::Deserialize;

/// `[portal.outage]`: the circuit breaker for an unresponsive portal.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct OutageConfig {
    /// Requests that got no answer, while next to nothing else was answered, that open the breaker; 0: it never opens.
    pub failures: u32,
    /// How long the breaker then fails requests at once, before one request probes the portal.
    #[serde(with = "humantime_serde")]
    pub pause: Duration,
    /// Concurrent exchanges with the portal; a slow portal then holds so many visitors and no more, the rest wait in line.
    pub exchanges: usize,
}

impl Default for OutageConfig {
    fn default() -> Self {
        Self { failures: 5, pause: Duration::from_secs(3), exchanges: 64 }
    }
}

//! What the connections of one listener are held to.

use std::time::Duration;

use crate::config::ServerConfig;

#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// For metrics: which listener.
    pub name: &'static str,
    /// A request's head must arrive within this; a connection without one is closed after it, too.
    pub header_timeout: Duration,
    /// A client that takes nothing of an answer for this long is cut off.
    pub write_timeout: Duration,
    /// Running requests may finish for this long at a shutdown.
    pub shutdown_timeout: Duration,
    pub connections: usize,
}

impl Limits {
    pub fn public(config: &ServerConfig) -> Self {
        Self {
            name: "public",
            header_timeout: config.header_timeout,
            write_timeout: config.write_timeout,
            shutdown_timeout: config.shutdown_timeout,
            connections: config.max_connections,
        }
    }

    /// The desk has fewer visitors, and answers them when citizens' connections are all taken.
    pub fn desk(config: &ServerConfig) -> Self {
        Self { name: "desk", ..Self::public(config) }
    }

    /// The management listener has few clients, and does not hold up the end.
    pub fn management(config: &ServerConfig) -> Self {
        Self { name: "management", shutdown_timeout: Duration::from_secs(1), connections: 32, ..Self::public(config) }
    }
}

//! `[server]`: the listeners, and the origin that visitors see.

use ipnet::IpNet;
use serde::Deserialize;
use std::{
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};
use url::{Host, Url};

#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ServerConfig {
    /// Where citizens' requests arrive, usually from a reverse proxy.
    pub listen: SocketAddr,
    /// `/healthz`, `/readyz` and `/metrics` only.
    pub management_listen: SocketAddr,
    /// The origin that browsers see; all redirects are built from it.
    pub public_url: Option<Url>,
    /// Whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// The deadline of a request's head.
    #[serde(with = "humantime_serde")]
    pub header_timeout: Duration,
    /// The deadline of the answer to a request.
    #[serde(with = "humantime_serde")]
    pub request_timeout: Duration,
    /// A client that takes nothing of an answer for this long is cut off.
    #[serde(with = "humantime_serde")]
    pub write_timeout: Duration,
    /// After the signal, `/readyz` is not ready for this long before the listener closes.
    #[serde(with = "humantime_serde")]
    pub shutdown_delay: Duration,
    /// Running requests may finish for this long at a shutdown.
    #[serde(with = "humantime_serde")]
    pub shutdown_timeout: Duration,
    /// Connections served at once; more wait in the kernel's queue. Stay below the process' limit of open files.
    pub max_connections: usize,
}

impl Default for ServerConfig {
    fn default() -> Self {
        Self {
            listen: (Ipv4Addr::LOCALHOST, 8080).into(),
            management_listen: (Ipv4Addr::LOCALHOST, 9090).into(),
            public_url: None,
            trusted_proxies: Vec::new(),
            header_timeout: Duration::from_secs(10),
            request_timeout: Duration::from_secs(30),
            write_timeout: Duration::from_secs(30),
            shutdown_delay: Duration::from_secs(2),
            shutdown_timeout: Duration::from_secs(20),
            max_connections: 900,
        }
    }
}

impl ServerConfig {
    pub(in crate::config) fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        match &self.public_url {
            None => problems.push(
                "server.public_url: missing; give the origin that browsers see, such as https://bz.example.gov.cn"
                    .into(),
            ),
            Some(url) => problems.extend(origin_problem("server.public_url", url)),
        }
        if self.write_timeout.is_zero() {
            problems.push("server.write_timeout: must be longer than 0s".into());
        }
        if self.max_connections == 0 {
            problems.push("server.max_connections: must be at least 1".into());
        }
        if self.listen == self.management_listen && self.listen.port() != 0 {
            problems.push("server.management_listen: must differ from server.listen".into());
        }
        problems
    }
}

/// What is wrong with the origin that browsers see.
pub(super) fn origin_problem(key: &str, url: &Url) -> Option<String> {
    let is_more = url.path() != "/" || url.query().is_some() || url.fragment().is_some() || !url.username().is_empty();
    let problem = match url.scheme() {
        "http" | "https" if url.host().is_none() => "not an http or https address",
        "http" if !is_loopback(url) => "must be https unless the host is loopback",
        "http" | "https" if is_more => "must be an origin alone, without path, query or user",
        "http" | "https" => return None,
        _ => "not an http or https address",
    };
    Some(format!("{key}: {problem}"))
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

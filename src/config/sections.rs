//! The sections. Every key has a default, so that reading never stops at the first one that is missing; what must be given is
//! asked for by [`problems`](ServerConfig::problems).

use ipnet::IpNet;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use std::{
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
    time::Duration,
};
use url::{Host, Url};

/// `[server]`.
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
    /// A request's head must have arrived by then.
    #[serde(with = "humantime_serde")]
    pub header_timeout: Duration,
    /// A request must be answered by then.
    #[serde(with = "humantime_serde")]
    pub request_timeout: Duration,
    /// A client that takes nothing of an answer for this long is cut off.
    #[serde(with = "humantime_serde")]
    pub write_timeout: Duration,
    /// From the signal to the end on, `/readyz` says no for this long before the listener closes.
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
    pub(super) fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        match &self.public_url {
            None => problems.push(
                "server.public_url: missing; give the origin that browsers see, such as https://bz.example.gov.cn"
                    .into(),
            ),
            Some(url) if !matches!(url.scheme(), "http" | "https") || url.host().is_none() => {
                problems.push("server.public_url: not an http or https address".into());
            }
            Some(url) if url.scheme() == "http" && !is_loopback(url) => {
                problems.push("server.public_url: must be https unless the host is loopback".into());
            }
            Some(url)
                if url.path() != "/"
                    || url.query().is_some()
                    || url.fragment().is_some()
                    || !url.username().is_empty() =>
            {
                problems.push("server.public_url: must be an origin alone, without path, query or user".into());
            }
            Some(_) => {}
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

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// `[database]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DatabaseConfig {
    /// `postgres://user:password@host:port/name`.
    pub url: SecretString,
    /// The same database as the role that owns the schema; `schema` connects with it. Without it `url` owns the schema.
    pub owner_url: Option<SecretString>,
    /// Connections at most.
    pub pool_size: u32,
}

impl Default for DatabaseConfig {
    fn default() -> Self {
        Self { url: SecretString::default(), owner_url: None, pool_size: 10 }
    }
}

impl DatabaseConfig {
    /// Who may change the schema.
    pub fn schema_url(&self) -> &SecretString {
        self.owner_url.as_ref().unwrap_or(&self.url)
    }

    pub(super) fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        for (key, url) in [("url", Some(&self.url)), ("owner_url", self.owner_url.as_ref())] {
            let url = url.map(ExposeSecret::expose_secret);
            if url.is_some_and(|url| !url.starts_with("postgres://") && !url.starts_with("postgresql://")) {
                problems.push(format!("database.{key}: must be postgres://user:password@host/name"));
            }
        }
        if !(1..=1000).contains(&self.pool_size) {
            problems.push("database.pool_size: must be between 1 and 1000".into());
        }
        problems
    }
}

/// `[redis]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RedisConfig {
    /// `redis://:password@host:port/db`.
    pub url: SecretString,
    /// Before every key, so that several installations may share one Redis.
    pub prefix: String,
}

impl Default for RedisConfig {
    fn default() -> Self {
        Self { url: SecretString::default(), prefix: "buzheng:".into() }
    }
}

impl RedisConfig {
    pub(super) fn problems(&self) -> Vec<String> {
        let url = self.url.expose_secret();
        if !["redis://", "rediss://", "unix://"].iter().any(|scheme| url.starts_with(scheme)) {
            vec!["redis.url: must be redis://host:port/db, rediss://host:port/db or unix:///path".into()]
        } else if url.starts_with("rediss://") && url.contains('#') {
            vec!["redis.url: must have no fragment; certificates are always checked".into()]
        } else {
            Vec::new()
        }
    }
}

/// `vault.suite`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Suite {
    /// AES-256-GCM, HMAC-SHA-256, Argon2id.
    #[default]
    Standard,
    /// SM4-GCM, HMAC-SM3, PBKDF2-HMAC-SM3.
    Gm,
}

/// `[vault]`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct VaultConfig {
    /// The algorithms.
    pub suite: Suite,
    /// The key file.
    pub keys_file: PathBuf,
}

impl VaultConfig {
    pub(super) fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        if self.suite == Suite::Gm {
            problems.push("vault.suite: this version offers \"standard\" only".into());
        }
        if self.keys_file.as_os_str().is_empty() {
            problems.push("vault.keys_file: missing; `buzheng doctor --new-keys FILE` writes one".into());
        }
        problems
    }
}

/// `[throttle]`: every limit of the product; 0 switches one off.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ThrottleConfig {
    /// Sign-ins that one address may start in a minute.
    pub sign_in_starts_per_minute: u32,
    /// Answers of the portal's that browsers of one address may post in a minute.
    pub posted_answers_per_minute: u32,
    /// Posted answers that wait for their browsers, of all visitors together; beyond it the oldest go.
    pub posted_answers_total: u32,
    /// Logout tokens that one address may send in a minute.
    pub logout_tokens_per_minute: u32,
    /// Sign-ins that one browser may have under way.
    pub pending_sign_ins_per_browser: u32,
    /// Sign-ins that all visitors together may have under way. One that nobody finishes counts for half an hour.
    pub pending_sign_ins_total: u32,
    /// How long a sign-in that nobody finishes counts for its browser. It can be finished for longer: half an hour.
    #[serde(with = "humantime_serde")]
    pub pending_sign_in_counts: Duration,
    /// Applications and edits that one person may submit in an hour.
    pub submissions_per_hour: u32,
    /// Old passwords that may be tried for one account, and by one person, before both are locked (LINKING.md).
    pub password_tries: u32,
    /// How long they are locked.
    #[serde(with = "humantime_serde")]
    pub password_lock: Duration,
    /// Requests for manual verification that one person may have open.
    pub open_requests_per_person: u32,
}

impl Default for ThrottleConfig {
    fn default() -> Self {
        Self {
            sign_in_starts_per_minute: 60,
            posted_answers_per_minute: 60,
            posted_answers_total: 1_000,
            logout_tokens_per_minute: 600,
            pending_sign_ins_per_browser: 8,
            pending_sign_ins_total: 20_000,
            pending_sign_in_counts: Duration::from_mins(10),
            submissions_per_hour: 60,
            password_tries: 5,
            password_lock: Duration::from_mins(15),
            open_requests_per_person: 10,
        }
    }
}

/// `access.mode`.
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

/// `[access]`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AccessConfig {
    /// Which ways in are open.
    pub mode: AccessMode,
}

impl AccessConfig {
    pub(super) fn problems(&self) -> Vec<String> {
        match self.mode {
            AccessMode::Portal => Vec::new(),
            _ => vec!["access.mode: this version offers \"portal\" only".into()],
        }
    }
}

/// `[session]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SessionConfig {
    /// A session ends when nothing was asked for this long.
    #[serde(with = "humantime_serde")]
    pub idle_timeout: Duration,
    /// A session ends this long after the sign-in, whatever is asked.
    #[serde(with = "humantime_serde")]
    pub absolute_timeout: Duration,
    /// The same for sessions of a portal that does not tell when it ends its own (no Back-Channel Logout); never more than `absolute_timeout`.
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

/// Nobody who has not shown themselves to the portal for longer is still who they were.
const MAX_SESSION: Duration = Duration::from_hours(7 * 24);

impl SessionConfig {
    pub(super) fn problems(&self) -> Vec<String> {
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

/// `[reissue]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ReissueConfig {
    /// Certificates of this year and before need a photo (manual: 2016 年及以前).
    pub photo_required_through: i32,
}

impl Default for ReissueConfig {
    fn default() -> Self {
        Self { photo_required_through: 2016 }
    }
}

/// `[jobs]`.
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

/// `[smtp]`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SmtpConfig {
    /// `smtp://user:password@host:port`.
    pub url: SecretString,
    /// Sender's address.
    pub from: String,
}

/// `log.format`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// One JSON object a line.
    Json,
    /// For people.
    #[default]
    Human,
}

/// `[log]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LogConfig {
    /// How lines are written.
    pub format: LogFormat,
    /// Which are: `info`, or directives such as `info,buzheng=debug`.
    pub filter: String,
}

impl Default for LogConfig {
    fn default() -> Self {
        Self { format: LogFormat::Human, filter: "info".into() }
    }
}

impl LogConfig {
    pub(super) fn problems(&self) -> Vec<String> {
        match tracing_subscriber::EnvFilter::try_new(&self.filter) {
            Ok(_) => Vec::new(),
            Err(_) => vec!["log.filter: not a filter; write a level such as \"info\"".into()],
        }
    }
}

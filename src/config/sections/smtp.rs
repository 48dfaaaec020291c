//! `[smtp]`: the mail server that takes what the service mails.

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use std::path::PathBuf;
use std::time::Duration;
use url::{Host, Url};

use crate::domain::email::Email;

#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SmtpConfig {
    /// `smtp://user:password@host:port` demands STARTTLS, `smtps://` speaks TLS from the start; empty: no mail is sent.
    pub url: SecretString,
    /// The sender: `noreply@example.gov.cn`, or with a name before it: `证书补办申请系统 <noreply@example.gov.cn>`.
    pub from: String,
    /// A file of PEM certificates that are trusted for the mail server besides the system's authorities.
    pub ca_file: Option<PathBuf>,
    /// The longest that the server may take to connect, and for each answer.
    #[serde(with = "humantime_serde")]
    pub timeout: Duration,
}

impl Default for SmtpConfig {
    fn default() -> Self {
        Self { url: SecretString::default(), from: String::new(), ca_file: None, timeout: Duration::from_secs(10) }
    }
}

/// Characters of a sender's name. In Chinese, so many fit into one encoded word (RFC 2047): strict servers stumble over several.
const LONGEST_NAME: usize = 15;

/// A batch of mails must end before its claim does.
const LONGEST_TIMEOUT: Duration = Duration::from_secs(20);

/// How a mail server is spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SmtpSecurity {
    /// STARTTLS or nothing.
    StartTls,
    /// TLS from the first byte.
    Implicit,
    /// No TLS: a server of this machine only.
    Clear,
}

/// A mail server, as `smtp.url` names it.
#[derive(Clone, Debug)]
pub struct SmtpServer {
    pub host: String,
    pub port: u16,
    pub security: SmtpSecurity,
    /// Name and password, where the server asks for them.
    pub credentials: Option<(String, SecretString)>,
}

impl SmtpConfig {
    /// Whether a mail server is named at all.
    pub fn is_set(&self) -> bool {
        !self.url.expose_secret().is_empty()
    }

    /// The server of `url`, or what is wrong with it in words that hold no part of it.
    pub fn server(&self) -> Result<SmtpServer, &'static str> {
        let url: Url = self.url.expose_secret().parse().map_err(|_| "must be smtp://user:password@host:port")?;
        let host = url.host().ok_or("names no host")?;
        let tls = match url.query() {
            None | Some("tls=required") => true,
            Some("tls=none") => false,
            Some(_) => return Err("knows no other parameter than tls=required and tls=none"),
        };
        let (security, usual_port) = match (url.scheme(), tls) {
            ("smtps", true) => (SmtpSecurity::Implicit, 465),
            ("smtps", false) => return Err("smtps:// is TLS from the start: tls=none contradicts it"),
            ("smtp", true) => (SmtpSecurity::StartTls, 587),
            ("smtp", false) if is_loopback(&host) => (SmtpSecurity::Clear, 25),
            ("smtp", false) => return Err("tls=none is for a mail server on loopback only"),
            _ => return Err("must begin with smtp:// or smtps://"),
        };
        if !matches!(url.path(), "" | "/") || url.fragment().is_some() {
            return Err("must have no path and no fragment");
        }
        let plain =
            |text: &str| percent_encoding::percent_decode_str(text).decode_utf8().map(std::borrow::Cow::into_owned);
        let credentials = match (plain(url.username()), url.password().map(plain).transpose()) {
            (Ok(name), Ok(None)) if name.is_empty() => None,
            (Ok(name), Ok(Some(_))) if name.is_empty() => return Err("holds a password without a user name"),
            (Ok(name), Ok(password)) => Some((name, password.unwrap_or_default().into())),
            _ => return Err("holds a user name or password that is not UTF-8"),
        };
        let host = match host {
            Host::Domain(name) => name.to_owned(),
            Host::Ipv4(address) => address.to_string(),
            Host::Ipv6(address) => address.to_string(),
        };
        Ok(SmtpServer { host, port: url.port().unwrap_or(usual_port), security, credentials })
    }

    /// The sender's name, which may be empty, and address.
    pub fn sender(&self) -> Option<(String, Email)> {
        let (name, address) = match self.from.trim().strip_suffix('>') {
            Some(named) => named.rsplit_once('<')?,
            None => ("", self.from.trim()),
        };
        let name = name.trim().trim_matches('"');
        let is_name = name.chars().count() <= LONGEST_NAME && !name.chars().any(|c| c.is_control() || c == '"');
        Some((name.to_owned(), Email::parse(address).ok()?)).filter(|_| is_name)
    }

    pub(in crate::config) fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        if !self.is_set() {
            return problems;
        }
        if let Err(problem) = self.server() {
            problems.push(format!("smtp.url: {problem}"));
        }
        if self.sender().is_none() {
            problems.push("smtp.from: must be an address, or a name and an address in angle brackets".into());
        }
        if self.timeout < Duration::from_secs(1) || self.timeout > LONGEST_TIMEOUT {
            problems.push("smtp.timeout: must be between 1s and 20s".into());
        }
        problems
    }
}

/// A non-special scheme's host is not read as an address of IPv4.
fn is_loopback(host: &Host<&str>) -> bool {
    match host {
        Host::Domain("localhost") => true,
        Host::Domain(name) => name.parse::<std::net::Ipv4Addr>().is_ok_and(|address| address.is_loopback()),
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    }
}

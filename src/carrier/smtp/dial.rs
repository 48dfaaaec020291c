//! A connection that is ready to take mails: encrypted as configured, and signed in.

use lettre::transport::smtp::Error as SmtpError;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::SmtpConnection;
use lettre::transport::smtp::commands::Mail;
use secrecy::ExposeSecret;
use std::error::Error as _;
use std::io;

use super::MailServer;
use crate::config::SmtpSecurity;

/// Plain first: it travels under TLS, or on loopback.
const MECHANISMS: [Mechanism; 2] = [Mechanism::Plain, Mechanism::Login];

/// Why a mail server cannot be used, whatever the mail.
#[derive(Debug, thiserror::Error)]
pub enum Unreached {
    #[error("it cannot be connected to ({})", codes(.0))]
    Connect(#[source] SmtpError),
    #[error("it offers no STARTTLS, which smtp:// demands")]
    NoStartTls,
    #[error("TLS with it fails ({})", codes(.0))]
    Tls(#[source] SmtpError),
    #[error("it does not accept the user name and password of smtp.url ({})", codes(.0))]
    Credentials(#[source] SmtpError),
    #[error("it does not accept smtp.from as a sender ({})", codes(.0))]
    Sender(#[source] SmtpError),
}

impl Unreached {
    /// For the outbox.
    pub(super) fn codes(&self) -> String {
        match self {
            Self::Connect(error) => format!("connect {}", codes(error)),
            Self::NoStartTls => "no starttls".into(),
            Self::Tls(error) => format!("tls {}", codes(error)),
            Self::Credentials(error) => format!("auth {}", codes(error)),
            Self::Sender(error) => format!("sender {}", codes(error)),
        }
    }
}

impl MailServer {
    /// Connects, encrypts, signs in. An answer of 5xx until here is about this service and not about a mail.
    pub(super) fn dial(&self) -> Result<SmtpConnection, Unreached> {
        let wrapped = (self.server.security == SmtpSecurity::Implicit).then_some(&self.tls);
        let address = (self.server.host.as_str(), self.server.port);
        let mut connection = SmtpConnection::connect(address, Some(self.timeout), &self.hello, wrapped, None)
            .map_err(|error| if tls_failed(&error) { Unreached::Tls(error) } else { Unreached::Connect(error) })?;
        if self.server.security == SmtpSecurity::StartTls {
            if !connection.can_starttls() {
                connection.abort();
                return Err(Unreached::NoStartTls);
            }
            connection.starttls(&self.tls, &self.hello).map_err(Unreached::Tls)?;
        }
        if let Some((name, password)) = &self.server.credentials {
            let credentials = Credentials::new(name.clone(), password.expose_secret().to_owned());
            if let Err(error) = connection.auth(&MECHANISMS, &credentials) {
                connection.abort();
                return Err(Unreached::Credentials(error));
            }
        }
        Ok(connection)
    }

    /// Whether the server takes our connection, name and password, and our address as a sender. Sends nothing.
    pub fn probe(&self) -> Result<(), Unreached> {
        let mut connection = self.dial()?;
        let sender = self.sender.1.as_str().parse().ok();
        let accepted = connection.command(Mail::new(sender, Vec::new())).map_err(Unreached::Sender);
        connection.abort();
        accepted.map(|_| ())
    }
}

/// The reply code with the enhanced one (RFC 3463), or a word for what went wrong without one.
pub(super) fn codes(error: &SmtpError) -> String {
    if let Some(code) = error.status() {
        let text = error.source().map(ToString::to_string).unwrap_or_default();
        return match text.split_whitespace().find(|word| is_enhanced(word)) {
            Some(enhanced) => format!("{code} {enhanced}"),
            None => code.to_string(),
        };
    }
    let word = match error {
        error if timed_out(error) => "timeout",
        error if tls_failed(error) => "certificate",
        error if error.is_response() => "not smtp",
        error if failed_by(error, io::ErrorKind::ConnectionRefused) => "refused",
        _ => "connection",
    };
    word.to_owned()
}

/// A read that reached its deadline is `WouldBlock` on Linux, which the library's `is_timeout` does not count.
fn timed_out(error: &SmtpError) -> bool {
    error.is_timeout() || failed_by(error, io::ErrorKind::WouldBlock)
}

/// The handshake is made with the first bytes that are written, so that its failure comes as one of the network.
fn tls_failed(error: &SmtpError) -> bool {
    let is_tls = |error: &io::Error| matches!(error.get_ref(), Some(inner) if inner.is::<rustls::Error>());
    error.is_tls() || causes(error).filter_map(|cause| cause.downcast_ref()).any(is_tls)
}

fn failed_by(error: &SmtpError, kind: io::ErrorKind) -> bool {
    causes(error).any(|cause| cause.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == kind))
}

fn causes(error: &SmtpError) -> impl Iterator<Item = &(dyn std::error::Error + 'static)> {
    std::iter::successors(error.source(), |cause: &&(dyn std::error::Error + 'static)| (*cause).source())
}

/// `5.1.1`.
fn is_enhanced(word: &str) -> bool {
    let parts: Vec<&str> = word.split('.').collect();
    let is_number = |part: &&str| (1..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    parts.len() == 3 && matches!(parts[0], "2" | "4" | "5") && parts.iter().all(is_number)
}

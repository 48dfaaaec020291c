//! The mail server, by SMTP (RFC 5321).
//!
//! Blocking, as the library's synchronous client is: its time-outs hold for each read and write, those of its asynchronous one for
//! connecting only. Neither has a deadline for a whole answer. A connection takes a batch of mails, and none is kept for the next one, which it might be dead for.

mod dial;
mod exchange;
mod message;

use lettre::Address;
use lettre::transport::smtp::client::{Certificate, SmtpConnection, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use secrecy::ExposeSecret;
use std::fmt;
use std::net::IpAddr;
use std::time::{Duration, Instant};

use super::{Answer, Mail};
use crate::config::{SmtpConfig, SmtpServer};
use crate::domain::email::Email;
use crate::domain::notice::Attempt;

/// Why a carrier cannot be opened: the configuration or the system lacks something.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Unusable(pub String);

/// A mail server and how it is spoken to.
pub struct MailServer {
    server: SmtpServer,
    tls: TlsParameters,
    timeout: Duration,
    hello: ClientId,
    host: String,
    sender: (String, Email),
}

impl fmt::Debug for MailServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MailServer").field("server", &self.server).finish_non_exhaustive()
    }
}

impl MailServer {
    /// Reads the authorities; connects to nothing.
    pub fn new(config: &SmtpConfig, host: &str) -> Result<Self, Unusable> {
        let server = config.server().map_err(|problem| Unusable(format!("smtp.url: {problem}")))?;
        let sender = config.sender().ok_or_else(|| Unusable("smtp.from: not an address".into()))?;
        let tls = tls(config, &server).map_err(Unusable)?;
        let (hello, host) = (own_name(host), host.to_owned());
        Ok(Self { server, tls, timeout: config.timeout, hello, host, sender })
    }

    /// Delivers mails in order, over one connection and a new one after each that did not go. `told` hears of each by its place, as soon as its
    /// answer is there, and says whether to go on. Ends early where the server cannot be spoken to: what was not begun has no answer.
    pub fn deliver(&self, mails: &[Mail], mut told: impl FnMut(usize, Answer) -> bool) {
        let mut connection: Option<SmtpConnection> = None;
        for (place, mail) in mails.iter().enumerate() {
            let now = Instant::now();
            if now >= mail.begin_before {
                break;
            }
            let answer = if now >= mail.not_after {
                Answer::new(Attempt::TooLate, "expired")
            } else {
                match connection.take().map_or_else(|| self.dial(), Ok) {
                    Ok(ready) => {
                        let (answer, usable) = self.deliver_one(ready, mail);
                        connection = usable;
                        answer
                    }
                    Err(error) => Answer::new(Attempt::Unreached, error.codes()),
                }
            };
            let unreached = answer.attempt == Attempt::Unreached;
            if !told(place, answer) || unreached {
                break;
            }
        }
        if let Some(mut connection) = connection {
            connection.abort();
        }
    }

    /// The connection comes back where it can take a further mail.
    fn deliver_one(&self, mut connection: SmtpConnection, mail: &Mail) -> (Answer, Option<SmtpConnection>) {
        let refused = |codes| Answer::new(Attempt::Refused, codes);
        let (Ok(from), Ok(to)) =
            (self.sender.1.as_str().parse::<Address>(), mail.to.expose_secret().parse::<Address>())
        else {
            return (refused("address"), Some(connection));
        };
        let Some(written) = message::write(mail, &self.sender, &self.host) else {
            return (refused("message"), Some(connection));
        };
        match exchange::send(&mut connection, from, to, &written) {
            Ok(code) => (Answer::new(Attempt::Taken, code), Some(connection)),
            // It says nothing more, or what it says next may belong to this mail: closed without a word, which it might not answer.
            Err(answer) => (answer, None),
        }
    }
}

/// As RFC 5321 §4.1.3 writes a host without a name.
fn own_name(host: &str) -> ClientId {
    match host.trim_matches(['[', ']']).parse() {
        Ok(IpAddr::V4(address)) => ClientId::Ipv4(address),
        Ok(IpAddr::V6(address)) => ClientId::Ipv6(address),
        Err(_) => ClientId::Domain(host.to_owned()),
    }
}

fn tls(config: &SmtpConfig, server: &SmtpServer) -> Result<TlsParameters, String> {
    let mut builder = TlsParameters::builder(server.host.clone());
    if let Some(path) = &config.ca_file {
        let problem = |what: &str| format!("smtp.ca_file {}: {what}", path.display());
        let pem = std::fs::read(path).map_err(|error| problem(&error.to_string()))?;
        let authority = Certificate::from_pem(&pem).map_err(|_| problem("holds no certificate in PEM"))?;
        builder = builder.add_root_certificate(authority);
    }
    builder.build().map_err(|_| "smtp: TLS cannot start; install the system's certificates (ca-certificates)".into())
}

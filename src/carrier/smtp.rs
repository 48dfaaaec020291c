//! The mail server, by SMTP (RFC 5321).
//!
//! Blocking, as the library's synchronous client is: its time-outs hold for every read and write, those of its asynchronous one for
//! connecting only. A connection takes a batch of mails, and none is kept for the next one, which it might be dead for.

mod dial;
mod message;

use lettre::Address;
use lettre::address::Envelope;
use lettre::transport::smtp::client::{Certificate, SmtpConnection, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use secrecy::ExposeSecret;
use std::fmt;
use std::time::{Duration, Instant};

use super::{Answer, Mail};
use crate::config::{SmtpConfig, SmtpServer};
use crate::domain::email::Email;
use crate::domain::notice::Attempt;
use dial::codes;

/// No further mail is begun on a connection after this long.
const PATIENCE: Duration = Duration::from_mins(2);

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
        let (hello, host) = (ClientId::Domain(host.to_owned()), host.to_owned());
        Ok(Self { server, tls, timeout: config.timeout, hello, host, sender })
    }

    /// Delivers mails in order, over one connection and a new one after each that did not go. Where the server cannot be spoken to, or two
    /// minutes are over, the mails that were not begun are answered as unreached.
    pub fn deliver(&self, mails: &[Mail]) -> Vec<Answer> {
        let begun = Instant::now();
        let mut connection: Option<SmtpConnection> = None;
        let mut answers = Vec::with_capacity(mails.len());
        for mail in mails {
            if begun.elapsed() > PATIENCE {
                break;
            }
            let usable = connection.take().filter(|connection| !connection.has_broken());
            let mut ready = match usable.map_or_else(|| self.dial(), Ok) {
                Ok(ready) => ready,
                Err(error) => {
                    answers.resize(mails.len(), Answer::new(Attempt::Unreached, error.codes()));
                    return answers;
                }
            };
            answers.push(self.deliver_one(&mut ready, mail));
            connection = Some(ready);
        }
        answers.resize(mails.len(), Answer::new(Attempt::Unreached, "slow"));
        if let Some(mut connection) = connection {
            connection.abort();
        }
        answers
    }

    fn deliver_one(&self, connection: &mut SmtpConnection, mail: &Mail) -> Answer {
        let (Ok(from), Ok(to)) =
            (self.sender.1.as_str().parse::<Address>(), mail.to.expose_secret().parse::<Address>())
        else {
            return Answer::new(Attempt::Refused, "address");
        };
        let written = message::write(mail, &self.sender, &self.host);
        let (Some(written), Ok(envelope)) = (written, Envelope::new(Some(from), vec![to])) else {
            return Answer::new(Attempt::Refused, "message");
        };
        match connection.send(&envelope, &written) {
            Ok(response) => Answer::new(Attempt::Taken, response.code().to_string()),
            Err(error) => {
                let attempt = if error.is_permanent() { Attempt::Refused } else { Attempt::Deferred };
                Answer::new(attempt, codes(&error))
            }
        }
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

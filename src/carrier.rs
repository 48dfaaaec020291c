//! What carries notices out of the house: a mail server, and the hook that sends text messages.
//!
//! A carrier is told what to say and to whom, and answers what became of it, in codes: a server's own words may repeat the address.

mod sms;
mod smtp;

use chrono::{DateTime, Utc};
use secrecy::SecretString;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

pub use sms::SmsHook;
pub use smtp::{MailServer, Unusable};

use crate::config::{SmsConfig, SmtpConfig};
use crate::domain::notice::{Attempt, NoticeKind};
use crate::ids::NoticeId;

/// A mail as it is written: plain text, and the same as HTML.
#[derive(Clone, Debug)]
pub struct Mail {
    pub id: NoticeId,
    pub to: SecretString,
    pub subject: String,
    pub text: SecretString,
    pub html: SecretString,
    /// When the notice was written: the mail's date, however late it goes.
    pub written_at: DateTime<Utc>,
    /// It is of no use from then on.
    pub not_after: Instant,
    /// From then on it is left to another batch.
    pub begin_before: Instant,
}

/// A text message: what it is of, and what goes into the provider's template for that.
#[derive(Clone, Debug)]
pub struct TextMessage {
    pub id: NoticeId,
    pub to: SecretString,
    pub template: NoticeKind,
    pub params: BTreeMap<String, SecretString>,
    pub expires_at: DateTime<Utc>,
    /// It is of no use from then on.
    pub not_after: Instant,
}

/// What became of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub attempt: Attempt,
    /// `250`, `550 5.1.1`, `timeout`: codes and words of our own.
    pub codes: String,
}

impl Answer {
    pub fn new(attempt: Attempt, codes: impl Into<String>) -> Self {
        Self { attempt, codes: codes.into() }
    }
}

/// The carriers that are configured. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Carriers {
    pub mail: Option<Arc<MailServer>>,
    pub sms: Option<Arc<SmsHook>>,
}

impl Carriers {
    /// Opens what is configured; connects to nothing. `host` is how this service calls itself to a mail server.
    pub fn new(smtp: &SmtpConfig, sms: &SmsConfig, host: &str) -> Result<Self, Unusable> {
        let mail = if smtp.is_set() { Some(Arc::new(MailServer::new(smtp, host)?)) } else { None };
        let sms = SmsHook::new(sms)?.map(Arc::new);
        Ok(Self { mail, sms })
    }
}

//! A mail in the form of RFC 5322 and MIME.

use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message, MultiPart};
use secrecy::ExposeSecret;
use std::time::SystemTime;

use super::Mail;
use crate::domain::email::Email;

/// The bytes to be sent; `None` where a part of it does not fit into a header.
pub(super) fn write(mail: &Mail, sender: &(String, Email), host: &str) -> Option<Vec<u8>> {
    let name = Some(sender.0.clone()).filter(|name| !name.is_empty());
    let from = Mailbox::new(name, sender.1.as_str().parse().ok()?);
    let to = Mailbox::new(None, mail.to.expose_secret().parse().ok()?);
    // RFC 3834: vacation replies and the like do not answer it.
    let automatic = HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".to_owned());
    let body =
        MultiPart::alternative_plain_html(mail.text.expose_secret().to_owned(), mail.html.expose_secret().to_owned());
    let message = Message::builder()
        .from(from)
        .to(to)
        .subject(mail.subject.clone())
        .date(SystemTime::from(mail.written_at))
        // The same at each attempt: a server that had taken the mail before its answer was lost can tell.
        .message_id(Some(format!("<{}@{host}>", mail.id)))
        .raw_header(automatic)
        .multipart(body)
        .ok()?;
    Some(message.formatted())
}

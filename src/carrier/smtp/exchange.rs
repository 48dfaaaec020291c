//! The exchange of one mail on a connection that is ready, and what a refusal in it is about.

use lettre::Address;
use lettre::transport::smtp::Error as SmtpError;
use lettre::transport::smtp::client::SmtpConnection;
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};

use super::Answer;
use super::dial::codes;
use crate::domain::notice::Attempt;

/// Where a server refuses tells what it refuses.
#[derive(Clone, Copy)]
enum Refused {
    /// Our own address: the configuration is wrong, or the server's.
    Sender,
    Recipient,
    Message,
}

/// Sends a mail; the reply code.
pub(super) fn send(
    connection: &mut SmtpConnection,
    from: Address,
    to: Address,
    message: &[u8],
) -> Result<String, Answer> {
    let judged = |what| move |error| judge(what, &error);
    connection.command(Mail::new(Some(from), Vec::new())).map_err(judged(Refused::Sender))?;
    connection.command(Rcpt::new(to, Vec::new())).map_err(judged(Refused::Recipient))?;
    connection.command(Data).map_err(judged(Refused::Message))?;
    let taken = connection.message(message).map_err(judged(Refused::Message))?;
    Ok(taken.code().to_string())
}

/// What RFC 3463 calls 5.7 is about who may send and not about a mail, and so are the replies that ask for a password: the service waits until
/// the server lets it. A relay that is denied for one recipient may be meant for that one: it is tried again.
fn judge(what: Refused, error: &SmtpError) -> Answer {
    let codes = codes(error);
    let about_us = ["530", "535", "538"].iter().any(|code| codes.starts_with(code));
    let attempt = match what {
        _ if !error.is_permanent() => Attempt::Deferred,
        _ if about_us => Attempt::Unreached,
        Refused::Sender => Attempt::Unreached,
        Refused::Recipient if codes.contains(" 5.7.") => Attempt::Deferred,
        Refused::Recipient | Refused::Message => Attempt::Refused,
    };
    Answer::new(attempt, codes)
}

//! How a mail server fails.

/// Where in a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Before the greeting.
    Greeting,
    /// `EHLO`.
    Hello,
    /// `AUTH`.
    Auth,
    /// `MAIL FROM`.
    Sender,
    /// `RCPT TO`.
    Recipient,
    /// `DATA`.
    Data,
    /// After the message. One that is answered with a fault was not kept.
    Message,
    /// After the message, which was kept although the answer is a fault.
    Kept,
}

/// What happens there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailFault {
    /// Answers so: `450 4.2.1 try later`.
    Answer(&'static str),
    /// Says nothing more and holds the connection.
    Silence,
    /// Ends the connection.
    Close,
}

//! Notices to citizens by mail or text message: what they are of, and what becomes of one after each attempt to send it.

use chrono::{DateTime, TimeDelta, Utc};

use super::word::words;

words! {
    /// By what a notice is sent.
    pub enum Channel {
        Mail = "mail",
        /// A text message, by the hook of `[sms]`.
        Sms = "sms",
    }
}

words! {
    /// What a notice is of.
    pub enum NoticeKind {
        /// The code that confirms an address.
        ConfirmAddress = "confirm_address",
        /// Somebody tried to register a number that has an account.
        AlreadyRegistered = "already_registered",
        /// The link by which a new password is chosen.
        Recovery = "recovery",
        /// To the former address: another one was registered.
        AddressChanged = "address_changed",
        PasswordChanged = "password_changed",
    }
}

words! {
    /// Where a notice stands.
    pub enum NoticeState {
        /// To be sent, for the first time or again.
        Waiting = "waiting",
        /// Somebody sends it just now, or died over it.
        Sending = "sending",
        /// The next server took it.
        Sent = "sent",
        /// It was refused for good.
        Failed = "failed",
        /// It could not be sent while it was of use.
        Expired = "expired",
    }
}

/// What an attempt came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attempt {
    /// The next server took it.
    Taken,
    /// Refused for now (SMTP 4xx), or the connection broke over it.
    Deferred,
    /// Refused for good (SMTP 5xx).
    Refused,
    /// The server could not be spoken to at all, or does not want this service: nothing is known of the notice itself.
    Unreached,
    /// Its time was over before it was begun.
    TooLate,
}

/// What follows from an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// It is over.
    Settled(NoticeState),
    /// Again then; the attempt counts or not.
    Again { due_at: DateTime<Utc>, counts: bool },
}

/// Minutes until the next attempt, after the first, second … one that was deferred.
const PAUSES: [i64; 4] = [1, 5, 15, 60];

/// A server that cannot be spoken to is tried again so soon: its outage is no fault of the notice.
const UNREACHED: TimeDelta = TimeDelta::seconds(30);

/// What becomes of a notice of which `deferred` attempts were deferred before this one. Nothing is sent after `expires_at`.
pub fn next(attempt: Attempt, deferred: i32, now: DateTime<Utc>, expires_at: DateTime<Utc>) -> Next {
    let (pause, counts) = match attempt {
        Attempt::Taken => return Next::Settled(NoticeState::Sent),
        Attempt::Refused => return Next::Settled(NoticeState::Failed),
        Attempt::TooLate => return Next::Settled(NoticeState::Expired),
        Attempt::Unreached => (UNREACHED, false),
        Attempt::Deferred => {
            let last = PAUSES.len() - 1;
            (TimeDelta::minutes(PAUSES[usize::try_from(deferred).unwrap_or(0).min(last)]), true)
        }
    };
    let due_at = now + pause;
    if due_at < expires_at { Next::Again { due_at, counts } } else { Next::Settled(NoticeState::Expired) }
}

#[cfg(test)]
mod tests;

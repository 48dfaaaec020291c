//! Rate limits: how often one network or one person may do something.

use std::time::Duration;

use super::error::WebError;
use super::network::Network;
use crate::app::App;
use crate::ids::PersonId;
use crate::session::Session;
use crate::store::{Exhausted, StoreError};

/// An act that has a rate limit, and the key that it is counted by.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Limited<'a> {
    /// A sign-in is begun (`throttle.sign_in_starts_per_minute`).
    SignInStart(Network),
    /// A portal's answer is posted by a browser (`throttle.posted_answers_per_minute`).
    PostedAnswer(Network),
    /// A portal's server says whose session has ended (`throttle.logout_tokens_per_minute`).
    LogoutToken(Network),
    /// A form is sent, whatever becomes of it (`throttle.submissions_per_hour`).
    Submission(PersonId),
    /// A session opens a photo slot for a phone (`throttle.photo_slots_per_hour`).
    PhotoSlot(&'a Session),
    /// A phone brings a code; right ones are taken back (`throttle.photo_codes_per_minute`).
    PhotoCode(Network),
    /// A password of an account is tried (`throttle.account_sign_ins_per_minute`).
    AccountSignIn(Network),
    /// A password or a second factor of staff is tried (`throttle.account_sign_ins_per_minute`).
    StaffSignIn(Network),
    /// An account is registered (`throttle.registrations_per_hour`).
    Registration(Network),
    /// A link for a new password is asked for (`throttle.recovery_requests_per_hour`).
    RecoveryRequest(Network),
    /// A challenge is drawn (`throttle.challenges_per_minute`).
    Challenge(Network),
    /// A challenge is drawn in one session.
    ChallengeOf(&'a Session),
}

/// Challenges that one session may draw in a minute: nobody looks at more.
const CHALLENGES_OF_A_SESSION: u32 = 30;

impl Limited<'_> {
    pub(crate) async fn count(self, app: &App) -> Result<(), WebError> {
        self.try_count(app).await?.map_err(|exhausted| WebError::throttled(self.name(), exhausted))
    }

    /// [`count`](Self::count) for answers without a page.
    pub(crate) async fn try_count(self, app: &App) -> Result<Result<(), Exhausted>, StoreError> {
        let limits = &app.config.throttle;
        let (limit, window) = match self {
            Self::SignInStart(_) => (limits.sign_in_starts_per_minute, Duration::from_mins(1)),
            Self::PostedAnswer(_) => (limits.posted_answers_per_minute, Duration::from_mins(1)),
            Self::LogoutToken(_) => (limits.logout_tokens_per_minute, Duration::from_mins(1)),
            Self::Submission(_) => (limits.submissions_per_hour, Duration::from_hours(1)),
            Self::PhotoSlot(_) => (limits.photo_slots_per_hour, Duration::from_hours(1)),
            Self::PhotoCode(_) => (limits.photo_codes_per_minute, Duration::from_mins(1)),
            Self::AccountSignIn(_) | Self::StaffSignIn(_) => {
                (limits.account_sign_ins_per_minute, Duration::from_mins(1))
            }
            Self::Registration(_) => (limits.registrations_per_hour, Duration::from_hours(1)),
            Self::RecoveryRequest(_) => (limits.recovery_requests_per_hour, Duration::from_hours(1)),
            Self::Challenge(_) => (limits.challenges_per_minute, Duration::from_mins(1)),
            // Where the operator limits nothing, neither does this.
            Self::ChallengeOf(_) => (limits.challenges_per_minute.min(CHALLENGES_OF_A_SESSION), Duration::from_mins(1)),
        };
        app.store.count(&self.key(), limit, window).await
    }

    /// Takes back the count of an act that was good.
    pub(crate) async fn take_back(self, app: &App) -> Result<(), StoreError> {
        app.store.take_back(&[self.key()]).await
    }

    fn key(self) -> String {
        let name = self.name();
        match self {
            Self::SignInStart(network)
            | Self::PostedAnswer(network)
            | Self::LogoutToken(network)
            | Self::PhotoCode(network)
            | Self::AccountSignIn(network)
            | Self::StaffSignIn(network)
            | Self::Registration(network)
            | Self::RecoveryRequest(network)
            | Self::Challenge(network) => format!("{name}:{network}"),
            Self::PhotoSlot(session) | Self::ChallengeOf(session) => format!("{name}:{}", session.name()),
            Self::Submission(person) => format!("{name}:{person}"),
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::SignInStart(_) => "sign-in-starts",
            Self::PostedAnswer(_) => "posted-answers",
            Self::LogoutToken(_) => "logout-tokens",
            Self::Submission(_) => "submissions",
            Self::PhotoSlot(_) => "photo-slots",
            Self::PhotoCode(_) => "photo-codes",
            Self::AccountSignIn(_) => "account-sign-ins",
            Self::StaffSignIn(_) => "staff-sign-ins",
            Self::Registration(_) => "registrations",
            Self::RecoveryRequest(_) => "recovery-requests",
            Self::Challenge(_) => "challenges",
            Self::ChallengeOf(_) => "challenges-of",
        }
    }
}

//! The notices of one claim, and which of them have been dealt with.

use chrono::{DateTime, TimeDelta, Utc};
use secrecy::SecretString;
use std::time::{Duration, Instant};

use super::Round;
use crate::app::outbox::content::Kept;
use crate::carrier::{Mail, TextMessage};
use crate::db::outbox::Notice;

/// No further notice is begun after this long.
pub(super) const SLOW: Duration = Duration::from_mins(2);

pub(super) struct Batch {
    /// What was claimed; `None` once it is dealt with.
    pub(super) waiting: Vec<Option<Notice>>,
    pub(super) round: Round,
    /// Why the server could not be spoken to, if it could not.
    pub(super) unreached: Option<String>,
    claimed_at: DateTime<Utc>,
    began: Instant,
}

impl Batch {
    pub(super) fn new(claimed: Vec<Notice>, claimed_at: DateTime<Utc>, round: Round) -> Self {
        let waiting = claimed.into_iter().map(Some).collect();
        Self { waiting, round, unreached: None, claimed_at, began: Instant::now() }
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// When it is, as the claim's clock goes on.
    pub(super) fn now(&self) -> DateTime<Utc> {
        self.claimed_at + TimeDelta::from_std(self.elapsed()).unwrap_or(TimeDelta::MAX)
    }

    pub(super) fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }

    pub(super) fn is_slow(&self) -> bool {
        self.elapsed() > SLOW
    }

    /// Leaves the first notice that has no answer to the end of its claim: it is being sent.
    pub(super) fn leave_next(&mut self) {
        if let Some(under_way) = self.next() {
            self.waiting[under_way] = None;
        }
    }

    /// The place of the first notice that has no answer.
    pub(super) fn next(&self) -> Option<usize> {
        self.waiting.iter().position(Option::is_some)
    }

    /// When a notice is of no more use.
    fn not_after(&self, notice: &Notice) -> Instant {
        self.began + (notice.expires_at - self.claimed_at).to_std().unwrap_or_default()
    }
}

/// A mail as its carrier takes it; `None` for what is no mail.
pub(super) fn mail(batch: &Batch, notice: &Notice, to: SecretString, kept: Kept) -> Option<Mail> {
    let Kept::Mail { subject, text, html } = kept else { return None };
    Some(Mail {
        id: notice.id,
        to,
        subject,
        text: text.into(),
        html: html.into(),
        written_at: notice.created_at,
        not_after: batch.not_after(notice),
        begin_before: batch.began + SLOW,
    })
}

/// A text message as its carrier takes it; `None` for what is none.
pub(super) fn text(batch: &Batch, notice: &Notice, to: SecretString, kept: Kept) -> Option<TextMessage> {
    let Kept::Sms { params } = kept else { return None };
    Some(TextMessage {
        id: notice.id,
        to,
        template: notice.kind,
        params: params.into_iter().map(|(name, value)| (name, value.into())).collect(),
        expires_at: notice.expires_at,
        not_after: batch.not_after(notice),
    })
}

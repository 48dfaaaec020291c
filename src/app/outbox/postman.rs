//! Sends what is due, a batch at a time.

use chrono::{DateTime, TimeDelta, Utc};
use secrecy::SecretString;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;

use super::Kept;
use crate::carrier::{Answer, Carriers, Mail, TextMessage};
use crate::db::outbox::{self, Claim, Notice};
use crate::db::{Db, DbError};
use crate::domain::notice::{Attempt, Channel, Next, next};
use crate::vault::{Purpose, Vault, VaultError};

/// Notices of one claim.
const BATCH: i64 = 16;

/// Whoever holds a claim for longer is taken for dead. A batch takes its connection's time-outs, and this many at most.
const LEASE: TimeDelta = TimeDelta::minutes(5);

/// A batch is left to itself after this long; what came of it is not known then, and goes out again after the claim.
const PATIENCE: Duration = Duration::from_mins(4);

/// What a round came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Round {
    pub sent: usize,
    /// Refused for good.
    pub failed: usize,
    /// To be tried again.
    pub deferred: usize,
    pub expired: usize,
    /// A server could not be spoken to: the next round may wait.
    pub unreached: bool,
}

impl Round {
    /// Whether anything was due.
    pub const fn had_work(&self) -> bool {
        self.sent + self.failed + self.deferred > 0
    }
}

/// Sends notices; several servers may do so at once. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Postman {
    db: Db,
    vault: Vault,
    carriers: Carriers,
    /// The mail server's client blocks: at most one thread waits for it, also where it was given up on.
    mailing: Arc<Semaphore>,
}

impl Postman {
    pub fn new(db: Db, vault: Vault, carriers: Carriers) -> Self {
        Self { db, vault, carriers, mailing: Arc::new(Semaphore::new(1)) }
    }

    /// Claims what is due, sends it outside of any transaction, and notes what became of it.
    pub async fn round(&self, now: DateTime<Utc>) -> Result<Round, DbError> {
        let channels = self.carriers.channels();
        let claim = Claim { now, until: now + LEASE, limit: BATCH };
        let (expired, claimed) = self
            .db
            .transaction::<_, DbError, _>(move |conn| {
                Ok((outbox::expire(conn, now)?, Notice::claim(conn, &channels, &claim)?))
            })
            .await?;
        let mut round = Round { expired, ..Round::default() };
        for (channel, send) in [Channel::Mail, Channel::Sms].map(|channel| {
            (channel, claimed.iter().filter(|notice| notice.channel == channel).cloned().collect::<Vec<_>>())
        }) {
            if send.is_empty() {
                continue;
            }
            let answered = match channel {
                Channel::Mail => self.mail(send).await,
                Channel::Sms => self.text(send, now).await,
            };
            self.settle(answered, now, &mut round).await?;
        }
        Ok(round)
    }

    async fn mail(&self, notices: Vec<Notice>) -> Vec<(Notice, Answer)> {
        let (Some(server), Ok(permit)) = (self.carriers.mail.clone(), self.mailing.clone().try_acquire_owned()) else {
            return all(notices, Attempt::Unreached, "busy");
        };
        let Opened { ready, refused: mut answered } = self.opened(notices, |notice, to, kept| match kept {
            Kept::Mail { subject, text, html } => Some(Mail {
                id: notice.id,
                to,
                subject,
                text: text.into(),
                html: html.into(),
                written_at: notice.created_at,
            }),
            Kept::Sms { .. } => None,
        });
        let (notices, mails): (Vec<_>, Vec<_>) = ready.into_iter().unzip();
        let sent = tokio::task::spawn_blocking(move || {
            let _until_done = permit;
            server.deliver(&mails)
        });
        if let Ok(Ok(answers)) = tokio::time::timeout(PATIENCE, sent).await {
            answered.extend(notices.into_iter().zip(answers));
        } else {
            // Some may have gone: they are left to the end of their claim.
            tracing::warn!("the mail server kept a batch for too long; it is sent again later");
        }
        answered
    }

    async fn text(&self, notices: Vec<Notice>, now: DateTime<Utc>) -> Vec<(Notice, Answer)> {
        let Some(hook) = self.carriers.sms.clone() else { return all(notices, Attempt::Unreached, "busy") };
        let Opened { ready, refused: mut answered } = self.opened(notices, |notice, to, kept| match kept {
            Kept::Sms { params } => Some(TextMessage {
                id: notice.id,
                to,
                template: notice.kind,
                params: params.into_iter().map(|(name, value)| (name, value.into())).collect(),
                expires_at: notice.expires_at,
            }),
            Kept::Mail { .. } => None,
        });
        for (notice, message) in ready {
            let answer = hook.deliver(&message, now).await;
            answered.push((notice, answer));
        }
        answered
    }

    /// What can be sent; and what was sealed under another key file, answered as refused.
    fn opened<T>(&self, notices: Vec<Notice>, write: impl Fn(&Notice, SecretString, Kept) -> Option<T>) -> Opened<T> {
        let (mut ready, mut refused) = (Vec::new(), Vec::new());
        for notice in notices {
            let written = self.open(&notice).ok().and_then(|(to, kept)| write(&notice, to, kept));
            match written {
                Some(written) => ready.push((notice, written)),
                None => {
                    refused.push((notice, Answer { attempt: Attempt::Refused, codes: "does not open".to_owned() }));
                }
            }
        }
        Opened { ready, refused }
    }

    fn open(&self, notice: &Notice) -> Result<(SecretString, Kept), VaultError> {
        let to = self.vault.open_text(Purpose::Recipient, &notice.recipient_sealed)?;
        let content = notice.content_sealed.as_deref().ok_or(VaultError::Content)?;
        Ok((to.into(), self.vault.open_json(Purpose::Notice, content)?))
    }

    async fn settle(
        &self,
        answered: Vec<(Notice, Answer)>,
        now: DateTime<Utc>,
        round: &mut Round,
    ) -> Result<(), DbError> {
        for (notice, answer) in &answered {
            let outcome = match answer.attempt {
                Attempt::Taken => {
                    round.sent += 1;
                    "taken"
                }
                Attempt::Refused => {
                    round.failed += 1;
                    tracing::warn!(notice = %notice.id, kind = %notice.kind, answer = answer.codes, "a notice was refused for good");
                    "refused"
                }
                Attempt::Deferred => {
                    round.deferred += 1;
                    "deferred"
                }
                Attempt::Unreached => {
                    round.deferred += 1;
                    round.unreached = true;
                    "unreached"
                }
            };
            metrics::counter!("buzheng_outbox_attempts_total", "channel" => notice.channel.as_str(), "outcome" => outcome)
                .increment(1);
        }
        self.db
            .transaction::<_, DbError, _>(move |conn| {
                for (notice, answer) in &answered {
                    match next(answer.attempt, notice.deferred, now, notice.expires_at) {
                        Next::Settled(state) => notice.settle(conn, state, &answer.codes, now)?,
                        Next::Again { due_at, counts } => notice.put_back(conn, due_at, counts, Some(&answer.codes))?,
                    };
                }
                Ok(())
            })
            .await
    }
}

/// Notices of a claim, opened.
struct Opened<T> {
    ready: Vec<(Notice, T)>,
    /// Sealed under another key file.
    refused: Vec<(Notice, Answer)>,
}

fn all(notices: Vec<Notice>, attempt: Attempt, codes: &str) -> Vec<(Notice, Answer)> {
    notices.into_iter().map(|notice| (notice, Answer { attempt, codes: codes.to_owned() })).collect()
}

//! Sends what is due by one channel, a batch at a time, and settles each notice as soon as its answer is there.

mod batch;
mod settle;

use chrono::{DateTime, TimeDelta, Utc};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::{Semaphore, mpsc};

use crate::carrier::{Answer, Carriers};
use crate::db::outbox::{self, Claim, Notice};
use crate::db::{Db, DbError};
use crate::domain::notice::{Attempt, Channel};
use crate::vault::Vault;
use batch::Batch;

/// Notices of one claim.
const BATCH: i64 = 16;

/// Whoever holds a claim for longer is taken for dead. No notice of a batch is begun after two minutes, and the last one takes as long as its
/// server's time-outs allow: six minutes with the longest that may be configured.
const LEASE: TimeDelta = TimeDelta::minutes(7);

/// How long a batch is waited for: clearly shorter than its claim.
const PATIENCE: Duration = Duration::from_mins(6);

/// The mail server's client blocks, and has no deadline for a server that says a byte now and then. So many threads may be lost to one.
const THREADS: usize = 4;

/// What a round came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Round {
    pub sent: usize,
    /// Refused for good.
    pub failed: usize,
    /// To be tried again.
    pub deferred: usize,
    /// Of no more use before they could be sent.
    pub expired: usize,
    /// The server could not be spoken to: the next round may wait.
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
    threads: Arc<Semaphore>,
    stopping: Arc<AtomicBool>,
}

impl Postman {
    pub fn new(db: Db, vault: Vault, carriers: Carriers) -> Self {
        Self { db, vault, carriers, threads: Arc::new(Semaphore::new(THREADS)), stopping: Arc::default() }
    }

    /// No further notice is begun; those of a round under way that were not are given back.
    pub fn stop(&self) {
        self.stopping.store(true, Ordering::Relaxed);
    }

    /// Claims what is due by a channel, sends it outside of any transaction, and notes what became of it. Without a carrier for the channel
    /// nothing is claimed, and what has expired is ended all the same.
    pub async fn round(&self, channel: Channel, now: DateTime<Utc>) -> Result<Round, DbError> {
        let carried = match channel {
            Channel::Mail => self.carriers.mail.is_some(),
            Channel::Sms => self.carriers.sms.is_some(),
        };
        let claim = Claim { channel, now, until: now + LEASE, limit: BATCH };
        let (expired, claimed) = self
            .db
            .transaction::<_, DbError, _>(move |conn| {
                let expired = outbox::expire(conn, channel, now)?;
                Ok((expired, if carried { Notice::claim(conn, &claim)? } else { Vec::new() }))
            })
            .await?;
        settle::count_expired(channel, expired);
        let mut batch = Batch::new(claimed, now, Round { expired, ..Round::default() });
        if !batch.is_empty() {
            match channel {
                Channel::Mail => self.mail(&mut batch).await?,
                Channel::Sms => self.text(&mut batch).await?,
            }
            self.give_back(&mut batch).await?;
        }
        Ok(batch.round)
    }

    async fn mail(&self, batch: &mut Batch) -> Result<(), DbError> {
        let Some(server) = self.carriers.mail.clone() else { return Ok(()) };
        let Ok(permit) = self.threads.clone().try_acquire_owned() else {
            tracing::error!(
                "the mail server holds {THREADS} connections without an end: no mail is sent until this service is started anew"
            );
            batch.round.unreached = true;
            return Ok(());
        };
        let (places, mails) = self.opened(batch, batch::mail).await?;
        let (tell, mut told) = mpsc::channel(1);
        let stopping = self.stopping.clone();
        let sending = tokio::task::spawn_blocking(move || {
            let _until_done = permit;
            // Whoever waits for answers no longer has them end after the mail that is under way.
            server.deliver(&mails, |place, answer| {
                tell.blocking_send((place, answer)).is_ok() && !stopping.load(Ordering::Relaxed)
            });
        });
        loop {
            let Ok(answer) = tokio::time::timeout(PATIENCE.saturating_sub(batch.elapsed()), told.recv()).await else {
                // The mail under way may have gone: it is left to the end of its claim.
                tracing::warn!("the mail server kept a mail for too long; it may be sent once more");
                batch.leave_next();
                return Ok(());
            };
            let Some((place, answer)) = answer else { break };
            self.settle(batch, places[place], &answer).await?;
        }
        if sending.await.is_err()
            && let Some(place) = batch.next()
        {
            // Given back at once, a mail at which the client panics would stand before all others again.
            self.settle(batch, place, &Answer::new(Attempt::Deferred, "panic")).await?;
        }
        Ok(())
    }

    async fn text(&self, batch: &mut Batch) -> Result<(), DbError> {
        let Some(hook) = self.carriers.sms.clone() else { return Ok(()) };
        let (places, messages) = self.opened(batch, batch::text).await?;
        for (place, message) in places.into_iter().zip(messages) {
            if self.stopping.load(Ordering::Relaxed) || batch.is_slow() {
                return Ok(());
            }
            let answer = hook.deliver(&message, batch.now()).await;
            self.settle(batch, place, &answer).await?;
            if answer.attempt == Attempt::Unreached {
                return Ok(());
            }
        }
        Ok(())
    }
}

//! What becomes of each notice, written as soon as it is known.

use secrecy::SecretString;
use std::time::Duration;

use super::batch::Batch;
use super::{PATIENCE, Postman};
use crate::app::outbox::content::Kept;
use crate::carrier::Answer;
use crate::db::DbError;
use crate::db::outbox::Notice;
use crate::domain::notice::{Attempt, Channel, Next, NoticeState, next};
use crate::vault::{Purpose, VaultError};

/// Between two attempts to write down what is known.
const AGAIN: Duration = Duration::from_secs(2);

pub(super) fn count_expired(channel: Channel, expired: usize) {
    if expired > 0 {
        tracing::warn!(%channel, expired, "notices expired before they could be sent");
        metrics::counter!("buzheng_outbox_expired_total", "channel" => channel.as_str()).increment(expired as u64);
    }
}

impl Postman {
    /// What can be sent, with its places in the batch. What was sealed under another key file is settled as refused.
    pub(super) async fn opened<T>(
        &self,
        batch: &mut Batch,
        write: fn(&Batch, &Notice, SecretString, Kept) -> Option<T>,
    ) -> Result<(Vec<usize>, Vec<T>), DbError> {
        let (mut places, mut ready) = (Vec::new(), Vec::new());
        for place in 0..batch.waiting.len() {
            let Some(notice) = &batch.waiting[place] else { continue };
            match self.open(notice).ok().and_then(|(to, kept)| write(batch, notice, to, kept)) {
                Some(written) => {
                    places.push(place);
                    ready.push(written);
                }
                None => self.settle(batch, place, &Answer::new(Attempt::Refused, "does not open")).await?,
            }
        }
        Ok((places, ready))
    }

    fn open(&self, notice: &Notice) -> Result<(SecretString, Kept), VaultError> {
        let to = self.vault.open_text(Purpose::Recipient, &notice.recipient_sealed)?;
        let content = notice.content_sealed.as_deref().ok_or(VaultError::Content)?;
        Ok((to.into(), self.vault.open_json(Purpose::Notice, content)?))
    }

    /// Notes an answer. A database that does not take it is asked again while the claim holds: a mail that went would go once more.
    pub(super) async fn settle(&self, batch: &mut Batch, place: usize, answer: &Answer) -> Result<(), DbError> {
        let Some(notice) = batch.waiting[place].take() else { return Ok(()) };
        count(batch, &notice, answer);
        loop {
            let (notice, answer, now) = (notice.clone(), answer.clone(), batch.now());
            let written = self.db.transaction::<_, DbError, _>(move |conn| {
                match next(answer.attempt, notice.deferred, now, notice.expires_at) {
                    Next::Settled(state) => notice.settle(conn, state, &answer.codes, now)?,
                    Next::Again { due_at, counts } => notice.put_back(conn, due_at, counts, Some(&answer.codes))?,
                };
                Ok(())
            });
            match written.await {
                Err(error) if error.is_outage() && batch.elapsed() < PATIENCE => tokio::time::sleep(AGAIN).await,
                other => return other,
            }
        }
    }

    /// Gives back what was not begun: at once, or after a while where the server could not be spoken to.
    pub(super) async fn give_back(&self, batch: &mut Batch) -> Result<(), DbError> {
        if let Some(codes) = batch.unreached.take() {
            for place in 0..batch.waiting.len() {
                self.settle(batch, place, &Answer::new(Attempt::Unreached, codes.clone())).await?;
            }
        }
        let left: Vec<Notice> = batch.waiting.iter_mut().filter_map(Option::take).collect();
        let now = batch.now();
        self.db
            .transaction(move |conn| {
                for notice in left {
                    notice.put_back(conn, now, false, None)?;
                }
                Ok(())
            })
            .await
    }
}

fn count(batch: &mut Batch, notice: &Notice, answer: &Answer) {
    let round = &mut batch.round;
    let outcome = match answer.attempt {
        Attempt::Taken => {
            round.sent += 1;
            "taken"
        }
        Attempt::Refused => {
            round.failed += 1;
            let (kind, answer) = (notice.kind, &answer.codes);
            tracing::warn!(notice = %notice.id, %kind, answer, "a notice was refused for good");
            "refused"
        }
        Attempt::Deferred => {
            round.deferred += 1;
            "deferred"
        }
        Attempt::Unreached => {
            round.deferred += 1;
            round.unreached = true;
            batch.unreached.get_or_insert_with(|| answer.codes.clone());
            "unreached"
        }
        Attempt::TooLate => {
            round.expired += 1;
            "too late"
        }
    };
    let expires_now = matches!(
        next(answer.attempt, notice.deferred, batch.now(), notice.expires_at),
        Next::Settled(NoticeState::Expired)
    );
    count_expired(notice.channel, usize::from(expires_now));
    metrics::counter!("buzheng_outbox_attempts_total", "channel" => notice.channel.as_str(), "outcome" => outcome)
        .increment(1);
}

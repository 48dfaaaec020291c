//! Counters that expire: rate limits, and the lockout after wrong passwords.

use std::time::Duration;

use super::scripts::{COUNT, TAKE_BACK, TRY};
use super::{Store, StoreError, milliseconds};

/// A rate limit or a lockout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exhausted {
    pub retry_after: Duration,
}

impl Store {
    /// Counts one more; refuses beyond `limit` in `window`. A limit of 0 is none.
    pub async fn count(&self, key: &str, limit: u32, window: Duration) -> Result<Result<(), Exhausted>, StoreError> {
        if limit == 0 {
            return Ok(Ok(()));
        }
        let mut connection = self.connection.clone();
        let (count, left): (u64, i64) =
            COUNT.key(self.key(key)).arg(milliseconds(window)).invoke_async(&mut connection).await?;
        let retry_after = Duration::from_millis(u64::try_from(left).unwrap_or(1000));
        Ok(if count > u64::from(limit) { Err(Exhausted { retry_after }) } else { Ok(()) })
    }

    /// Counts a try at each key before it is made; locked out where a key has had `limit` tries, each no longer than `window` after the one
    /// before. Returns how many tries are left. A limit of 0 is none.
    pub async fn try_once(
        &self,
        keys: &[String],
        limit: u32,
        window: Duration,
    ) -> Result<Result<u32, Exhausted>, StoreError> {
        if limit == 0 {
            return Ok(Ok(u32::MAX));
        }
        let mut call = TRY.prepare_invoke();
        for key in keys {
            call.key(self.key(key));
        }
        let (counted, rest): (u8, u64) =
            call.arg(limit).arg(milliseconds(window)).invoke_async(&mut self.connection.clone()).await?;
        Ok(match counted {
            1 => Ok(u32::try_from(rest).unwrap_or(0)),
            _ => Err(Exhausted { retry_after: Duration::from_millis(rest) }),
        })
    }

    /// The lockout that stands at each key, without counting a try. A limit of 0 is none.
    pub async fn lockouts(&self, keys: &[String], limit: u32) -> Result<Vec<Option<Exhausted>>, StoreError> {
        if limit == 0 {
            return Ok(vec![None; keys.len()]);
        }
        let mut pipe = redis::pipe();
        for key in keys {
            pipe.get(self.key(key)).pttl(self.key(key));
        }
        let answers: Vec<Option<i64>> = pipe.query_async(&mut self.connection.repeatable()).await?;
        let lockout = |answer: &[Option<i64>]| {
            let [count, left] = answer else { return None };
            let left = left.and_then(|left| u64::try_from(left).ok()).filter(|left| *left > 0)?;
            let is_locked = count.is_some_and(|count| count >= i64::from(limit));
            is_locked.then(|| Exhausted { retry_after: Duration::from_millis(left) })
        };
        Ok(answers.chunks(2).map(lockout).collect())
    }

    /// Takes back a try that was right.
    pub async fn take_back(&self, keys: &[String]) -> Result<(), StoreError> {
        let mut call = TAKE_BACK.prepare_invoke();
        for key in keys {
            call.key(self.key(key));
        }
        Ok(call.invoke_async(&mut self.connection.clone()).await?)
    }
}

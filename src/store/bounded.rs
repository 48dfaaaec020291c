//! Values whose number is limited for all visitors together: pending sign-ins, and what is kept of those that came back.
//!
//! A value's key is in a sorted set with its expiry time, so what a server that dies leaves behind stops counting.

mod scripts;

use chrono::{DateTime, Utc};
use redis::ScriptInvocation;
use std::time::Duration;

use super::{Exhausted, Store, StoreError, milliseconds};
use scripts::{FORGET_LISTED, KEEP, KEEP_UNLESS_FULL, KEEP_WHILE, LISTED, SPEND};

/// Where a value is kept, listed with others, of which the oldest go beyond a limit.
#[derive(Clone, Copy, Debug)]
pub struct Kept<'a> {
    /// Without the installation's prefix.
    pub key: &'a str,
    pub value: &'a [u8],
    /// The sorted sets that count such values, and how many members each may have (0: any number).
    pub lists: &'a [(&'a str, u32)],
    pub life: Duration,
}

impl<'a> Kept<'a> {
    fn keys(&self) -> impl Iterator<Item = &'a str> {
        [self.key].into_iter().chain(self.lists.iter().map(|(list, _)| *list))
    }

    fn add_arguments(&self, call: &mut ScriptInvocation<'_>, now: DateTime<Utc>) {
        call.arg(self.value).arg(now.timestamp_millis()).arg(milliseconds(self.life));
        for (_, limit) in self.lists {
            call.arg(*limit);
        }
    }
}

impl Store {
    /// Keeps a value, unless the list that is named beside it has `limit` values (0: any number) or more: that one makes no room.
    pub async fn keep_unless_full(
        &self,
        kept: Kept<'_>,
        list: &str,
        limit: u32,
        now: DateTime<Utc>,
    ) -> Result<Result<(), Exhausted>, StoreError> {
        let mut call = KEEP_UNLESS_FULL.prepare_invoke();
        for key in kept.keys().chain([list]) {
            call.key(self.key(key));
        }
        call.arg(limit);
        kept.add_arguments(&mut call, now);
        call.arg(0);
        let free_at: String = call.invoke_async(&mut self.connection.clone()).await?;
        if free_at == "0" {
            return Ok(Ok(()));
        }
        // Lua writes large numbers with a fraction or an exponent; this one is a time in milliseconds.
        #[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, clippy::cast_sign_loss)]
        let left = free_at.parse::<f64>().map(|at| (at - now.timestamp_millis() as f64).max(0.0) as u64);
        Ok(Err(Exhausted { retry_after: left.map_or(kept.life, Duration::from_millis) }))
    }

    /// Keeps a value if one of `while_there` exists; `false` where none does.
    pub async fn keep_while(
        &self,
        while_there: &[String],
        kept: Kept<'_>,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let mut call = KEEP_WHILE.prepare_invoke();
        for key in while_there.iter().map(String::as_str).chain(kept.keys()) {
            call.key(self.key(key));
        }
        call.arg(while_there.len());
        kept.add_arguments(&mut call, now);
        let done: u8 = call.invoke_async(&mut self.connection.repeatable()).await?;
        Ok(done == 1)
    }

    /// Keeps a value among others.
    pub async fn keep_among(&self, kept: Kept<'_>, now: DateTime<Utc>) -> Result<(), StoreError> {
        let mut call = KEEP.prepare_invoke();
        for key in kept.keys() {
            call.key(self.key(key));
        }
        kept.add_arguments(&mut call, now);
        Ok(call.invoke_async(&mut self.connection.repeatable()).await?)
    }

    /// The values of a list, the oldest first.
    pub async fn listed(&self, list: &str) -> Result<Vec<Vec<u8>>, StoreError> {
        Ok(LISTED.key(self.key(list)).invoke_async(&mut self.connection.repeatable()).await?)
    }

    /// Deletes the values of a list.
    pub async fn forget_listed(&self, list: &str) -> Result<(), StoreError> {
        Ok(FORGET_LISTED.key(self.key(list)).invoke_async(&mut self.connection.repeatable()).await?)
    }

    /// Takes a value once, leaves another in its place, and strikes the first off the `lists` that it was kept in. `true` to one of two takers.
    pub async fn spend(
        &self,
        key: &str,
        lists: &[String],
        rest: Kept<'_>,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let mut call = SPEND.prepare_invoke();
        for key in [key].into_iter().chain(rest.keys()).chain(lists.iter().map(String::as_str)) {
            call.key(self.key(key));
        }
        call.arg(rest.keys().count());
        rest.add_arguments(&mut call, now);
        let taken: u8 = call.invoke_async(&mut self.connection.clone()).await?;
        Ok(taken == 1)
    }
}

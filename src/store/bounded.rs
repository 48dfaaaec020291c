//! Values whose number is limited for all visitors together: pending sign-ins, and what is kept of those that came back.
//!
//! A value's key is in a set with its expiry time, so what a server that dies leaves behind stops counting.

mod scripts;

use chrono::{DateTime, Utc};
use redis::ScriptInvocation;
use std::time::Duration;

use super::{Exhausted, Store, StoreError, milliseconds};
use scripts::{JOIN, KEEP_WHILE, SPEND};

/// A set, how many members it may have (0: any number), and how long one counts.
pub type Place<'a> = (&'a str, u32, Duration);

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

/// Where a value that is taken was counted.
#[derive(Clone, Copy, Debug)]
pub struct Counted<'a> {
    /// Its name in the sets.
    pub member: &'a str,
    pub sets: &'a [String],
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
    /// Removes a member from each of these sets.
    pub async fn leave(&self, member: &str, sets: &[&str]) -> Result<(), StoreError> {
        let mut pipe = redis::pipe();
        for set in sets {
            pipe.zrem(self.key(set), member).ignore();
        }
        Ok(pipe.query_async(&mut self.connection.repeatable()).await?)
    }

    /// Adds a member to each of these sets, or to none: the error names the place of the set that is full. The member expires by itself.
    pub async fn join(
        &self,
        member: &str,
        places: &[Place<'_>],
        now: DateTime<Utc>,
    ) -> Result<Result<(), (usize, Exhausted)>, StoreError> {
        let mut call = JOIN.prepare_invoke();
        let now = now.timestamp_millis();
        call.arg(member).arg(now);
        for (key, limit, life) in places {
            call.key(self.key(key)).arg(*limit).arg(now.saturating_add_unsigned(milliseconds(*life)));
        }
        let (full, free_at): (usize, String) = call.invoke_async(&mut self.connection.clone()).await?;
        let Some(place) = full.checked_sub(1) else { return Ok(Ok(())) };
        // Lua writes large numbers with a fraction or an exponent; this one is a time in milliseconds.
        #[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, clippy::cast_sign_loss)]
        let left = free_at.parse::<f64>().map(|at| (at - now as f64).max(0.0) as u64);
        let retry_after = left.map_or(places[place].2, Duration::from_millis);
        Ok(Err((place, Exhausted { retry_after })))
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

    /// Takes a value once, leaves another in its place, and removes its name from these sets. `true` to one of two takers.
    pub async fn spend(
        &self,
        key: &str,
        rest: Kept<'_>,
        counted: Counted<'_>,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let Counted { member, sets } = counted;
        let mut call = SPEND.prepare_invoke();
        for key in [key].into_iter().chain(rest.keys()).chain(sets.iter().map(String::as_str)) {
            call.key(self.key(key));
        }
        call.arg(rest.keys().count()).arg(member);
        rest.add_arguments(&mut call, now);
        let taken: u8 = call.invoke_async(&mut self.connection.clone()).await?;
        Ok(taken == 1)
    }
}

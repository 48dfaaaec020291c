//! Values of which all visitors together have so many at most: sign-ins under way, and what is kept of those that came back.
//!
//! A value's key stands in a set with the time at which it expires, so a server that dies leaves nothing behind that counts for longer.

use chrono::{DateTime, Utc};
use redis::{Script, ScriptInvocation};
use std::{sync::LazyLock, time::Duration};

use super::{Exhausted, Store, StoreError, milliseconds};

/// Adds a member to sets whose members expire, unless one of them is full. Answers the full one's place and the time at which its first member
/// expires, or 0. Arguments: member, now; then limit and expiry of each set.
static JOIN: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local member, now = ARGV[1], ARGV[2]
         for at, key in ipairs(KEYS) do
           local limit = tonumber(ARGV[2 * at + 1])
           redis.call('ZREMRANGEBYSCORE', key, '-inf', now)
           if limit > 0 and redis.call('ZCARD', key) >= limit then
             return {at, redis.call('ZRANGE', key, 0, 0, 'WITHSCORES')[2]}
           end
         end
         for at, key in ipairs(KEYS) do
           if tonumber(ARGV[2 * at + 1]) > 0 then
             redis.call('ZADD', key, ARGV[2 * at + 2], member)
             redis.call('PEXPIREAT', key, ARGV[2 * at + 2])
           end
         end
         return {0, '0'}",
    )
});

/// Keeps a value (the first key) and lists it (the keys behind it); beyond a list's limit its oldest values go. A function of the scripts below.
/// Its arguments: value, now, life; then the limit of each list.
const KEEP_AMONG: &str = "
    local function keep(keys, arguments)
      local key, lists, now, life = keys[1], {unpack(keys, 2)}, tonumber(arguments[2]), tonumber(arguments[3])
      redis.call('SET', key, arguments[1], 'PX', life)
      for at, list in ipairs(lists) do
        redis.call('ZREMRANGEBYSCORE', list, '-inf', now)
        redis.call('ZADD', list, now + life, key)
        redis.call('PEXPIRE', list, life)
        local limit = tonumber(arguments[at + 3])
        local beyond = limit > 0 and redis.call('ZCARD', list) - limit or 0
        if beyond > 0 then
          for _, oldest in ipairs(redis.call('ZRANGE', list, 0, beyond - 1)) do
            redis.call('DEL', oldest)
            for _, other in ipairs(lists) do redis.call('ZREM', other, oldest) end
          end
        end
      end
    end
";

/// Keeps a value if one of the first keys stands. Arguments: how many keys those are; then those of [`KEEP_AMONG`].
static KEEP_WHILE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(&format!(
        "{KEEP_AMONG}
         local conditions, wanted = tonumber(ARGV[1]), false
         for at = 1, conditions do wanted = wanted or redis.call('EXISTS', KEYS[at]) == 1 end
         if not wanted then return 0 end
         keep({{unpack(KEYS, conditions + 1)}}, {{unpack(ARGV, 2)}})
         return 1"
    ))
});

/// Takes a value (the first key) once, leaves another in its place, and strikes it off sets. Arguments: how many keys behind the first one belong
/// to the other value, the member to be struck off the sets that the keys behind those are; then those of [`KEEP_AMONG`].
static SPEND: LazyLock<Script> = LazyLock::new(|| {
    Script::new(&format!(
        "{KEEP_AMONG}
         if redis.call('DEL', KEYS[1]) == 0 then return 0 end
         local kept = 1 + tonumber(ARGV[1])
         keep({{unpack(KEYS, 2, kept)}}, {{unpack(ARGV, 3)}})
         for at = kept + 1, #KEYS do redis.call('ZREM', KEYS[at], ARGV[2]) end
         return 1"
    ))
});

/// A set, how many members it may have (0: any number), and how long one counts.
pub type Place<'a> = (&'a str, u32, Duration);

/// Where a value is kept, listed with others, of which the oldest go beyond a limit.
#[derive(Clone, Copy, Debug)]
pub struct Kept<'a> {
    /// Without the installation's prefix.
    pub key: &'a str,
    /// What is kept.
    pub value: &'a [u8],
    /// The sorted sets that count such values, and how many members each may have (0: any number).
    pub lists: &'a [(&'a str, u32)],
    /// How long it is kept.
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
    /// Removes a member from each of these sets.
    pub async fn leave(&self, member: &str, sets: &[&str]) -> Result<(), StoreError> {
        let mut pipe = redis::pipe();
        for set in sets {
            pipe.zrem(self.key(set), member).ignore();
        }
        Ok(pipe.query_async(&mut self.connection.repeatable()).await?)
    }

    /// Adds a member to each of these sets, or to none: the error names the place of the set that is full. It leaves by itself.
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

    /// Keeps a value if one of `while_there` stands. Whether it did.
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

    /// Takes a value once and leaves another in its place, and its name off these sets. Whether it was there: of two takers one takes it.
    pub async fn spend(
        &self,
        key: &str,
        rest: Kept<'_>,
        (member, sets): (&str, &[String]),
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
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

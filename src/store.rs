//! Redis: values that expire, values that are handed out once, counters. Holds nothing in clear that is personal: callers seal first.
//!
//! Single use is enforced here, by `GETDEL` and scripts, so that it holds across tabs, retries and servers.

use chrono::{DateTime, Utc};
use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{AsyncCommands, Client, ExistenceCheck, Expiry, Script, SetExpiry, SetOptions};
use secrecy::ExposeSecret;
use std::{sync::LazyLock, time::Duration};

use crate::config::RedisConfig;

/// A request waits this long for Redis before it gets an honest page.
const PATIENCE: Duration = Duration::from_secs(2);

/// Redis did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// It does not answer, or refuses.
    #[error("redis: {0}")]
    Redis(#[from] redis::RedisError),
    /// A value cannot be sealed or opened.
    #[error("a value kept in redis is unusable: {0}")]
    Vault(#[from] crate::vault::VaultError),
}

/// A limit was reached; trying again makes sense after this time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exhausted {
    /// How long to wait.
    pub retry_after: Duration,
}

/// The connection, shared by all, with this installation's key prefix.
#[derive(Clone)]
pub struct Store {
    connection: ConnectionManager,
    prefix: String,
}

/// Counts one more in a fixed window; answers count and milliseconds until the window ends.
static COUNT: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local n = redis.call('INCR', KEYS[1])
         if n == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
         return {n, redis.call('PTTL', KEYS[1])}",
    )
});

/// Counts a try at each key, unless one of them has had its share; the lock lasts from the last try that was let through. Answers 1 and the
/// tries left, or 0 and the milliseconds until the longest lock ends.
static TRY: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local limit, window, wait = tonumber(ARGV[1]), tonumber(ARGV[2]), 0
         for _, key in ipairs(KEYS) do
           if tonumber(redis.call('GET', key) or '0') >= limit then
             wait = math.max(wait, redis.call('PTTL', key))
           end
         end
         if wait > 0 then return {0, wait} end
         local most = 0
         for _, key in ipairs(KEYS) do
           most = math.max(most, redis.call('INCR', key))
           redis.call('PEXPIRE', key, window)
         end
         return {1, limit - most}",
    )
});

/// Takes one try back at each key; a lock that it made ends.
static TAKE_BACK: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "for _, key in ipairs(KEYS) do
           if redis.call('EXISTS', key) == 1 and redis.call('DECR', key) <= 0 then redis.call('DEL', key) end
         end",
    )
});

/// Adds a member to a set whose members expire, unless it is full; answers 0, or the time at which the first member expires.
static JOIN: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ARGV[2])
         if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[4]) then
           return redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')[2]
         end
         redis.call('ZADD', KEYS[1], ARGV[3], ARGV[1])
         redis.call('PEXPIREAT', KEYS[1], ARGV[3])
         return '0'",
    )
});

/// Keeps a value and lists it, unless one of the marks was set since a moment. Keys: the value's, then lists, then marks.
static PUT_LISTED: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local value, life, lists, since, now, until_ = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4]), ARGV[5], ARGV[6]
         for at = lists + 2, #KEYS do
           local mark = tonumber(redis.call('GET', KEYS[at]) or '-1')
           if mark >= since then return 0 end
         end
         redis.call('SET', KEYS[1], value, 'PX', life)
         for at = 2, lists + 1 do
           redis.call('ZREMRANGEBYSCORE', KEYS[at], '-inf', now)
           redis.call('ZADD', KEYS[at], until_, KEYS[1])
           if redis.call('PTTL', KEYS[at]) < until_ - now then redis.call('PEXPIREAT', KEYS[at], until_) end
         end
         return 1",
    )
});

/// Forgets every value of the lists, and sets the marks, unless the claim stands already. Keys: lists, then marks, then the claim, if there is
/// one. Answers how many values there were, or -1. All in one step: a claim that stands has been acted upon.
static END_LISTED: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local lists, marks, gone = tonumber(ARGV[1]), tonumber(ARGV[2]), 0
         local claim = KEYS[lists + marks + 1]
         if claim and not redis.call('SET', claim, '', 'NX', 'PX', ARGV[5]) then return -1 end
         for at = 1, lists do
           for _, key in ipairs(redis.call('ZRANGE', KEYS[at], 0, -1)) do
             gone = gone + redis.call('DEL', key)
           end
           redis.call('DEL', KEYS[at])
         end
         for at = lists + 1, lists + marks do
           redis.call('SET', KEYS[at], ARGV[3], 'PX', ARGV[4])
         end
         return gone",
    )
});

/// By what a value can be found again, and what forbids it.
#[derive(Debug)]
pub struct Listing<'a> {
    /// Lists that the value enters.
    pub lists: &'a [String],
    /// Marks ([`Ending::marks`]) of which none may have been set since `since`.
    pub marks: &'a [String],
    /// When what leads to this value began.
    pub since: DateTime<Utc>,
    /// The time.
    pub now: DateTime<Utc>,
    /// Until when the value can live at most.
    pub until: DateTime<Utc>,
}

/// Which values are forgotten.
#[derive(Debug)]
pub struct Ending<'a> {
    /// All values of these lists.
    pub lists: &'a [String],
    /// Marks that are set, against values that are on their way.
    pub marks: &'a [String],
    /// The time.
    pub now: DateTime<Utc>,
    /// How long a mark lasts.
    pub mark_life: Duration,
    /// A key that is claimed for a while: where it stands already, nothing happens.
    pub claim: Option<(&'a str, Duration)>,
}

impl Store {
    /// A connection that is made when first used and made again when lost.
    pub fn new(config: &RedisConfig) -> Result<Self, StoreError> {
        let settings = ConnectionManagerConfig::new()
            .set_response_timeout(Some(PATIENCE))
            .set_connection_timeout(Some(PATIENCE))
            .set_number_of_retries(1)
            .set_max_delay(Duration::from_millis(200));
        let client = Client::open(config.url.expose_secret())?;
        let connection = ConnectionManager::new_lazy_with_config(client, settings)?;
        Ok(Self { connection, prefix: config.prefix.clone() })
    }

    /// Keeps a value for a while.
    pub async fn put(&self, key: &str, value: &[u8], life: Duration) -> Result<(), StoreError> {
        Ok(self.connection.clone().pset_ex(self.key(key), value, milliseconds(life)).await?)
    }

    /// Reads a value.
    pub async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.connection.clone().get(self.key(key)).await?)
    }

    /// Reads a value and lets it live this much longer.
    pub async fn get_and_keep(&self, key: &str, life: Duration) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.connection.clone().get_ex(self.key(key), Expiry::PX(milliseconds(life))).await?)
    }

    /// Hands a value out once: of two takers one gets it.
    pub async fn take(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.connection.clone().get_del(self.key(key)).await?)
    }

    /// Forgets a value. Whether there was one.
    pub async fn delete(&self, key: &str) -> Result<bool, StoreError> {
        let gone: u64 = self.connection.clone().del(self.key(key)).await?;
        Ok(gone > 0)
    }

    /// Whether this is the first time within `life` that the key is claimed.
    pub async fn claim(&self, key: &str, life: Duration) -> Result<bool, StoreError> {
        let options = SetOptions::default()
            .conditional_set(ExistenceCheck::NX)
            .with_expiration(SetExpiry::PX(milliseconds(life).max(1)));
        let set: Option<String> = self.connection.clone().set_options(self.key(key), "", options).await?;
        Ok(set.is_some())
    }

    /// Keeps a value that can be found by lists. `false`: one of the marks forbids it, and nothing was kept.
    pub async fn put_listed(
        &self,
        key: &str,
        value: &[u8],
        life: Duration,
        listing: &Listing<'_>,
    ) -> Result<bool, StoreError> {
        let mut call = PUT_LISTED.prepare_invoke();
        call.key(self.key(key));
        for key in listing.lists.iter().chain(listing.marks) {
            call.key(self.key(key));
        }
        call.arg(value).arg(milliseconds(life)).arg(listing.lists.len());
        for time in [listing.since, listing.now, listing.until] {
            call.arg(time.timestamp_millis());
        }
        let kept: u8 = call.invoke_async(&mut self.connection.clone()).await?;
        Ok(kept == 1)
    }

    /// Forgets values, all at once. Answers how many there were, or `None` where this was claimed before.
    pub async fn end_listed(&self, ending: &Ending<'_>) -> Result<Option<u64>, StoreError> {
        let Ending { lists, marks, now, mark_life, claim } = ending;
        let mut call = END_LISTED.prepare_invoke();
        for key in lists.iter().chain(*marks).map(String::as_str).chain(claim.map(|(key, _)| key)) {
            call.key(self.key(key));
        }
        call.arg(lists.len()).arg(marks.len()).arg(now.timestamp_millis()).arg(milliseconds(*mark_life));
        call.arg(milliseconds(claim.map_or(Duration::ZERO, |(_, life)| life)).max(1));
        let gone: i64 = call.invoke_async(&mut self.connection.clone()).await?;
        Ok(u64::try_from(gone).ok())
    }

    /// Forgets a value and strikes it off its lists.
    pub async fn delete_listed(&self, key: &str, lists: &[String]) -> Result<(), StoreError> {
        let mut pipe = redis::pipe();
        pipe.del(self.key(key)).ignore();
        for list in lists {
            pipe.zrem(self.key(list), self.key(key)).ignore();
        }
        Ok(pipe.query_async(&mut self.connection.clone()).await?)
    }

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

    /// Counts a try at several things at once, before it is made: refused where one of them has had `limit` tries, each no longer than `window`
    /// after the one before. Answers how many are left. A limit of 0 is none.
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

    /// Takes a try back that turned out right.
    pub async fn take_back(&self, keys: &[String]) -> Result<(), StoreError> {
        let mut call = TAKE_BACK.prepare_invoke();
        for key in keys {
            call.key(self.key(key));
        }
        Ok(call.invoke_async(&mut self.connection.clone()).await?)
    }

    /// Adds a member that leaves by itself after `life`, unless `limit` members are there. A limit of 0 is none.
    pub async fn join(
        &self,
        key: &str,
        member: &str,
        limit: u32,
        (now, life): (DateTime<Utc>, Duration),
    ) -> Result<Result<(), Exhausted>, StoreError> {
        if limit == 0 {
            return Ok(Ok(()));
        }
        let now = now.timestamp_millis();
        let until = now.saturating_add_unsigned(milliseconds(life));
        let mut connection = self.connection.clone();
        let free_at: String =
            JOIN.key(self.key(key)).arg(member).arg(now).arg(until).arg(limit).invoke_async(&mut connection).await?;
        Ok(match free_at.parse::<f64>() {
            Ok(0.0) => Ok(()),
            #[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, clippy::cast_sign_loss)]
            Ok(at) => Err(Exhausted { retry_after: Duration::from_millis((at - now as f64).max(0.0) as u64) }),
            Err(_) => Err(Exhausted { retry_after: life }),
        })
    }

    /// Removes a member.
    pub async fn leave(&self, key: &str, member: &str) -> Result<(), StoreError> {
        let _: u64 = self.connection.clone().zrem(self.key(key), member).await?;
        Ok(())
    }

    /// Whether Redis answers.
    pub async fn ping(&self) -> Result<(), StoreError> {
        let _: String = redis::cmd("PING").query_async(&mut self.connection.clone()).await?;
        Ok(())
    }

    fn key(&self, key: &str) -> String {
        format!("{}{key}", self.prefix)
    }
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").field("prefix", &self.prefix).finish_non_exhaustive()
    }
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

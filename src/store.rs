//! Redis: values that expire, values that are handed out once, counters. Holds nothing in clear that is personal: callers seal first.
//!
//! Single use is enforced here, by `GETDEL` and scripts, so that it holds across tabs, retries and servers.

mod bounded;
mod connection;
mod refusal;
mod scripts;
mod socket;

use chrono::{DateTime, Utc};
use redis::{AsyncCommands, Client, ExistenceCheck, Expiry, InfoDict, SetExpiry, SetOptions};
use secrecy::ExposeSecret;
use std::collections::BTreeSet;
use std::time::Duration;

use crate::config::RedisConfig;
use connection::Connection;
use scripts::{COUNT, END_LISTED, PROBE, PUT_LISTED, TAKE_BACK, TRY};

pub use bounded::{Kept, Place};

/// How long what [`Store::probe`] writes may stay.
const PROBE_LIFE: Duration = Duration::from_secs(10);

/// Redis did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// It does not answer, or refuses.
    #[error("redis: {0}")]
    Redis(#[from] redis::RedisError),
    /// A value cannot be sealed or opened.
    #[error("a value kept in redis is unusable: {0}")]
    Vault(#[from] crate::vault::VaultError),
    /// It says that a value is kept, and does not give it back.
    #[error("redis does not give back what was written")]
    Forgetful,
}

impl StoreError {
    /// The code of the answer by which Redis refused; `None` where it did not answer.
    pub fn refusal(&self) -> Option<&str> {
        match self {
            Self::Redis(error) => refusal::code_of(error),
            Self::Vault(_) | Self::Forgetful => None,
        }
    }
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
    connection: Connection,
    prefix: String,
}

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
    /// Of the first list those alone that stand in this one too; where it holds values and all of them are elsewhere, nothing happens.
    pub within: Option<&'a str>,
    /// Marks that are set, against values that are on their way.
    pub marks: &'a [String],
    /// The time.
    pub now: DateTime<Utc>,
    /// How long a mark lasts.
    pub mark_life: Duration,
    /// A key that is claimed for a while: where it stands already, nothing happens.
    pub claim: Option<(&'a str, Duration)>,
}

/// What came of an [`Ending`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// So many values are forgotten.
    Values(u64),
    /// Nothing: it was claimed before.
    Before,
    /// Nothing: the first list's values are all elsewhere.
    Elsewhere,
}

impl Store {
    /// A connection that is made when first used and made again when lost.
    pub fn new(config: &RedisConfig) -> Result<Self, StoreError> {
        let connection = Connection::new(Client::open(config.url.expose_secret())?);
        Ok(Self { connection, prefix: config.prefix.clone() })
    }

    /// Keeps a value for a while.
    pub async fn put(&self, key: &str, value: &[u8], life: Duration) -> Result<(), StoreError> {
        Ok(self.connection.repeatable().pset_ex(self.key(key), value, milliseconds(life)).await?)
    }

    /// Reads a value.
    pub async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.connection.repeatable().get(self.key(key)).await?)
    }

    /// Reads a value and lets it live this much longer.
    pub async fn get_and_keep(&self, key: &str, life: Duration) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.connection.repeatable().get_ex(self.key(key), Expiry::PX(milliseconds(life))).await?)
    }

    /// The keys that begin so, without the prefix. While they are gone through, others may come and go.
    pub async fn keys(&self, start: &str) -> Result<Vec<String>, StoreError> {
        let mut connection = self.connection.clone();
        let pattern = format!("{}*", literally(&self.key(start)));
        let (mut cursor, mut found) = (0_u64, BTreeSet::new());
        loop {
            let mut scan = redis::cmd("SCAN");
            scan.arg(cursor).arg("MATCH").arg(&pattern).arg("COUNT").arg(1000);
            let (next, keys): (u64, Vec<String>) = scan.query_async(&mut connection).await?;
            found.extend(keys.into_iter().filter_map(|key| key.strip_prefix(&self.prefix).map(str::to_owned)));
            if next == 0 {
                return Ok(found.into_iter().collect());
            }
            cursor = next;
        }
    }

    /// Reads a value and how long it has to live, and leaves both as they are.
    pub async fn look(&self, key: &str) -> Result<Option<(Vec<u8>, Duration)>, StoreError> {
        let mut pipe = redis::pipe();
        pipe.get(self.key(key)).pttl(self.key(key));
        let (value, left): (Option<Vec<u8>>, i64) = pipe.query_async(&mut self.connection.clone()).await?;
        Ok(value.zip(u64::try_from(left).ok().map(Duration::from_millis)))
    }

    /// Hands a value out once: of two takers one gets it.
    pub async fn take(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.connection.clone().get_del(self.key(key)).await?)
    }

    /// Forgets a value.
    pub async fn delete(&self, key: &str) -> Result<(), StoreError> {
        Ok(self.connection.repeatable().del(self.key(key)).await?)
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
        let kept: u8 = call.invoke_async(&mut self.connection.repeatable()).await?;
        Ok(kept == 1)
    }

    /// Forgets values, all at once.
    pub async fn end_listed(&self, ending: &Ending<'_>) -> Result<Ended, StoreError> {
        let Ending { lists, within, marks, now, mark_life, claim } = ending;
        let mut call = END_LISTED.prepare_invoke();
        let named = claim.map(|(key, _)| key).into_iter().chain(*within);
        for key in lists.iter().chain(*marks).map(String::as_str).chain(named) {
            call.key(self.key(key));
        }
        call.arg(lists.len()).arg(marks.len()).arg(now.timestamp_millis()).arg(milliseconds(*mark_life));
        call.arg(milliseconds(claim.map_or(Duration::ZERO, |(_, life)| life)).max(1));
        call.arg(u8::from(claim.is_some())).arg(u8::from(within.is_some()));
        let gone: i64 = call.invoke_async(&mut self.connection.clone()).await?;
        Ok(match u64::try_from(gone) {
            Ok(values) => Ended::Values(values),
            Err(_) if gone == -2 => Ended::Elsewhere,
            Err(_) => Ended::Before,
        })
    }

    /// Forgets a value and strikes it off its lists.
    pub async fn delete_listed(&self, key: &str, lists: &[String]) -> Result<(), StoreError> {
        let mut pipe = redis::pipe();
        pipe.del(self.key(key)).ignore();
        for list in lists {
            pipe.zrem(self.key(list), self.key(key)).ignore();
        }
        Ok(pipe.query_async(&mut self.connection.repeatable()).await?)
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

    /// Tries what pages need: that a value can be kept, read and taken.
    pub async fn probe(&self) -> Result<(), StoreError> {
        let name = uuid::Uuid::new_v4().simple().to_string();
        let key = self.key(&format!("probe:{name}"));
        let mut connection = self.connection.repeatable();
        let mut call = PROBE.prepare_invoke();
        let kept: Option<String> =
            call.key(&key).arg(&name).arg(milliseconds(PROBE_LIFE)).invoke_async(&mut connection).await?;
        let _: Option<String> = connection.get_del(&key).await?;
        if kept.as_ref() == Some(&name) { Ok(()) } else { Err(StoreError::Forgetful) }
    }

    /// What the server tells of itself.
    pub async fn info(&self) -> Result<InfoDict, StoreError> {
        Ok(redis::cmd("INFO").query_async(&mut self.connection.repeatable()).await?)
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

/// For a pattern: every character stands for itself.
fn literally(key: &str) -> String {
    let escaped = key.chars().flat_map(|character| match character {
        '*' | '?' | '[' | ']' | '^' | '\\' => vec!['\\', character],
        other => vec![other],
    });
    escaped.collect()
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

//! Redis: values that expire, values that are handed out once, counters. Holds nothing in clear that is personal: callers seal first.
//!
//! Single use is enforced here, by `GETDEL` and scripts, so that it holds across tabs, retries and servers.

mod bounded;
mod connection;
mod counters;
mod error;
mod inspect;
mod listed;
mod refusal;
mod scripts;
mod socket;
mod told;

use redis::{AsyncCommands, Client, ExistenceCheck, Expiry, SetExpiry, SetOptions};
use secrecy::ExposeSecret;
use std::time::Duration;

use crate::config::RedisConfig;
use connection::Connection;

pub use bounded::Kept;
pub use counters::Exhausted;
pub use error::StoreError;
pub use listed::{Ended, Ending, Listing};

#[derive(Clone)]
pub struct Store {
    connection: Connection,
    prefix: String,
}

impl Store {
    /// Connects when first used, and again when the connection is lost.
    pub fn new(config: &RedisConfig) -> Result<Self, StoreError> {
        let connection = Connection::new(Client::open(config.url.expose_secret())?);
        Ok(Self { connection, prefix: config.prefix.clone() })
    }

    pub async fn put(&self, key: &str, value: &[u8], life: Duration) -> Result<(), StoreError> {
        Ok(self.connection.repeatable().pset_ex(self.key(key), value, milliseconds(life)).await?)
    }

    pub async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.connection.repeatable().get(self.key(key)).await?)
    }

    /// Reads a value and renews its time to live.
    pub async fn get_and_keep(&self, key: &str, life: Duration) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.connection.repeatable().get_ex(self.key(key), Expiry::PX(milliseconds(life))).await?)
    }

    /// Returns a value once: of two takers one gets it.
    pub async fn take(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.connection.clone().get_del(self.key(key)).await?)
    }

    pub async fn delete(&self, key: &str) -> Result<(), StoreError> {
        Ok(self.connection.repeatable().del(self.key(key)).await?)
    }

    pub async fn exists(&self, key: &str) -> Result<bool, StoreError> {
        Ok(self.connection.repeatable().exists(self.key(key)).await?)
    }

    /// `true` to the first caller within `life`.
    pub async fn claim(&self, key: &str, life: Duration) -> Result<bool, StoreError> {
        let options = SetOptions::default()
            .conditional_set(ExistenceCheck::NX)
            .with_expiration(SetExpiry::PX(milliseconds(life).max(1)));
        let set: Option<String> = self.connection.clone().set_options(self.key(key), "", options).await?;
        Ok(set.is_some())
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

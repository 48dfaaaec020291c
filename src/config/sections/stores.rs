//! `[database]` and `[redis]`.

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DatabaseConfig {
    /// `postgres://user:password@host:port/name`.
    pub url: SecretString,
    /// `url` with the role that owns the schema, for the `schema` command. Without it the role of `url` owns the schema.
    pub owner_url: Option<SecretString>,
    pub pool_size: u32,
}

impl Default for DatabaseConfig {
    fn default() -> Self {
        Self { url: SecretString::default(), owner_url: None, pool_size: 10 }
    }
}

impl DatabaseConfig {
    /// Who may change the schema.
    pub fn schema_url(&self) -> &SecretString {
        self.owner_url.as_ref().unwrap_or(&self.url)
    }

    pub(in crate::config) fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        for (key, url) in [("url", Some(&self.url)), ("owner_url", self.owner_url.as_ref())] {
            let url = url.map(ExposeSecret::expose_secret);
            if url.is_some_and(|url| !url.starts_with("postgres://") && !url.starts_with("postgresql://")) {
                problems.push(format!("database.{key}: must be postgres://user:password@host/name"));
            }
        }
        if !(1..=1000).contains(&self.pool_size) {
            problems.push("database.pool_size: must be between 1 and 1000".into());
        }
        problems
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RedisConfig {
    /// `redis://:password@host:port/db`.
    pub url: SecretString,
    /// Before every key, so that several installations may share one Redis.
    pub prefix: String,
}

impl Default for RedisConfig {
    fn default() -> Self {
        Self { url: SecretString::default(), prefix: "buzheng:".into() }
    }
}

impl RedisConfig {
    pub(in crate::config) fn problems(&self) -> Vec<String> {
        let url = self.url.expose_secret();
        if !["redis://", "rediss://", "unix://"].iter().any(|scheme| url.starts_with(scheme)) {
            vec!["redis.url: must be redis://host:port/db, rediss://host:port/db or unix:///path".into()]
        } else if url.starts_with("rediss://") && url.contains('#') {
            vec!["redis.url: must have no fragment; certificates are always checked".into()]
        } else {
            Vec::new()
        }
    }
}

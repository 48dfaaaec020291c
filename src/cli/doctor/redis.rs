//! Redis: reachable, new enough, and without eviction of sessions.

use ::redis::InfoDict;
use sso::Finding;

use super::finding::{ok, problem, warning};
use crate::config::{Config, RedisConfig};
use crate::store::{Store, StoreError};

/// The first with `GETDEL`, which makes a sign-in single use.
const OLDEST_VERSION: (u32, u32) = (6, 2);

pub(super) async fn examine(config: &Config) -> Vec<Finding> {
    match ask(&config.redis).await {
        Ok((store, info)) => judge(info.as_ref()).into_iter().chain([try_writing(&store).await]).collect(),
        Err(error) => vec![problem(
            "redis.connect",
            format!("Redis cannot be used: {error}"),
            "start Redis, or correct redis.url (host, port, password); for rediss:// see to it that this system trusts the authority of its certificate",
        )],
    }
}

/// `INFO` over a connection as pages have it; `None` where its user may not run it.
async fn ask(config: &RedisConfig) -> Result<(Store, Option<InfoDict>), StoreError> {
    let store = Store::new(config)?;
    match store.info().await {
        Err(error) if error.refusal() == Some("NOPERM") => Ok((store, None)),
        told => told.map(|info| (store, Some(info))),
    }
}

/// The health check of `/readyz`.
async fn try_writing(store: &Store) -> Finding {
    match store.probe().await {
        Ok(()) => ok("redis.writes", "values are kept, read and taken".into()),
        Err(error) => judge_refusal(&error),
    }
}

fn judge_refusal(error: &StoreError) -> Finding {
    let next_step = match error.refusal() {
        Some("READONLY" | "MASTERDOWN") => "let redis.url lead to the primary: this one is a replica",
        Some("OOM") => "raise maxmemory, and keep maxmemory-policy noeviction",
        Some("MISCONF") => "see the log of Redis: it cannot write its file; free disk space or correct dir",
        Some("NOREPLICAS") => "bring the replicas back, or lower min-replicas-to-write",
        Some("CLUSTERDOWN") => "use a Redis that is no cluster",
        Some("LOADING" | "BUSY") => "wait until Redis has loaded its data or ended its script",
        Some("NOPERM") => "allow the user of redis.url scripts, and reading and writing of keys under redis.prefix",
        _ => "see the log of Redis",
    };
    problem("redis.writes", format!("Redis answers and refuses what pages need: {error}"), next_step)
}

/// A Redis user with no more rights than pages need is no finding.
fn judge(info: Option<&InfoDict>) -> Vec<Finding> {
    let answers = ok("redis.connect", "Redis answers".into());
    let Some(info) = info else {
        let untold =
            |code, what: &str| ok(code, format!("{what}: not told, for the user of redis.url may not run INFO"));
        return vec![
            answers,
            untold("redis.version", "whether it is 6.2 or newer"),
            untold("redis.eviction", "whether maxmemory-policy is noeviction"),
        ];
    };
    let version: String = info.get("redis_version").unwrap_or_default();
    let policy: String = info.get("maxmemory_policy").unwrap_or_default();
    vec![answers, judge_version(&version), judge_eviction(&policy)]
}

fn judge_version(text: &str) -> Finding {
    let mut numbers = text.split('.').map(str::parse::<u32>);
    match (numbers.next(), numbers.next()) {
        (Some(Ok(major)), Some(Ok(minor))) if (major, minor) >= OLDEST_VERSION => {
            ok("redis.version", format!("Redis {text}"))
        }
        (Some(Ok(_)), Some(Ok(_))) => {
            problem("redis.version", format!("Redis {text} is too old"), "upgrade it to version 6.2 or newer")
        }
        _ => warning("redis.version", "Redis does not tell its version".into(), "see that it is 6.2 or newer (GETDEL)"),
    }
}

fn judge_eviction(policy: &str) -> Finding {
    match policy {
        "noeviction" => ok("redis.eviction", "nothing is thrown away for want of memory".into()),
        "" => warning(
            "redis.eviction",
            "Redis does not tell its eviction policy".into(),
            "set maxmemory-policy noeviction",
        ),
        other => warning(
            "redis.eviction",
            format!("maxmemory-policy {other} may throw away sessions and limits"),
            "set maxmemory-policy noeviction",
        ),
    }
}

#[cfg(test)]
mod tests;

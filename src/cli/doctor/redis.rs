//! Redis: reachable, new enough, and never throwing a session away for want of memory.

use ::redis::aio::MultiplexedConnection;
use ::redis::{AsyncConnectionConfig, Client, InfoDict, RedisResult};
use secrecy::ExposeSecret;
use sso::Finding;
use std::time::Duration;

use super::{ok, problem, warning};
use crate::config::Config;

/// Brought `GETDEL`, by which a sign-in is good once only.
const OLDEST_VERSION: (u32, u32) = (6, 2);

const PATIENCE: Duration = Duration::from_secs(5);

pub(super) async fn examine(config: &Config) -> Vec<Finding> {
    match ask(config.redis.url.expose_secret()).await {
        Ok(info) => judge(&info),
        Err(error) => vec![problem(
            "redis.connect",
            format!("Redis cannot be used: {error}"),
            "start Redis, or correct redis.url (host, port, password)",
        )],
    }
}

async fn ask(url: &str) -> RedisResult<InfoDict> {
    let settings =
        AsyncConnectionConfig::new().set_connection_timeout(Some(PATIENCE)).set_response_timeout(Some(PATIENCE));
    let mut connection: MultiplexedConnection =
        Client::open(url)?.get_multiplexed_async_connection_with_config(&settings).await?;
    ::redis::cmd("INFO").query_async(&mut connection).await
}

fn judge(info: &InfoDict) -> Vec<Finding> {
    let version: String = info.get("redis_version").unwrap_or_default();
    let policy: String = info.get("maxmemory_policy").unwrap_or_default();
    vec![ok("redis.connect", "Redis answers".into()), judge_version(&version), judge_eviction(&policy)]
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
mod tests {
    use super::*;
    use sso::Severity;

    #[test]
    fn a_redis_without_getdel_is_a_problem() {
        let severity = |text| judge_version(text).severity;
        assert_eq!(severity("6.0.16"), Severity::Problem);
        assert_eq!(severity("5.0"), Severity::Problem);
        assert_eq!(severity("6.2.0"), Severity::Ok);
        assert_eq!(severity("10.0.1"), Severity::Ok);
        assert_eq!(severity(""), Severity::Warning);
    }

    #[test]
    fn every_policy_but_noeviction_is_a_warning() {
        assert_eq!(judge_eviction("noeviction").severity, Severity::Ok);
        assert_eq!(judge_eviction("allkeys-lru").severity, Severity::Warning);
        assert_eq!(judge_eviction("").severity, Severity::Warning);
    }
}

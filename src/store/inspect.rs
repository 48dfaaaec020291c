//! Keys, health check and `INFO` of Redis, for operators and readiness.

use redis::{AsyncCommands, InfoDict};
use std::collections::BTreeSet;
use std::time::Duration;

use super::scripts::PROBE;
use super::{Store, StoreError, milliseconds};

/// How long what [`Store::probe`] writes may stay.
const PROBE_LIFE: Duration = Duration::from_secs(10);

impl Store {
    /// The keys that begin so, without the prefix, by `SCAN`: others may come and go meanwhile.
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

    /// Reads a value and its time to live, and leaves both as they are.
    pub async fn look(&self, key: &str) -> Result<Option<(Vec<u8>, Duration)>, StoreError> {
        let mut pipe = redis::pipe();
        pipe.get(self.key(key)).pttl(self.key(key));
        let (value, left): (Option<Vec<u8>>, i64) = pipe.query_async(&mut self.connection.clone()).await?;
        Ok(value.zip(u64::try_from(left).ok().map(Duration::from_millis)))
    }

    /// Health check: keeps, reads and takes a value, as pages do.
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

    pub async fn info(&self) -> Result<InfoDict, StoreError> {
        Ok(redis::cmd("INFO").query_async(&mut self.connection.repeatable()).await?)
    }
}

/// Escapes a glob pattern's characters.
fn literally(key: &str) -> String {
    let escaped = key.chars().flat_map(|character| match character {
        '*' | '?' | '[' | ']' | '^' | '\\' => vec!['\\', character],
        other => vec![other],
    });
    escaped.collect()
}

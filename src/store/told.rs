//! Lists that are handed out once: messages that a session's next page shows.

use redis::Script;
use std::sync::LazyLock;
use std::time::Duration;

use super::{Store, StoreError, milliseconds};

/// Appends a value; beyond the limit the oldest go. Arguments: value, limit, life.
static APPEND: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "redis.call('RPUSH', KEYS[1], ARGV[1])
         redis.call('LTRIM', KEYS[1], -tonumber(ARGV[2]), -1)
         redis.call('PEXPIRE', KEYS[1], ARGV[3])",
    )
});

/// Returns every value, and deletes the list.
static TAKE_LIST: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local values = redis.call('LRANGE', KEYS[1], 0, -1)
         if #values > 0 then redis.call('DEL', KEYS[1]) end
         return values",
    )
});

impl Store {
    /// Appends a value to a list that keeps the newest `most` and expires as a whole.
    pub async fn append(&self, list: &str, value: &[u8], most: u32, life: Duration) -> Result<(), StoreError> {
        let mut call = APPEND.prepare_invoke();
        call.key(self.key(list)).arg(value).arg(most).arg(milliseconds(life));
        Ok(call.invoke_async(&mut self.connection.clone()).await?)
    }

    /// Returns the values of a list once, the oldest first: of two takers one gets them.
    pub async fn take_list(&self, list: &str) -> Result<Vec<Vec<u8>>, StoreError> {
        Ok(TAKE_LIST.key(self.key(list)).invoke_async(&mut self.connection.clone()).await?)
    }
}

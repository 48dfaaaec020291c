//! A key prefix for each test in the one Redis.

use redis::Commands;

use super::database::environment;

/// Keys under a prefix of their own, gone when this is dropped.
pub struct TestRedis {
    url: String,
    prefix: String,
}

impl TestRedis {
    /// A fresh prefix.
    pub fn new() -> Self {
        let url = environment("BUZHENG_TEST_REDIS_URL");
        Self { url, prefix: format!("test:{}:", uuid::Uuid::new_v4().simple()) }
    }

    /// For `redis.url`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// For `redis.prefix`.
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// How long, in milliseconds, the keys of a kind live still.
    pub fn times_to_live(&self, kind: &str) -> Vec<i64> {
        let mut connection = self.connect();
        let keys: Vec<String> = connection.keys(format!("{}{kind}*", self.prefix)).unwrap();
        keys.iter().map(|key| connection.pttl(key).unwrap()).collect()
    }

    /// A connection of the test's own.
    pub fn connect(&self) -> redis::Connection {
        self.try_connect().unwrap_or_else(|error| {
            panic!("Redis of BUZHENG_TEST_REDIS_URL does not answer: {error}; `make test` starts one")
        })
    }

    fn try_connect(&self) -> redis::RedisResult<redis::Connection> {
        redis::Client::open(self.url.as_str())?.get_connection()
    }

    /// This test's keys that begin with `start`, in full.
    pub fn keys(&self, start: &str) -> Vec<String> {
        keys(&mut self.connect(), &format!("{}{start}*", self.prefix))
    }

    /// The bytes of a key (in full).
    pub fn get(&self, key: &str) -> Option<Vec<u8>> {
        self.connect().get(key).unwrap()
    }

    /// Whatever a key (in full) of any kind holds.
    pub fn dump(&self, key: &str) -> Vec<u8> {
        let kind: String = redis::cmd("TYPE").arg(key).query(&mut self.connect()).unwrap();
        let members: Vec<Vec<u8>> = match kind.as_str() {
            "zset" => self.connect().zrange(key, 0, -1).unwrap(),
            "list" => self.connect().lrange(key, 0, -1).unwrap(),
            _ => return self.get(key).unwrap_or_default(),
        };
        members.concat()
    }

    /// Milliseconds that a key (in full) has left to live.
    pub fn life(&self, key: &str) -> i64 {
        self.connect().pttl(key).unwrap()
    }

    /// Writes other bytes to a key (in full) and leaves its life as it is.
    pub fn overwrite(&self, key: &str, value: &[u8]) {
        let _: () = redis::cmd("SET").arg(key).arg(value).arg("KEEPTTL").query(&mut self.connect()).unwrap();
    }

    /// What time does: the key (in full) has lived long enough.
    pub fn expire(&self, key: &str) {
        let _: i64 = self.connect().pexpire(key, 0).unwrap();
    }
}

impl Drop for TestRedis {
    fn drop(&mut self) {
        let Ok(mut connection) = self.try_connect() else { return };
        let keys = keys(&mut connection, &format!("{}*", self.prefix));
        if !keys.is_empty()
            && let Err(error) = connection.del::<_, u64>(&keys)
        {
            eprintln!("redis keys {}* stay behind: {error}", self.prefix);
        }
    }
}

fn keys(connection: &mut redis::Connection, pattern: &str) -> Vec<String> {
    connection.scan_match::<_, String>(pattern).unwrap().map(Result::unwrap).collect()
}

//! One connection to Redis, and what became of a request on it.

use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, Cmd, ErrorKind, Pipeline, RedisResult, Value};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout};

use super::super::refusal;
use super::super::socket::{Socket, Traffic};

/// The deadline of a request for an answer of Redis, or for a connection to it.
const PATIENCE: Duration = Duration::from_secs(2);

/// A connection on which Redis refuses is replaced this often at most, so that a full Redis is not busy with connections as well.
const REPLACE_PAUSE: Duration = Duration::from_millis(500);

pub(super) struct Link {
    connection: MultiplexedConnection,
    traffic: Arc<Traffic>,
    pub(super) driver: JoinHandle<()>,
    since: Instant,
    retired: AtomicBool,
}

pub(super) enum Request<'a> {
    One(&'a Cmd),
    Many(&'a Pipeline, usize, usize),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    Answered,
    /// Redis refused to carry it out; on another connection, another server may.
    Refused,
    /// The connection failed before anything was sent.
    Unsent,
    /// The connection failed, or no answer came: it may have been carried out.
    Unknown,
}

impl Link {
    pub(super) async fn open(client: &Client) -> RedisResult<Arc<Self>> {
        let info = client.get_connection_info();
        let opened = async {
            let socket = Socket::connect(info.addr(), PATIENCE).await?;
            let traffic = socket.traffic();
            let settings = AsyncConnectionConfig::new().set_response_timeout(Some(PATIENCE));
            let (connection, driver) =
                MultiplexedConnection::new_with_config(info.redis_settings(), socket, settings).await?;
            let (driver, since, retired) = (tokio::spawn(driver), Instant::now(), AtomicBool::new(false));
            Ok(Arc::new(Self { connection, traffic, driver, since, retired }))
        };
        timeout(PATIENCE, opened)
            .await
            .unwrap_or_else(|_| Err(std::io::Error::from(std::io::ErrorKind::TimedOut).into()))
    }

    pub(super) async fn ask(&self, request: &Request<'_>) -> (RedisResult<Vec<Value>>, Fate) {
        let (mut connection, before) = (self.connection.clone(), self.traffic.written());
        let answer = match request {
            Request::One(command) => connection.send_packed_command(command).await.map(|value| vec![value]),
            Request::Many(pipeline, offset, count) => connection.send_packed_commands(pipeline, *offset, *count).await,
        };
        let fate = match &answer {
            Ok(values) if values.iter().any(refusal::is_one) => Fate::Refused,
            Ok(_) => Fate::Answered,
            Err(error) if error.kind() == ErrorKind::Client => Fate::Answered,
            // What timed out may still stand in a buffer.
            Err(error) if error.is_connection_dropped() && self.traffic.written() == before => Fate::Unsent,
            Err(_) => Fate::Unknown,
        };
        let spent = match fate {
            Fate::Answered => false,
            Fate::Refused => self.since.elapsed() >= REPLACE_PAUSE,
            Fate::Unsent | Fate::Unknown => true,
        };
        self.retired.fetch_or(spent, Ordering::Relaxed);
        (answer, fate)
    }

    /// Whether the link is to be replaced. Silence counts too: those who waited for the answer may have gone away.
    pub(super) fn is_spent(&self) -> bool {
        self.retired.load(Ordering::Relaxed) || self.driver.is_finished() || self.traffic.unanswered_for() >= PATIENCE
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.driver.abort();
    }
}

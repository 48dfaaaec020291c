//! The connection that all requests share, replaced when it fails: by an error, by silence, or by answers that say that this is not the server
//! that pages need. A new one resolves the address again.

#[cfg(test)]
mod tests;

use redis::aio::{ConnectionLike, MultiplexedConnection};
use redis::{AsyncConnectionConfig, Client, Cmd, ErrorKind, Pipeline, RedisError, RedisFuture, RedisResult, Value};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::OnceCell;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout};

use super::refusal;
use super::socket::{Socket, Traffic};

/// A request waits this long for an answer of Redis, or for a connection to it, before it gets an honest page.
const PATIENCE: Duration = Duration::from_secs(2);

/// A connection on which Redis refuses is replaced this often at most, so that a full Redis is not busy with connections as well.
const REPLACE_PAUSE: Duration = Duration::from_millis(500);

/// A command that fails is sent once more on a new connection where it is certain that it was not carried out, or [`Self::repeatable`].
#[derive(Clone)]
pub(super) struct Connection {
    shared: Arc<Shared>,
    repeatable: bool,
}

struct Shared {
    client: Client,
    current: Mutex<Arc<Slot>>,
}

/// All who come while a connection is made wait for that one attempt.
type Slot = OnceCell<RedisResult<Arc<Link>>>;

struct Link {
    connection: MultiplexedConnection,
    traffic: Arc<Traffic>,
    driver: JoinHandle<()>,
    since: Instant,
    retired: AtomicBool,
}

enum Request<'a> {
    One(&'a Cmd),
    Many(&'a Pipeline, usize, usize),
}

/// What became of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    /// It was answered.
    Answered,
    /// Redis refused to carry it out; on another connection, another server may.
    Refused,
    /// The connection failed before anything was sent.
    Unsent,
    /// The connection failed, or no answer came: it may have been carried out.
    Unknown,
}

impl Connection {
    /// It is made when first used.
    pub(super) fn new(client: Client) -> Self {
        let shared = Shared { client, current: Mutex::default() };
        Self { shared: Arc::new(shared), repeatable: false }
    }

    /// For commands that may be carried out twice.
    pub(super) fn repeatable(&self) -> Self {
        Self { repeatable: true, ..self.clone() }
    }

    async fn answer(&self, request: Request<'_>) -> RedisResult<Vec<Value>> {
        let link = self.shared.link().await?;
        let (answer, fate) = link.ask(&request).await;
        let again = match fate {
            Fate::Answered => false,
            Fate::Refused => self.repeatable || matches!(request, Request::One(_)),
            Fate::Unsent => true,
            Fate::Unknown => self.repeatable,
        };
        // A link that is kept would answer as it did.
        if !again || !link.is_spent() {
            return answer;
        }
        drop(link);
        self.shared.link().await?.ask(&request).await.0
    }
}

impl Shared {
    async fn link(&self) -> RedisResult<Arc<Link>> {
        let slot = self.slot();
        let opened = slot.get_or_init(|| Link::open(&self.client)).await.clone();
        if opened.is_err() {
            let mut current = self.current();
            if Arc::ptr_eq(&current, &slot) {
                *current = Arc::default();
            }
        }
        opened
    }

    fn slot(&self) -> Arc<Slot> {
        let mut current = self.current();
        if current.get().is_some_and(|opened| opened.as_ref().is_ok_and(|link| link.is_spent())) {
            *current = Arc::default();
        }
        current.clone()
    }

    fn current(&self) -> MutexGuard<'_, Arc<Slot>> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Link {
    async fn open(client: &Client) -> RedisResult<Arc<Self>> {
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

    async fn ask(&self, request: &Request<'_>) -> (RedisResult<Vec<Value>>, Fate) {
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

    /// Whether it is not to be used any more. Silence counts too: those who waited for the answer may have gone away.
    fn is_spent(&self) -> bool {
        self.retired.load(Ordering::Relaxed) || self.driver.is_finished() || self.traffic.unanswered_for() >= PATIENCE
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.driver.abort();
    }
}

impl ConnectionLike for Connection {
    fn req_packed_command<'a>(&'a mut self, cmd: &'a Cmd) -> RedisFuture<'a, Value> {
        Box::pin(async move {
            let answers = self.answer(Request::One(cmd)).await?;
            answers.into_iter().next().ok_or_else(|| RedisError::from((ErrorKind::Client, "no answer")))
        })
    }

    fn req_packed_commands<'a>(
        &'a mut self,
        pipeline: &'a Pipeline,
        offset: usize,
        count: usize,
    ) -> RedisFuture<'a, Vec<Value>> {
        Box::pin(self.answer(Request::Many(pipeline, offset, count)))
    }

    fn get_db(&self) -> i64 {
        self.shared.client.get_connection_info().redis_settings().db()
    }
}

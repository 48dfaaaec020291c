//! The connection that all requests share, replaced when it fails: by an error, by silence, or by answers that say that this is not the server
//! that pages need. A new one resolves the address again.

mod link;
#[cfg(test)]
mod tests;

use redis::aio::ConnectionLike;
use redis::{Client, Cmd, ErrorKind, Pipeline, RedisError, RedisFuture, RedisResult, Value};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::OnceCell;

use link::{Fate, Link, Request};

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

/// Requests that arrive while a connection is made wait for that one attempt.
type Slot = OnceCell<RedisResult<Arc<Link>>>;

impl Connection {
    /// Connects when first used.
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

//! Passwords are hashed and compared on few threads at once, and few wait for one: who comes later is told so instead of waiting for seconds.

use std::num::NonZero;
use tokio::sync::{Semaphore, SemaphorePermit};

use super::{App, AppError};
use crate::db::DbError;

/// The cores that hash, and the places of those who wait for one.
#[derive(Debug)]
pub(super) struct Hashing {
    cores: Semaphore,
    /// Of those who wait and those who hash; `None`: any number may wait.
    places: Option<Semaphore>,
}

impl Hashing {
    /// All cores but one: pages are answered meanwhile. So many may wait for each of them; 0: any number.
    pub(super) fn new(waiting: u32) -> Self {
        let all = std::thread::available_parallelism().map_or(1, NonZero::get);
        Self::on(all.saturating_sub(1).max(1), usize::try_from(waiting).unwrap_or(usize::MAX))
    }

    fn on(cores: usize, waiting: usize) -> Self {
        let places = cores.saturating_mul(waiting.saturating_add(1)).min(Semaphore::MAX_PERMITS);
        Self { cores: Semaphore::new(cores), places: (waiting > 0).then(|| Semaphore::new(places)) }
    }

    /// A place, and with it a core once one is free.
    async fn turn(&self) -> Result<Turn<'_>, AppError> {
        let place = self.places.as_ref().map(Semaphore::try_acquire).transpose().map_err(|_| AppError::Busy)?;
        // Neither semaphore is ever closed.
        let core = self.cores.acquire().await.map_err(|_| AppError::Busy)?;
        Ok(Turn { _core: core, _place: place })
    }
}

#[derive(Debug)]
struct Turn<'a> {
    _core: SemaphorePermit<'a>,
    _place: Option<SemaphorePermit<'a>>,
}

impl App {
    /// Does work that takes a core for a while, off the async threads.
    ///
    /// # Errors
    /// [`AppError::Busy`] at once where as many wait as may.
    pub(super) async fn hashing<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, AppError> {
        let _turn = self.hashing.turn().await?;
        Ok(tokio::task::spawn_blocking(work).await.map_err(DbError::from)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::pin::Pin;
    use std::task::{Context, Poll, Waker};

    type Coming<'a> = Pin<Box<dyn Future<Output = Result<Turn<'a>, AppError>> + 'a>>;

    fn asks(hashing: &Hashing) -> Coming<'_> {
        Box::pin(hashing.turn())
    }

    /// What has become of the turn by now; `None`: it waits.
    fn now<'a>(turn: &mut Coming<'a>) -> Option<Result<Turn<'a>, AppError>> {
        match turn.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(turn) => Some(turn),
            Poll::Pending => None,
        }
    }

    #[test]
    fn beyond_those_who_may_wait_everybody_is_told_at_once_and_a_place_that_is_left_is_taken_again() {
        let hashing = Hashing::on(1, 2);
        let first = now(&mut asks(&hashing)).unwrap().unwrap();
        let (mut second, mut third) = (asks(&hashing), asks(&hashing));
        assert!(now(&mut second).is_none() && now(&mut third).is_none(), "they wait");
        assert!(matches!(now(&mut asks(&hashing)), Some(Err(AppError::Busy))));
        drop(third);
        let mut fourth = asks(&hashing);
        assert!(now(&mut fourth).is_none(), "it has the place of who went away");
        drop(first);
        assert!(now(&mut second).is_some_and(|turn| turn.is_ok()), "whoever waited longest is next");
    }

    #[test]
    fn without_a_limit_any_number_waits() {
        let hashing = Hashing::on(1, 0);
        let _first = now(&mut asks(&hashing)).unwrap().unwrap();
        let mut waiting: Vec<_> = (0..100).map(|_| asks(&hashing)).collect();
        assert!(waiting.iter_mut().all(|turn| now(turn).is_none()));
    }
}

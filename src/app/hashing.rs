//! Passwords are hashed and compared on few threads at once, and few wait for one: who comes later is told so instead of waiting for seconds.

use rustix::process::setpriority_process;
use std::num::NonZero;
use std::panic::resume_unwind;
use std::sync::Arc;
use std::thread;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::{App, AppError};
use crate::db::DbError;

/// The cores that hash, and the places of those who wait for one.
#[derive(Debug)]
pub(super) struct Hashing {
    cores: Arc<Semaphore>,
    /// Of those who wait and those who hash; `None`: any number may wait.
    places: Option<Arc<Semaphore>>,
}

/// A core that is free, and the place that comes with it.
#[derive(Debug)]
struct Turn {
    _core: OwnedSemaphorePermit,
    _place: Option<OwnedSemaphorePermit>,
}

impl Hashing {
    /// All cores but one: pages are answered meanwhile. So many may wait for each of them; 0: any number.
    pub(super) fn new(waiting: u32) -> Self {
        let all = std::thread::available_parallelism().map_or(1, NonZero::get);
        Self::on(all.saturating_sub(1).max(1), usize::try_from(waiting).unwrap_or(usize::MAX))
    }

    fn on(cores: usize, waiting: usize) -> Self {
        let places = cores.saturating_mul(waiting.saturating_add(1)).min(Semaphore::MAX_PERMITS);
        let places = (waiting > 0).then(|| Arc::new(Semaphore::new(places)));
        Self { cores: Arc::new(Semaphore::new(cores)), places }
    }

    /// A place, and with it a core once one is free.
    async fn turn(&self) -> Result<Turn, AppError> {
        let place = self.places.clone().map(Semaphore::try_acquire_owned).transpose().map_err(|_| AppError::Busy)?;
        // Neither semaphore is ever closed.
        let core = self.cores.clone().acquire_owned().await.map_err(|_| AppError::Busy)?;
        Ok(Turn { _core: core, _place: place })
    }

    /// Does work off the async threads. The turn is the work's own: whoever asked may be gone, and the core is taken until it ends.
    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, AppError> {
        let turn = self.turn().await?;
        let work = move || {
            let _turn = turn;
            behind_the_pages(work)
        };
        Ok(tokio::task::spawn_blocking(work).await.map_err(DbError::from)?)
    }
}

/// How far hashing gives way (setpriority(2)): to about a tenth of a busy core, so that pages go first and whoever signs in is let in all the same.
const NICENESS: i32 = 10;

/// Does work on a thread of its own, which gives way to every thread that answers a page: whoever signs in waits for the hash anyway. The thread ends
/// with the work, since an ordinary user cannot raise a priority again.
fn behind_the_pages<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    let work = move || {
        if let Err(error) = setpriority_process(None, NICENESS) {
            tracing::debug!(%error, "passwords are hashed with the priority of pages");
        }
        work()
    };
    thread::spawn(work).join().unwrap_or_else(|panic| resume_unwind(panic))
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
        self.hashing.run(work).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::pin::Pin;
    use std::sync::mpsc;
    use std::task::{Context, Poll, Waker};

    type Coming<'a> = Pin<Box<dyn Future<Output = Result<Turn, AppError>> + 'a>>;

    fn asks(hashing: &Hashing) -> Coming<'_> {
        Box::pin(hashing.turn())
    }

    /// What has become of the turn by now; `None`: it waits.
    fn now(turn: &mut Coming<'_>) -> Option<Result<Turn, AppError>> {
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

    #[tokio::test]
    async fn whoever_goes_away_leaves_the_core_taken_until_the_work_ends() {
        let hashing = Hashing::on(1, 1);
        let (begin, started) = mpsc::channel();
        let (end, ends) = mpsc::channel::<()>();
        let work = move || {
            begin.send(()).unwrap();
            // An error: the test has let go.
            let _ = ends.recv();
        };
        let mut asked = Box::pin(hashing.run(work));
        assert!(asked.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        started.recv().unwrap();
        drop(asked);
        let mut next = asks(&hashing);
        assert!(now(&mut next).is_none(), "the core works on");
        drop(end);
        next.await.unwrap();
    }
}

//! Work in three steps on several cores: chunks are produced in order, prepared on every core, and settled in order again.

use std::num::NonZero;
use std::ops::ControlFlow;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread;

/// Runs until everything that is produced is settled, or until something fails. `produce` stops when a later step failed.
///
/// Only a few chunks are in flight at any time: memory is bounded by their size.
pub(super) fn pipeline<C: Send, P: Send, E: Send>(
    produce: impl FnOnce(&mut dyn FnMut(C) -> ControlFlow<()>) -> Result<(), E>,
    prepare: impl Fn(C) -> Result<P, E> + Sync,
    mut settle: impl FnMut(P) -> Result<(), E> + Send,
) -> Result<(), E> {
    let workers = thread::available_parallelism().map_or(1, NonZero::get);
    // Larger than the bounded queue of prepared chunks, so that handing over work never blocks: with panicked workers it would block for
    // ever.
    let (give, work) = sync_channel::<(C, SyncSender<Result<P, E>>)>(workers + 3);
    let (line_up, waiting) = sync_channel::<Receiver<Result<P, E>>>(workers + 1);
    let work = Mutex::new(work);
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                loop {
                    let next = work.lock().unwrap_or_else(PoisonError::into_inner).recv();
                    let Ok((chunk, reply)) = next else { break };
                    // Nobody receives it where an earlier chunk failed.
                    let _ = reply.send(prepare(chunk));
                }
            });
        }
        let settler = scope.spawn(move || {
            for prepared in waiting {
                // A worker that panicked sends no reply; the scope propagates its panic.
                let Ok(prepared) = prepared.recv() else { break };
                settle(prepared?)?;
            }
            Ok(())
        });
        let produced = produce(&mut |chunk| {
            let (reply, prepared) = sync_channel(1);
            if line_up.send(prepared).is_err() || give.send((chunk, reply)).is_err() {
                return ControlFlow::Break(());
            }
            ControlFlow::Continue(())
        });
        drop((line_up, give));
        let settled = settler.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        settled.and(produced)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(to: u32) -> impl FnOnce(&mut dyn FnMut(u32) -> ControlFlow<()>) -> Result<(), String> {
        move |push| {
            let _ = (0..to).try_for_each(push);
            Ok(())
        }
    }

    #[test]
    fn chunks_are_settled_in_the_order_in_which_they_were_produced() {
        let mut settled = Vec::new();
        let done = pipeline(
            numbers(500),
            |n| Ok(n * 2),
            |n| {
                settled.push(n);
                Ok(())
            },
        );
        assert_eq!(done, Ok(()));
        assert_eq!(settled, (0..500).map(|n| n * 2).collect::<Vec<_>>());
    }

    #[test]
    fn a_failure_stops_everything_and_is_what_is_told() {
        let fail = |n: u32| if n == 7 { Err(format!("at {n}")) } else { Ok(n) };
        let mut settled = Vec::new();
        assert_eq!(
            pipeline(numbers(u32::MAX), fail, |n| {
                settled.push(n);
                Ok(())
            }),
            Err("at 7".into())
        );
        assert_eq!(settled, (0..7).collect::<Vec<_>>(), "nothing behind the failure is settled");
        assert_eq!(pipeline(numbers(u32::MAX), Ok, |n| fail(n).map(|_| ())), Err("at 7".into()));
        let broken = |_: &mut dyn FnMut(u32) -> ControlFlow<()>| Err("no file".to_owned());
        assert_eq!(pipeline(broken, Ok, |_| Ok(())), Err("no file".into()));
    }

    #[test]
    #[should_panic(expected = "a scoped thread panicked")]
    fn a_panic_of_every_worker_does_not_hang() {
        let _ = pipeline(numbers(u32::MAX), |_: u32| -> Result<(), String> { panic!("on purpose") }, |()| Ok(()));
    }
}

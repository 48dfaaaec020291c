//! Asynchronous work of a command.

use std::time::Duration;

use super::failure::Failure;

/// How long a command that is done waits for its own background work.
const LAST_WORK: Duration = Duration::from_secs(3);

/// Runs asynchronous work; blocking work that is still stuck when it ends (a connection attempt) is waited for a moment, and no longer.
pub fn block_on<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::new("threads", error, "check the process limits of this user"))?;
    let result = runtime.block_on(work);
    // Work on the database that nobody waits for any more ends first: see `db::connector`.
    runtime.shutdown_timeout(LAST_WORK);
    result
}

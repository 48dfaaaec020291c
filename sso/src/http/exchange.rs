//! Exchanges with the portal: their deadline, and how many run at once.

use std::sync::OnceLock;
use std::time::Duration;

use tokio::time::{Instant, timeout};

use super::Http;
use crate::error::{LoginError, unavailable};

pub(super) const TOO_LONG: LoginError = LoginError::Unavailable { what: "it took too long to answer" };

/// The time that the beginning of a sign-in may take beyond one request: its own work, and waiting behind another visitor's request.
pub(crate) const START_SLACK: Duration = Duration::from_millis(500);

impl Http {
    /// Runs one whole exchange (all of its requests) within the deadline, among a bounded number of others.
    pub(crate) async fn exchange<T>(
        &self,
        work: impl Future<Output = Result<T, LoginError>> + Send,
    ) -> Result<T, LoginError> {
        let begun = OnceLock::new();
        let bounded = async {
            let _turn = self.exchanges.acquire().await.map_err(|_| unavailable("the service is shutting down"))?;
            begun.get_or_init(Instant::now);
            work.await
        };
        let Ok(result) = timeout(self.timeout, bounded).await else {
            // An exchange that waited in line for so long says nothing about the portal.
            if let Some(begun) = begun.get().filter(|begun| begun.elapsed() >= self.request_timeout) {
                self.breaker.overran(*begun);
            }
            return Err(TOO_LONG);
        };
        if result.is_ok() {
            self.breaker.finished();
        }
        result
    }

    /// Runs the one request that a sign-in may begin with. Visitors wait in line for it, and no longer than for a request.
    pub(crate) async fn start<T>(
        &self,
        work: impl Future<Output = Result<T, LoginError>> + Send,
    ) -> Result<T, LoginError> {
        timeout(self.request_timeout + START_SLACK, work).await.unwrap_or(Err(TOO_LONG))
    }
}

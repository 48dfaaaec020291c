//! The circuit breaker in front of requests, and its probes.

use std::sync::atomic::Ordering;

use url::Url;

use super::Http;
use crate::error::LoginError;

impl Http {
    /// Whether the circuit breaker is open.
    ///
    /// # Errors
    /// [`LoginError::Unavailable`] from the opening until an answer.
    pub(crate) fn check_outage(&self) -> Result<(), LoginError> {
        self.breaker.check()
    }

    /// For a sign-in that begins without a request to the portal: a visitor must not be sent to a dead one. Once in a pause, one visitor
    /// waits for a probe; see [`Http::probe`].
    ///
    /// # Errors
    /// [`LoginError::Unavailable`] while the portal does not answer.
    pub(crate) async fn ready(&self, server: &Url, page: Option<&Url>) -> Result<(), LoginError> {
        match self.check_outage() {
            Ok(()) => Ok(()),
            Err(_) => self.probe(server, page).await,
        }
    }

    /// Probes the portal, and counts the result: `server` is an address that a sign-in requests too, `page` the one that visitors are sent
    /// to, where that is another. Any HTTP answer counts as an answer, a refusal too.
    ///
    /// # Errors
    /// [`LoginError::Unavailable`] if nothing answers, and at once while the next probe is not due.
    pub(crate) async fn probe(&self, server: &Url, page: Option<&Url>) -> Result<(), LoginError> {
        let leave = self.breaker.ask()?;
        let server = self.hear(self.client.get(server.clone()));
        let (server, page) = tokio::join!(server, self.page_answers(page));
        let heard = server.and(page);
        if heard.is_ok() {
            leave.answered();
        } else {
            leave.silent();
        }
        heard
    }

    /// A page that has never answered a probe is not counted as silent: this host may have no route to it where browsers have one.
    async fn page_answers(&self, page: Option<&Url>) -> Result<(), LoginError> {
        let Some(page) = page else { return Ok(()) };
        match self.hear(self.client.get(page.clone())).await {
            Ok(_) => self.page_seen.store(true, Ordering::Relaxed),
            Err(silence) if self.page_seen.load(Ordering::Relaxed) => return Err(silence),
            Err(_) => {}
        }
        Ok(())
    }
}

//! To be written.

use chrono::{DateTime, Utc};
use url::Url;

use crate::callback::Callback;
use crate::claims::Claims;
use crate::config::{ConfigError, PortalConfig};
use crate::driver::{Answer, Driver};
use crate::error::{LoginError, unavailable};
use crate::finding::Finding;
use crate::http::{Bounds, Http};
use crate::identity::PortalSession;
use crate::pending::PendingLogin;

pub(crate) struct Jis {
    config: PortalConfig,
    callback_url: Url,
    http: Http,
}

impl Jis {
    pub(crate) fn new(config: &PortalConfig, callback_url: Url) -> Result<Self, ConfigError> {
        let section = &config.jis;
        let http = Http::new(Bounds {
            timeout: section.timeout,
            request_timeout: section.request_timeout,
            max_body: section.max_body.as_u64(),
            outage: config.outage.clone(),
        })?;
        Ok(Self { config: config.clone(), callback_url, http })
    }
}

impl Driver for Jis {
    fn begin(&self, _now: DateTime<Utc>) -> Answer<'_, Result<(Url, PendingLogin), LoginError>> {
        let _ = (&self.callback_url, &self.config, self.http.check_outage());
        Box::pin(std::future::ready(Err(unavailable("not written"))))
    }

    fn finish(
        &self,
        _pending: PendingLogin,
        _callback: Callback,
        _now: DateTime<Utc>,
    ) -> Answer<'_, Result<(Claims, PortalSession), LoginError>> {
        Box::pin(std::future::ready(Err(unavailable("not written"))))
    }

    fn sign_out_url(&self, _session: &PortalSession, _return_to: &Url, _state: &str) -> Option<Url> {
        None
    }

    fn browser_origins(&self) -> Vec<String> {
        Vec::new()
    }

    fn check(&self, _now: DateTime<Utc>) -> Answer<'_, Vec<Finding>> {
        Box::pin(std::future::ready(Vec::new()))
    }
}

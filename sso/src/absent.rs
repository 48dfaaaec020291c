//! The driver where there is no portal.

use std::future::ready;

use chrono::{DateTime, Utc};
use url::Url;

use crate::callback::Callback;
use crate::claims::Claims;
use crate::driver::{Answer, Driver};
use crate::error::{LoginError, unavailable};
use crate::finding::Finding;
use crate::identity::PortalSession;
use crate::pending::PendingLogin;

const NO_PORTAL: LoginError = unavailable("there is no portal");

pub(crate) struct Absent;

impl Driver for Absent {
    fn begin(&self, _now: DateTime<Utc>) -> Answer<'_, Result<(Url, PendingLogin), LoginError>> {
        Box::pin(ready(Err(NO_PORTAL)))
    }

    fn finish(
        &self,
        _pending: PendingLogin,
        _callback: Callback,
        _now: DateTime<Utc>,
    ) -> Answer<'_, Result<(Claims, PortalSession), LoginError>> {
        Box::pin(ready(Err(NO_PORTAL)))
    }

    fn sign_out_url(&self, _session: &PortalSession, _return_to: &Url, _state: &str) -> Option<Url> {
        None
    }

    fn browser_origins(&self) -> Vec<String> {
        Vec::new()
    }

    fn probe(&self) -> Answer<'_, Result<(), LoginError>> {
        Box::pin(ready(Err(NO_PORTAL)))
    }

    fn is_silent(&self) -> bool {
        false
    }

    fn check(&self, _now: DateTime<Utc>) -> Answer<'_, Vec<Finding>> {
        Box::pin(ready(Vec::new()))
    }
}

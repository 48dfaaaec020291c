//! A simulated portal and the code under test, face to face over real HTTP on loopback.
// Each test binary uses its own part; a failed preparation may panic.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used)]

pub mod logout;

use chrono::{DateTime, Utc};
use sso::simulator::{self, Fault, Simulator, SimulatorConfig};
use sso::{Callback, LoginError, PendingLogin, Portal, PortalConfig, PortalIdentity};
use url::Url;

pub const CALLBACK: &str = "http://127.0.0.1:18080/sso/callback";
pub const SIGNED_OUT: &str = "http://127.0.0.1:18080/signed-out";

pub struct Stage {
    pub simulator: Simulator,
    pub portal: Portal,
}

/// A begun sign-in whose browser is back.
pub struct Returned {
    pub pending: PendingLogin,
    pub url: Url,
}

impl Returned {
    pub fn callback(&self) -> Callback {
        Callback::parse(self.url.query().unwrap_or_default()).unwrap()
    }
}

/// A begun sign-in whose browser is back with a ticket: what follows our address, and the query or the form.
pub struct TicketReturn {
    pub pending: PendingLogin,
    pub tail: String,
    pub query: String,
}

impl TicketReturn {
    pub fn of(pending: PendingLogin, back: &Url, form: Option<String>) -> Self {
        let tail = back.as_str().strip_prefix(CALLBACK).unwrap().split('?').next().unwrap().to_owned();
        let query = form.unwrap_or_else(|| back.query().unwrap_or_default().to_owned());
        Self { pending, tail, query }
    }
}

/// At a portal that hands out tickets.
impl Stage {
    pub async fn fetch_ticket(&self, persona: &str) -> Result<TicketReturn, LoginError> {
        let (url, pending) = self.portal.begin(Utc::now()).await?;
        let back = simulator::come_back(&url, &[("persona", persona)]).await.unwrap();
        Ok(TicketReturn::of(pending, &back.url, back.form))
    }

    pub fn callback(&self, returned: &TicketReturn) -> Result<Callback, LoginError> {
        self.portal.receive(&returned.tail, &returned.query)
    }

    pub async fn finish(&self, returned: TicketReturn) -> Result<PortalIdentity, LoginError> {
        let callback = self.callback(&returned)?;
        self.portal.finish(returned.pending, callback, Utc::now()).await
    }

    pub async fn ticket_sign_in(&self, persona: &str) -> Result<PortalIdentity, LoginError> {
        let returned = self.fetch_ticket(persona).await?;
        self.finish(returned).await
    }
}

impl Stage {
    pub async fn new() -> Self {
        Self::with(|_| {}).await
    }

    pub async fn with(adjust: impl FnOnce(&mut PortalConfig)) -> Self {
        Self::of(SimulatorConfig::default(), adjust).await
    }

    pub async fn of(config: SimulatorConfig, adjust: impl FnOnce(&mut PortalConfig)) -> Self {
        let simulator = Simulator::start("127.0.0.1:0".parse().unwrap(), config).await.unwrap();
        simulator.register(CALLBACK, SIGNED_OUT);
        let mut config = simulator.portal_config();
        adjust(&mut config);
        let portal = Portal::new(&config, CALLBACK.parse().unwrap()).unwrap();
        Self { simulator, portal }
    }

    pub async fn go_to_portal(&self, persona: &str) -> Result<Returned, LoginError> {
        let (url, pending) = self.portal.begin(Utc::now()).await?;
        Ok(Returned { pending, url: simulator::sign_in(&url, persona).await.unwrap() })
    }

    /// The gateway's reading of the address that the browser comes back to.
    pub fn receive(&self, url: &Url) -> Result<Callback, LoginError> {
        let tail = url.path().strip_prefix("/sso/callback").unwrap();
        self.portal.receive(tail, url.query().unwrap_or_default())
    }

    pub async fn sign_in(&self, persona: &str) -> Result<PortalIdentity, LoginError> {
        self.sign_in_at(persona, Utc::now()).await
    }

    pub async fn sign_in_at(&self, persona: &str, now: DateTime<Utc>) -> Result<PortalIdentity, LoginError> {
        let returned = self.go_to_portal(persona).await?;
        let callback = self.receive(&returned.url)?;
        self.portal.finish(returned.pending, callback, now).await
    }

    /// One sign-in under one fault, which must have been used.
    pub async fn under(&self, fault: Fault) -> Result<PortalIdentity, LoginError> {
        self.simulator.fault(fault.clone());
        let result = self.sign_in("ceshi").await;
        assert_eq!(self.simulator.unused_faults(), 0, "{fault:?} was never used");
        result
    }
}

pub fn bad_answer(result: &Result<PortalIdentity, LoginError>) -> &'static str {
    match result {
        Err(LoginError::BadAnswer { what }) => what,
        other => panic!("expected a refused answer, got {other:?}"),
    }
}

pub fn is_unavailable(result: &Result<PortalIdentity, LoginError>) -> bool {
    matches!(result, Err(LoginError::Unavailable { .. }))
}

//! An outage of the portal: no visitor is sent to it, and its recovery is noticed, whichever protocol it speaks.
// A failed preparation may panic.
#![allow(clippy::unwrap_used)]

mod common;

use std::time::{Duration, Instant};

use chrono::Utc;
use common::{CALLBACK, SIGNED_OUT, Stage, is_unavailable};
use sso::simulator::{JisShape, OAuth2Shape, Protocol, Simulator, SimulatorConfig};
use sso::{LoginError, Portal, PortalConfig, PortalIdentity};
use url::Url;

/// Long enough for every good request on a busy machine; a silent one takes all of it.
const PATIENCE: Duration = Duration::from_secs(2);
const FAILURES: u32 = 2;
const NEVER: Duration = Duration::from_hours(1);

fn oauth2() -> SimulatorConfig {
    let protocol = Protocol::OAuth2(Box::new(OAuth2Shape::standard()));
    SimulatorConfig { protocol, ..SimulatorConfig::default() }
}

/// One of each protocol; whoever opened the way to the outage's page tries again after this pause.
async fn stages(pause: Duration) -> [Stage; 3] {
    let jis = SimulatorConfig { protocol: Protocol::Jis(JisShape::shandong()), ..SimulatorConfig::default() };
    let stage = async |simulated| Stage::of(simulated, |config| impatient(config, pause)).await;
    [stage(SimulatorConfig::default()).await, stage(oauth2()).await, stage(jis).await]
}

fn impatient(config: &mut PortalConfig, pause: Duration) {
    config.outage.failures = FAILURES;
    config.outage.pause = pause;
    config.oidc.request_timeout = PATIENCE;
    config.oauth2.request_timeout = PATIENCE;
    config.jis.request_timeout = PATIENCE;
}

impl Stage {
    fn is_jis(&self) -> bool {
        !self.simulator.portal_config().jis.interface_url.is_empty()
    }

    async fn come_in(&self) -> Result<PortalIdentity, LoginError> {
        if self.is_jis() { self.ticket_sign_in("ceshi").await } else { self.sign_in("ceshi").await }
    }

    /// Signs in, so that everything that can be known of the portal is, and then it falls silent before visitors who are on their
    /// way back from it.
    async fn fall_silent(&self) {
        self.come_in().await.unwrap();
        let mut visitors = Vec::new();
        for _ in 0..FAILURES {
            let (pending, callback) = if self.is_jis() {
                let returned = self.fetch_ticket("ceshi").await.unwrap();
                let callback = self.callback(&returned).unwrap();
                (returned.pending, callback)
            } else {
                let returned = self.go_to_portal("ceshi").await.unwrap();
                let callback = self.receive(&returned.url).unwrap();
                (returned.pending, callback)
            };
            visitors.push(self.portal.finish(pending, callback, Utc::now()));
        }
        self.simulator.silence();
        for visitor in visitors {
            assert!(is_unavailable(&visitor.await));
        }
    }

    /// Whether a sign-in begins, and how long that took to know.
    async fn begins(&self) -> (bool, Duration) {
        let asked_at = Instant::now();
        let begun = self.portal.begin(Utc::now()).await;
        assert!(matches!(begun, Ok(_) | Err(LoginError::Unavailable { .. })), "{begun:?}");
        (begun.is_ok(), asked_at.elapsed())
    }
}

#[tokio::test]
async fn nobody_is_sent_to_a_silent_portal_however_much_is_known_of_it() {
    for stage in stages(NEVER).await {
        stage.fall_silent().await;
        for _ in 0..10 {
            let (begins, took) = stage.begins().await;
            assert!(!begins && took < PATIENCE, "{took:?}");
        }
    }
}

#[tokio::test]
async fn time_alone_brings_no_portal_back_but_one_visitor_who_tries_does() {
    for stage in stages(Duration::ZERO).await {
        stage.fall_silent().await;
        // The pause is over.
        let ((tries, waited), (begins, took)) = tokio::join!(stage.begins(), stage.begins());
        assert!(!tries && waited >= PATIENCE, "{waited:?}");
        assert!(!begins && took < PATIENCE, "the others do not wait: {took:?}");
        stage.simulator.speak();
        stage.come_in().await.unwrap();
    }
}

#[tokio::test]
async fn an_outage_and_its_end_are_found_without_a_visitor() {
    for stage in stages(Duration::ZERO).await {
        stage.come_in().await.unwrap();
        stage.portal.probe().await.unwrap();
        stage.simulator.silence();
        for _ in 0..FAILURES {
            assert!(stage.portal.probe().await.is_err());
        }
        let (probed, (begins, took)) = tokio::join!(stage.portal.probe(), stage.begins());
        assert!(probed.is_err() && !begins && took < PATIENCE, "{took:?}");
        stage.simulator.speak();
        stage.portal.probe().await.unwrap();
        stage.come_in().await.unwrap();
    }
}

#[tokio::test]
async fn while_an_outage_is_known_the_portal_is_left_alone_for_the_pause() {
    for stage in stages(NEVER).await {
        stage.fall_silent().await;
        stage.simulator.speak();
        assert!(stage.portal.probe().await.is_err(), "it would have answered");
        assert!(!stage.begins().await.0);
    }
}

#[tokio::test]
async fn an_old_document_that_stands_in_for_a_new_one_sends_nobody_to_a_dead_portal() {
    let stage = Stage::with(|config| config.outage.failures = 1).await;
    stage.come_in().await.unwrap();
    tokio::time::pause();
    tokio::time::advance(Duration::from_hours(2)).await;
    tokio::time::resume();
    let Stage { simulator, portal } = stage;
    simulator.shutdown().await;
    assert!(matches!(portal.begin(Utc::now()).await, Err(LoginError::Unavailable { .. })));
}

/// A portal whose login page is on another host than the endpoints for servers.
fn apart(login: &Url, simulator: &Simulator) -> Portal {
    simulator.register(CALLBACK, SIGNED_OUT);
    let mut config = simulator.portal_config();
    config.oauth2.authorize_url = login.to_string();
    config.outage.failures = FAILURES;
    Portal::new(&config, CALLBACK.parse().unwrap()).unwrap()
}

#[tokio::test]
async fn a_login_page_that_falls_silent_is_an_outage_unless_it_never_answered_us() {
    let [asked, login] = [(); 2].map(|()| Simulator::start("127.0.0.1:0".parse().unwrap(), oauth2()));
    let (asked, login) = (asked.await.unwrap(), login.await.unwrap());
    let page: Url = login.portal_config().oauth2.authorize_url.parse().unwrap();
    let seen = apart(&page, &asked);
    seen.probe().await.unwrap();
    login.shutdown().await;
    let unseen = apart(&page, &asked);
    for _ in 0..FAILURES {
        assert!(seen.begin(Utc::now()).await.is_ok(), "not yet");
        assert!(seen.probe().await.is_err());
        unseen.probe().await.unwrap();
    }
    assert!(matches!(seen.begin(Utc::now()).await, Err(LoginError::Unavailable { .. })));
    assert!(unseen.begin(Utc::now()).await.is_ok(), "browsers may have a way to it that this host does not");
}

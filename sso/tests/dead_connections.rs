//! Connections to the portal that died without a word cost nobody the sign-in.
// A failed preparation may panic.
#![allow(clippy::unwrap_used)]

mod common;
#[path = "../../tests/support/relay.rs"]
mod relay;

use common::{CALLBACK, SIGNED_OUT, Stage};
use relay::Relay;
use sso::simulator::{JisShape, OAuth2Shape, Protocol, Simulator, SimulatorConfig};
use sso::{LoginError, Portal, PortalIdentity};

/// A portal that is reached through a relay.
async fn behind(relay: &Relay, protocol: Protocol) -> Stage {
    let base_url = Some(format!("http://{}", relay.address()));
    let config = SimulatorConfig { protocol, base_url, ..SimulatorConfig::default() };
    let simulator = Simulator::start("127.0.0.1:0".parse().unwrap(), config).await.unwrap();
    relay.point_to(simulator.address().to_string());
    simulator.register(CALLBACK, SIGNED_OUT);
    let portal = Portal::new(&simulator.portal_config(), CALLBACK.parse().unwrap()).unwrap();
    Stage { simulator, portal }
}

fn protocols() -> [Protocol; 3] {
    [Protocol::Oidc, Protocol::OAuth2(Box::new(OAuth2Shape::standard())), Protocol::Jis(JisShape::shandong())]
}

async fn come_in(stage: &Stage) -> Result<PortalIdentity, LoginError> {
    let jis = !stage.simulator.portal_config().jis.interface_url.is_empty();
    if jis { stage.ticket_sign_in("ceshi").await } else { stage.sign_in("ceshi").await }
}

#[tokio::test]
async fn connections_that_are_dead_cost_nobody_the_sign_in() {
    for protocol in protocols() {
        let relay = Relay::start("127.0.0.1:1");
        let stage = behind(&relay, protocol).await;
        // As many connections at once as may be kept.
        let (one, two, three) = tokio::join!(come_in(&stage), come_in(&stage), come_in(&stage));
        for identity in [one, two, three] {
            identity.unwrap();
        }
        relay.swallow_existing();
        for _ in 0..4 {
            come_in(&stage).await.unwrap();
        }
        relay.cut();
        come_in(&stage).await.unwrap();
    }
}

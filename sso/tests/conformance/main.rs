//! The relying-party plans of the OpenID Foundation's conformance suite, one file a plan, one test a module, named after it; only what
//! applies to `response_type=code`. The simulator plays the suite's provider. The table is in docs/conformance.md; the logout plans, which
//! need sessions to end, are in the gateway's tests/http/conformance.rs.

#![allow(clippy::unwrap_used)]

mod basic;
#[path = "../common/mod.rs"]
mod common;
mod comprehensive;
mod config;

use common::{Stage, bad_answer};
use sso::simulator::{Endpoint, Fault, KeyKind, SimulatorConfig};

/// A portal that signs as the suite does unless told otherwise.
async fn rs256() -> Stage {
    Stage::of(SimulatorConfig { key: KeyKind::Rs256(2048), ..SimulatorConfig::default() }, |_| {}).await
}

/// A sign-in that ends with the ID token: the suite fails a client that asks for user information after a bad one.
async fn refused_id_token(stage: &Stage, fault: Fault) -> &'static str {
    let result = stage.under(fault).await;
    assert_eq!(stage.simulator.requests(Endpoint::Token), 1);
    assert_eq!(stage.simulator.requests(Endpoint::UserInfo), 0);
    bad_answer(&result)
}

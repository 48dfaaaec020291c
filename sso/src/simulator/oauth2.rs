//! OAuth 2.0 as provinces speak it.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{Response, StatusCode};

use super::pages::page;
use super::{Fault, Persona, World};
use crate::config::{DriverName, PortalConfig};

/// How one province speaks it.
#[derive(Clone, Debug, Default)]
pub struct Shape {}

/// What the portal remembers.
#[derive(Default)]
pub(super) struct Memory {}

/// A sign-in that waits for a persona to be chosen.
#[derive(Clone)]
pub(super) struct AuthRequest {}

/// A configuration of the gateway that fits.
pub(super) fn configured(_world: &World, _shape: &Shape, portal: PortalConfig) -> PortalConfig {
    PortalConfig { driver: DriverName::OAuth2, ..portal }
}

pub(super) fn router(_shape: &Shape) -> Router<Arc<World>> {
    Router::new()
}

/// Back to the gateway.
pub(super) fn send_back(
    _world: &World,
    _request: AuthRequest,
    _persona: Option<Persona>,
    _fault: Option<&Fault>,
) -> Response<Body> {
    page(StatusCode::NOT_IMPLEMENTED, "", "")
}

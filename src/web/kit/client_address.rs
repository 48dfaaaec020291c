//! By whom a rate limit counts: the peer's network, or what a trusted proxy says of it.

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap};
use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

use super::forwarded::{Found, hops, resolve};
use super::network::Network;
use crate::app::App;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ClientAddress(pub(crate) Network);

impl FromRequestParts<Arc<App>> for ClientAddress {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Infallible> {
        Ok(Self(Network::of(client_address(app, &parts.headers, &parts.extensions).await)))
    }
}

/// Where a request came from, as far as a trusted proxy or the connection tells.
pub(super) async fn client_address(app: &App, headers: &HeaderMap, extensions: &Extensions) -> IpAddr {
    let peer = extensions
        .get::<ConnectInfo<SocketAddr>>()
        .map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |ConnectInfo(address)| address.ip());
    let trusted = |address: &IpAddr| app.config.server.trusted_proxies.iter().any(|net| net.contains(address));
    let found = resolve(peer, &hops(headers), trusted);
    if let Found::NoAddress { proxy } = found {
        app.note_unusable_forwarded_for(proxy).await;
    }
    found.address()
}

//! The address that a throttle counts by: the peer's, or what a trusted proxy says of it.

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

use crate::app::App;

/// Where a request comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ClientAddress(pub(super) IpAddr);

impl FromRequestParts<Arc<App>> for ClientAddress {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Infallible> {
        let peer = parts
            .extensions
            .get::<ConnectInfo<SocketAddr>>()
            .map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |ConnectInfo(address)| address.ip());
        let forwarded = parts.headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
        let trusted = |address: &IpAddr| app.config.server.trusted_proxies.iter().any(|net| net.contains(address));
        Ok(Self(resolve(peer, forwarded, trusted)))
    }
}

/// From right to left, the first address that is not a trusted proxy's: what stands left of it, anyone may have written.
fn resolve<'a>(peer: IpAddr, forwarded: impl Iterator<Item = &'a str>, trusted: impl Fn(&IpAddr) -> bool) -> IpAddr {
    let peer = peer.to_canonical();
    let chain: Vec<&str> = forwarded.flat_map(|value| value.split(',')).map(str::trim).collect();
    let mut address = peer;
    for hop in chain.into_iter().rev() {
        if !trusted(&address) {
            break;
        }
        match hop.parse::<IpAddr>() {
            Ok(hop) => address = hop.to_canonical(),
            Err(_) => break,
        }
    }
    address
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_trusted_proxies_are_believed() {
        let trusted = |address: &IpAddr| address.to_string().starts_with("10.");
        let from = |peer: &str, forwarded: &[&str]| {
            resolve(peer.parse().unwrap(), forwarded.iter().copied(), trusted).to_string()
        };
        assert_eq!(from("192.0.2.1", &["203.0.113.9"]), "192.0.2.1");
        assert_eq!(from("10.0.0.1", &[]), "10.0.0.1");
        assert_eq!(from("10.0.0.1", &["203.0.113.9"]), "203.0.113.9");
        assert_eq!(from("10.0.0.1", &["198.51.100.1, 203.0.113.9"]), "203.0.113.9");
        assert_eq!(from("10.0.0.1", &["198.51.100.1", "203.0.113.9, 10.0.0.2"]), "203.0.113.9");
        assert_eq!(from("10.0.0.1", &["garbage"]), "10.0.0.1");
        assert_eq!(from("::ffff:10.0.0.1", &["::ffff:203.0.113.9"]), "203.0.113.9");
    }
}

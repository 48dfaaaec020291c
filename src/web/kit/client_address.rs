//! By whom a throttle counts: the peer's network, or what a trusted proxy says of it.

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use ipnet::Ipv6Net;
use std::convert::Infallible;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

use crate::app::App;

/// Where a request comes from, as throttles count it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ClientAddress(pub(crate) Network);

impl FromRequestParts<Arc<App>> for ClientAddress {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Infallible> {
        let peer = parts
            .extensions
            .get::<ConnectInfo<SocketAddr>>()
            .map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |ConnectInfo(address)| address.ip());
        let trusted = |address: &IpAddr| app.config.server.trusted_proxies.iter().any(|net| net.contains(address));
        let found = resolve(peer, &hops(&parts.headers), trusted);
        if let Found::NoAddress { proxy } = found {
            app.note_unusable_forwarded_for(proxy).await;
        }
        Ok(Self(Network::of(found.address())))
    }
}

/// What one customer of a provider has to choose addresses from: an IPv4 address, or the /64 of an IPv6 one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Network(IpAddr);

/// IPv4 addresses behind a translator (NAT64, RFC 6052): one /64 holds them all, so they count as what they stand for.
const TRANSLATED: [u16; 6] = [0x64, 0xff9b, 0, 0, 0, 0];

impl Network {
    fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V6(address) if address.segments().starts_with(&TRANSLATED) => {
                let [.., a, b, c, d] = address.octets();
                Self(Ipv4Addr::new(a, b, c, d).into())
            }
            IpAddr::V6(address) => Self(Ipv6Net::new_assert(address, 64).network().into()),
            address @ IpAddr::V4(_) => Self(address),
        }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            IpAddr::V4(address) => address.fmt(f),
            IpAddr::V6(network) => write!(f, "{network}/64"),
        }
    }
}

/// Whom a request is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Found {
    /// Of this address.
    Address(IpAddr),
    /// This trusted proxy gave something that is no address: it stands for whoever asked.
    NoAddress { proxy: IpAddr },
}

impl Found {
    fn address(self) -> IpAddr {
        let (Self::Address(address) | Self::NoAddress { proxy: address }) = self;
        address
    }
}

/// Every entry of every `X-Forwarded-For`, in order. As bytes: what visitors and other proxies wrote is of any encoding.
fn hops(headers: &HeaderMap) -> Vec<&[u8]> {
    let lines = headers.get_all("x-forwarded-for").iter().map(HeaderValue::as_bytes);
    lines.flat_map(|line| line.split(|byte| *byte == b',')).collect()
}

/// From right to left, the first address that is not a trusted proxy's: what stands left of it, anyone may have written.
fn resolve(peer: IpAddr, hops: &[&[u8]], trusted: impl Fn(&IpAddr) -> bool) -> Found {
    let mut address = peer.to_canonical();
    for hop in hops.iter().rev() {
        if !trusted(&address) {
            break;
        }
        match address_of(hop) {
            Some(hop) => address = hop,
            None => return Found::NoAddress { proxy: address },
        }
    }
    Found::Address(address)
}

/// An address as proxies write it: alone, with a port, in brackets, in quotes, with a zone.
fn address_of(hop: &[u8]) -> Option<IpAddr> {
    let hop = str::from_utf8(hop.trim_ascii()).ok()?;
    let hop = hop.strip_prefix('"').and_then(|hop| hop.strip_suffix('"')).unwrap_or(hop).trim_ascii();
    let host = match (hop.strip_prefix('['), hop.rsplit_once(':')) {
        (Some(rest), _) => {
            let (host, after) = rest.split_once(']')?;
            let after = after.trim_ascii();
            (after.is_empty() || after.strip_prefix(':').is_some_and(is_port)).then_some(host)?
        }
        // More colons are an IPv6 address.
        (None, Some((host, port))) if !host.contains(':') => is_port(port).then_some(host)?,
        _ => hop,
    };
    let host = host.trim_ascii();
    let (host, _zone) = host.split_once('%').unwrap_or((host, ""));
    host.parse::<IpAddr>().ok().map(|address| address.to_canonical())
}

fn is_port(text: &str) -> bool {
    let text = text.trim_ascii();
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) && text.parse::<u16>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn from(peer: &str, lines: &[&[u8]]) -> Found {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append("x-forwarded-for", HeaderValue::from_bytes(line).unwrap());
        }
        let trusted = |address: &IpAddr| address.to_string().starts_with("10.");
        resolve(peer.parse().unwrap(), &hops(&headers), trusted)
    }

    fn address(text: &str) -> Found {
        Found::Address(text.parse().unwrap())
    }

    #[test]
    fn only_trusted_proxies_are_believed() {
        assert_eq!(from("192.0.2.1", &[b"203.0.113.9"]), address("192.0.2.1"));
        assert_eq!(from("192.0.2.1", &[b"garbage"]), address("192.0.2.1"));
        assert_eq!(from("10.0.0.1", &[]), address("10.0.0.1"));
        assert_eq!(from("10.0.0.1", &[b"203.0.113.9"]), address("203.0.113.9"));
        assert_eq!(from("10.0.0.1", &[b"198.51.100.1, 203.0.113.9"]), address("203.0.113.9"));
        assert_eq!(from("10.0.0.1", &[b"198.51.100.1", b"203.0.113.9, 10.0.0.2"]), address("203.0.113.9"));
        assert_eq!(from("::ffff:10.0.0.1", &[b"::ffff:203.0.113.9"]), address("203.0.113.9"));
    }

    #[test]
    fn addresses_are_read_as_proxies_write_them() {
        for text in
            ["203.0.113.1", "203.0.113.1:50001", " \t203.0.113.1\t ", "\"203.0.113.1:50001\"", "[203.0.113.1]:1"]
        {
            assert_eq!(address_of(text.as_bytes()), Some("203.0.113.1".parse().unwrap()), "{text}");
        }
        for text in [
            "2001:db8::1",
            "[2001:db8::1]",
            "[2001:db8::1]:443",
            "\"[2001:db8::1]:443\"",
            " \"[2001:DB8:0:0:0:0:0:1]\" ",
            "2001:db8::1%eth0",
            "[2001:db8::1%25eth0]:443",
        ] {
            assert_eq!(address_of(text.as_bytes()), Some("2001:db8::1".parse().unwrap()), "{text}");
        }
        for text in [
            "",
            " ",
            "unknown",
            "_hidden",
            "203.0.113.1:",
            "203.0.113.1:x",
            "203.0.113.1:70000",
            "203.0.113",
            "[2001:db8::1",
            "[2001:db8::1]443",
            "2001:db8::1]:443",
            "[]:443",
            "203.0.113.1;443",
            "203.0.113.1 203.0.113.2",
            "\u{2000}203.0.113.1",
        ] {
            assert_eq!(address_of(text.as_bytes()), None, "{text:?}");
        }
        assert_eq!(address_of(b"203.0.113.1\xff"), None);
    }

    #[test]
    fn foreign_bytes_hide_nothing_of_what_stands_right_of_them() {
        assert_eq!(from("10.0.0.1", &[b"\xd5\xc5\xc8\xfd, 203.0.113.9:4711, 10.0.0.2"]), address("203.0.113.9"));
        assert_eq!(from("10.0.0.1", &["张三".as_bytes(), b"[2001:db8::1]:443"]), address("2001:db8::1"));
    }

    #[test]
    fn what_is_no_address_counts_as_the_proxys_that_wrote_it() {
        let proxy = |text: &str| Found::NoAddress { proxy: text.parse().unwrap() };
        assert_eq!(from("10.0.0.1", &[b"garbage"]), proxy("10.0.0.1"));
        assert_eq!(from("10.0.0.1", &[b"203.0.113.9, unknown"]), proxy("10.0.0.1"), "anyone may have written the rest");
        assert_eq!(from("10.0.0.1", &[b"203.0.113.9", b""]), proxy("10.0.0.1"));
        assert_eq!(from("10.0.0.1", &[b"203.0.113.9, \xff, 10.0.0.2:80"]), proxy("10.0.0.2"));
    }

    #[test]
    fn an_ipv6_customer_is_a_64_and_a_mapped_or_translated_address_is_ipv4() {
        let network = |text: &str| Network::of(text.parse().unwrap()).to_string();
        assert_eq!(network("203.0.113.9"), "203.0.113.9");
        assert_eq!(network("::ffff:203.0.113.9"), "203.0.113.9");
        assert_eq!(network("64:ff9b::203.0.113.9"), "203.0.113.9");
        assert_eq!(network("64:ff9b:1::1"), "64:ff9b:1::/64");
        assert_eq!(network("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
        assert_eq!(network("2001:db8:1:2::1"), network("2001:db8:1:2:ffff::"));
        assert_ne!(network("2001:db8:1:2::1"), network("2001:db8:1:3::1"));
    }

    proptest! {
        #[test]
        fn every_address_is_read_in_every_way_of_writing(v4: [u8; 4], v6: [u16; 8], port: u16) {
            let v6 = std::net::Ipv6Addr::from(v6);
            let v4 = Ipv4Addr::from(v4);
            for text in [format!("{v4}"), format!("{v4}:{port}"), format!("\"{v4}:{port}\"")] {
                prop_assert_eq!(address_of(text.as_bytes()), Some(IpAddr::V4(v4)));
            }
            for text in [format!("{v6}"), format!("[{v6}]"), format!("[{v6}]:{port}"), format!("\"[{v6}]:{port}\"")] {
                prop_assert_eq!(address_of(text.as_bytes()), Some(IpAddr::V6(v6).to_canonical()));
            }
        }

        #[test]
        fn nothing_breaks_it(bytes: Vec<u8>) {
            address_of(&bytes);
        }
    }
}

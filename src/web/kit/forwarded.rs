//! The visitor's address in `X-Forwarded-For`, as far as trusted proxies wrote it.

use axum::http::{HeaderMap, HeaderValue};
use std::net::IpAddr;

/// The address to count a request by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    Address(IpAddr),
    /// This trusted proxy sent something that is no address: its own stands for the visitor's.
    NoAddress {
        proxy: IpAddr,
    },
}

impl Found {
    pub(super) fn address(self) -> IpAddr {
        let (Self::Address(address) | Self::NoAddress { proxy: address }) = self;
        address
    }
}

/// Every entry of every `X-Forwarded-For`, in order. As bytes: what visitors and other proxies wrote is of any encoding.
pub(super) fn hops(headers: &HeaderMap) -> Vec<&[u8]> {
    let lines = headers.get_all("x-forwarded-for").iter().map(HeaderValue::as_bytes);
    lines.flat_map(|line| line.split(|byte| *byte == b',')).collect()
}

/// From right to left, the first address that is not a trusted proxy's: what stands left of it, anyone may have written.
pub(super) fn resolve(peer: IpAddr, hops: &[&[u8]], trusted: impl Fn(&IpAddr) -> bool) -> Found {
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
mod tests;

//! The key of rate limits: the network of one customer of a provider.

use ipnet::Ipv6Net;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr};

/// What one customer of a provider has to choose addresses from: an IPv4 address, or the /64 of an IPv6 one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Network(IpAddr);

/// IPv4 addresses behind a translator (NAT64, RFC 6052): one /64 holds them all, so they count as what they stand for.
const TRANSLATED: [u16; 6] = [0x64, 0xff9b, 0, 0, 0, 0];

impl Network {
    pub(super) fn of(address: IpAddr) -> Self {
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

#[cfg(test)]
mod tests {
    use super::*;

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
}

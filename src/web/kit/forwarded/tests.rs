use super::*;
use proptest::prelude::*;
use std::net::Ipv4Addr;

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
    for text in ["203.0.113.1", "203.0.113.1:50001", " \t203.0.113.1\t ", "\"203.0.113.1:50001\"", "[203.0.113.1]:1"] {
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

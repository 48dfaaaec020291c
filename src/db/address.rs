//! Limits on a connection's socket, where the operator's address sets none: libpq waits for ever by itself.

use diesel::pg::PgConnection;
use diesel::{Connection, ConnectionResult};
use percent_encoding::percent_decode_str;
use secrecy::{ExposeSecret, SecretString};

/// How long a command waits for a connection. libpq takes nothing as shorter than two seconds.
pub(super) const COMMANDS_WAIT: u16 = 5;

/// A peer that went without a word is noticed after 20 s of silence, or 10 s after it was last sent something. libpq does not apply these to
/// Unix sockets.
const SOCKET: [(&str, u16); 4] =
    [("keepalives_idle", 10), ("keepalives_interval", 3), ("keepalives_count", 3), ("tcp_user_timeout", 10_000)];

/// A connection of its own, outside of any pool.
pub fn establish(url: &SecretString) -> ConnectionResult<PgConnection> {
    PgConnection::establish(&limited(url.expose_secret(), COMMANDS_WAIT))
}

/// `postgres://…` with every limit that it does not set itself.
pub(super) fn limited(address: &str, connect_seconds: u16) -> String {
    let (_, query) = address.split_once('?').unwrap_or((address, ""));
    let set: Vec<_> = query
        .split('&')
        .filter_map(|pair| pair.split('=').next())
        .map(|key| percent_decode_str(key).decode_utf8_lossy())
        .collect();
    let mut limited = address.to_owned();
    for (key, value) in [("connect_timeout", connect_seconds)].into_iter().chain(SOCKET) {
        if !set.iter().any(|set| set == key) {
            let separator = if limited.contains('?') { '&' } else { '?' };
            limited = format!("{limited}{separator}{key}={value}");
        }
    }
    limited
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: &str =
        "connect_timeout=2&keepalives_idle=10&keepalives_interval=3&keepalives_count=3&tcp_user_timeout=10000";

    #[test]
    fn an_address_that_sets_no_limit_gets_all_of_them() {
        for (address, limited_to) in [
            ("postgres://u:p@h/db", format!("postgres://u:p@h/db?{ALL}")),
            ("postgresql://u@a:1,b:2/db?sslmode=require", format!("postgresql://u@a:1,b:2/db?sslmode=require&{ALL}")),
            ("postgres:///db?host=/run/postgresql", format!("postgres:///db?host=/run/postgresql&{ALL}")),
        ] {
            assert_eq!(limited(address, 2), limited_to);
        }
    }

    #[test]
    fn a_limit_of_the_operators_stays_alone() {
        let address = "postgres://h/db?tcp_user_timeout=0&connect%5Ftimeout=9&keepalives_idle=1";
        assert_eq!(limited(address, 2), format!("{address}&keepalives_interval=3&keepalives_count=3"));
        let all = format!("postgres://h/db?{ALL}");
        assert_eq!(limited(&all, 5), all);
    }

    #[test]
    fn a_password_that_looks_like_a_limit_is_none() {
        assert_eq!(
            limited("postgres://u:connect_timeout=1@h/db", 2),
            format!("postgres://u:connect_timeout=1@h/db?{ALL}")
        );
    }
}

//! TCP connections with deadlines of their own, and TLS over them.

use redis::io::tcp::socket2::{SockRef, TcpKeepalive};
use redis::{ErrorKind, RedisResult};
use rustls::pki_types::ServerName;
use rustls_platform_verifier::ConfigVerifierExt;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// An idle connection whose other end is gone without a word ends within 5 + 3 × 2 seconds.
const KEEPALIVE: (Duration, Duration, u32) = (Duration::from_secs(5), Duration::from_secs(2), 3);

/// What was sent and is not acknowledged for so long ends the connection.
const USER_TIMEOUT: Duration = Duration::from_secs(5);

pub(super) async fn connect_tcp(host: &str, port: u16, patience: Duration) -> io::Result<TcpStream> {
    let addresses: Vec<_> = tokio::net::lookup_host((host, port)).await?.collect();
    let share = patience / u32::try_from(addresses.len()).unwrap_or(u32::MAX).max(1);
    let mut failure = io::Error::new(io::ErrorKind::NotFound, "the name of redis.url has no address");
    for address in addresses {
        match tokio::time::timeout(share, TcpStream::connect(address)).await {
            Ok(Ok(stream)) => return limited(stream),
            Ok(Err(error)) => failure = error,
            Err(_) => failure = io::ErrorKind::TimedOut.into(),
        }
    }
    Err(failure)
}

/// TLS; the certificate is checked against the system's authorities.
pub(super) async fn encrypted(host: &str, stream: TcpStream) -> RedisResult<TlsStream<TcpStream>> {
    let no_name = |_| (ErrorKind::InvalidClientConfig, "redis.url: no certificate can be for this host");
    let name = ServerName::try_from(host.to_owned()).map_err(no_name)?;
    let config = rustls::ClientConfig::with_platform_verifier().map_err(io::Error::other)?;
    Ok(TlsConnector::from(Arc::new(config)).connect(name, stream).await?)
}

fn limited(stream: TcpStream) -> io::Result<TcpStream> {
    let (idle, interval, probes) = KEEPALIVE;
    stream.set_nodelay(true)?;
    let socket = SockRef::from(&stream);
    socket.set_tcp_keepalive(&TcpKeepalive::new().with_time(idle).with_interval(interval).with_retries(probes))?;
    #[cfg(target_os = "linux")]
    socket.set_tcp_user_timeout(Some(USER_TIMEOUT))?;
    Ok(stream)
}

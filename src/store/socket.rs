//! The socket under a connection to Redis: with limits of its own, and watched, so that it is known what was sent and whether an answer is due.

use redis::io::tcp::socket2::{SockRef, TcpKeepalive};
use redis::{ConnectionAddr, ErrorKind, RedisResult};
use rustls::pki_types::ServerName;
use rustls_platform_verifier::ConfigVerifierExt;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpStream, UnixStream};
use tokio::time::Instant;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// An idle connection whose other end is gone without a word ends within 5 + 3 × 2 seconds.
const KEEPALIVE: (Duration, Duration, u32) = (Duration::from_secs(5), Duration::from_secs(2), 3);

/// What was sent and is not acknowledged for so long ends the connection.
const USER_TIMEOUT: Duration = Duration::from_secs(5);

trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}

impl<S: AsyncRead + AsyncWrite + Unpin + Send> Stream for S {}

/// A socket that keeps account of its traffic.
pub(super) struct Socket {
    stream: Box<dyn Stream>,
    traffic: Arc<Traffic>,
}

/// What went over a socket.
#[derive(Debug, Default)]
pub(super) struct Traffic(Mutex<Account>);

#[derive(Debug, Default)]
struct Account {
    written: u64,
    /// Since when something was written and nothing was read.
    unanswered_since: Option<Instant>,
}

impl Socket {
    /// Connects. Every address of a name is tried, for a fair part of the time.
    pub(super) async fn connect(address: &ConnectionAddr, patience: Duration) -> RedisResult<Self> {
        let stream: Box<dyn Stream> = match address {
            ConnectionAddr::Tcp(host, port) => Box::new(connect_tcp(host, *port, patience).await?),
            ConnectionAddr::Unix(path) => Box::new(UnixStream::connect(path).await?),
            // The form that accepts every certificate (`#insecure`) is none that a citizen's session may go over.
            ConnectionAddr::TcpTls { host, port, insecure: false, .. } => {
                Box::new(encrypted(host, connect_tcp(host, *port, patience).await?).await?)
            }
            _ => return Err((ErrorKind::InvalidClientConfig, "redis.url: no such connection is built in").into()),
        };
        Ok(Self { stream, traffic: Arc::default() })
    }

    pub(super) fn traffic(&self) -> Arc<Traffic> {
        self.traffic.clone()
    }
}

async fn connect_tcp(host: &str, port: u16, patience: Duration) -> io::Result<TcpStream> {
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
async fn encrypted(host: &str, stream: TcpStream) -> RedisResult<TlsStream<TcpStream>> {
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

impl Traffic {
    /// Bytes that were handed to the system.
    pub(super) fn written(&self) -> u64 {
        self.account().written
    }

    /// How long an answer has been due.
    pub(super) fn unanswered_for(&self) -> Duration {
        self.account().unanswered_since.map_or(Duration::ZERO, |since| since.elapsed())
    }

    fn wrote(&self, bytes: usize) {
        let mut account = self.account();
        account.written += bytes as u64;
        account.unanswered_since.get_or_insert_with(Instant::now);
    }

    fn read(&self) {
        self.account().unanswered_since = None;
    }

    fn account(&self) -> MutexGuard<'_, Account> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl AsyncRead for Socket {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let polled = Pin::new(&mut self.stream).poll_read(cx, buffer);
        if polled.is_ready() {
            self.traffic.read();
        }
        polled
    }
}

impl AsyncWrite for Socket {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.stream).poll_write(cx, bytes);
        if let Poll::Ready(Ok(count)) = &polled {
            self.traffic.wrote(*count);
        }
        polled
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

//! The socket under a connection to Redis: with deadlines of its own, and an account of what was sent and whether an answer is due.

mod connect;
mod traffic;

use redis::{ConnectionAddr, ErrorKind, RedisResult};
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::UnixStream;

use connect::{connect_tcp, encrypted};

pub(super) use traffic::Traffic;

trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}

impl<S: AsyncRead + AsyncWrite + Unpin + Send> Stream for S {}

pub(super) struct Socket {
    stream: Box<dyn Stream>,
    traffic: Arc<Traffic>,
}

impl Socket {
    /// Connects. Every address of a name is tried, for a fair part of the time.
    pub(super) async fn connect(address: &ConnectionAddr, patience: Duration) -> RedisResult<Self> {
        let stream: Box<dyn Stream> = match address {
            ConnectionAddr::Tcp(host, port) => Box::new(connect_tcp(host, *port, patience).await?),
            ConnectionAddr::Unix(path) => Box::new(UnixStream::connect(path).await?),
            // `#insecure`, which accepts every certificate, is refused.
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

//! A connection's socket: gives up on a client that takes nothing, answers what hyper cannot read with our page, and closes so that the
//! last answer arrives.

use axum::Router;
use axum::http::StatusCode;
use socket2::SockRef;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Sleep, sleep};

use super::unreadable;

/// The kernel takes so much for a client at once. Progress shows only when a third of it has gone: the more, the longer a slow client that
/// does move would look like one that does not.
const SEND_BUFFER: usize = 16 * 1024;

/// How long a client whose request was refused may go on sending before the connection is closed, and how much. Closed with bytes unread,
/// the kernel resets the connection, and the answer is lost on its way.
const LINGER: Duration = Duration::from_secs(2);
const LINGER_BYTES: usize = 64 * 1024 * 1024;

/// What has become of an answer of hyper's own.
enum Refusal {
    /// There was none.
    None,
    /// Our page is being made.
    Asked(Pin<Box<dyn Future<Output = Vec<u8>> + Send>>),
    /// It is being written: what, and how much of it is gone.
    Writing(Vec<u8>, usize),
}

/// The socket as hyper sees it.
pub(super) struct Socket {
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
    write_timeout: Duration,
    /// Runs while the client takes nothing.
    stalled: Option<Pin<Box<Sleep>>>,
    refusal: Refusal,
    /// Whether the client may still be sending what nobody will read.
    unread: Arc<AtomicBool>,
    lingering: Option<(Pin<Box<Sleep>>, usize)>,
}

impl Socket {
    pub(super) fn new(stream: TcpStream, peer: SocketAddr, router: Router, write_timeout: Duration) -> Self {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "connection without TCP_NODELAY");
        }
        if let Err(error) = SockRef::from(&stream).set_send_buffer_size(SEND_BUFFER) {
            tracing::debug!(%error, "connection with a send buffer of another size");
        }
        let unread = Arc::default();
        Self { stream, peer, router, write_timeout, stalled: None, refusal: Refusal::None, unread, lingering: None }
    }

    /// Set where a request was refused before it was read to its end.
    pub(super) fn unread(&self) -> Arc<AtomicBool> {
        self.unread.clone()
    }

    fn write(&mut self, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        if let Poll::Ready(result) = Pin::new(&mut self.stream).poll_write(cx, bytes) {
            self.stalled = None;
            return Poll::Ready(result);
        }
        let timer = self.stalled.get_or_insert_with(|| Box::pin(sleep(self.write_timeout)));
        ready!(timer.as_mut().poll(cx));
        // Without this the kernel would keep what was not sent, and go on offering it.
        SockRef::from(&self.stream).set_linger(Some(Duration::ZERO))?;
        Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, "the client takes nothing")))
    }

    fn write_refusal(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        loop {
            match std::mem::replace(&mut self.refusal, Refusal::None) {
                Refusal::None => return Poll::Ready(Ok(())),
                Refusal::Asked(mut page) => match page.as_mut().poll(cx) {
                    Poll::Ready(page) => self.refusal = Refusal::Writing(page, 0),
                    Poll::Pending => {
                        self.refusal = Refusal::Asked(page);
                        return Poll::Pending;
                    }
                },
                Refusal::Writing(page, gone) if gone == page.len() => {}
                Refusal::Writing(page, gone) => {
                    let written = self.write(cx, &page[gone..]);
                    let more = if let Poll::Ready(Ok(more)) = written { more } else { 0 };
                    self.refusal = Refusal::Writing(page, gone + more);
                    ready!(written)?;
                }
            }
        }
    }

    fn refuse(&mut self, bare: &[u8], status: StatusCode) {
        let page = unreadable::page(self.router.clone(), self.peer, bare.to_vec(), status);
        self.refusal = Refusal::Asked(Box::pin(page));
        self.unread.store(true, Ordering::Relaxed);
    }

    /// Reads what the client still sends, to its end or to a bound.
    fn linger(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let (timer, bytes) = self.lingering.get_or_insert_with(|| (Box::pin(sleep(LINGER)), 0));
        let mut chunk = [0; 8 * 1024];
        loop {
            let mut chunk = ReadBuf::new(&mut chunk);
            match Pin::new(&mut self.stream).poll_read(cx, &mut chunk) {
                Poll::Ready(Ok(())) if !chunk.filled().is_empty() && *bytes < LINGER_BYTES => {
                    *bytes += chunk.filled().len();
                }
                Poll::Ready(_) => return Poll::Ready(()),
                Poll::Pending => return timer.as_mut().poll(cx),
            }
        }
    }
}

impl AsyncRead for Socket {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

/// Not vectored: hyper then hands over its own answers in one piece.
impl AsyncWrite for Socket {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match unreadable::own_answer(bytes) {
            Some((0, status)) => {
                self.refuse(bytes, status);
                Poll::Ready(Ok(bytes.len()))
            }
            Some((before, _)) => self.write(cx, &bytes[..before]),
            None => self.write(cx, bytes),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.write_refusal(cx))?;
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.lingering.is_none() {
            ready!(self.write_refusal(cx))?;
            ready!(Pin::new(&mut self.stream).poll_shutdown(cx))?;
        }
        if self.unread.load(Ordering::Relaxed) {
            ready!(self.linger(cx));
        }
        Poll::Ready(Ok(()))
    }
}

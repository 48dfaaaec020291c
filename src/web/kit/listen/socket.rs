//! A connection's socket: gives up on a client that takes nothing, answers what hyper cannot read with our page, and closes so that the
//! last answer arrives.

mod poll;

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
use tokio::io::AsyncWrite;
use tokio::net::TcpStream;
use tokio::time::{Sleep, sleep};

use super::linger::Linger;
use super::unreadable;

/// The kernel takes so much for a client at once. Progress shows only when a third of it has gone: the more, the longer a slow client that
/// does move would look like one that does not.
const SEND_BUFFER: usize = 16 * 1024;

/// What has become of an answer of hyper's own.
enum Refusal {
    None,
    /// Our page is being made.
    Asked(Pin<Box<dyn Future<Output = Vec<u8>> + Send>>),
    /// It is being written: what, and how much of it is gone.
    Writing(Vec<u8>, usize),
}

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
    lingering: Option<Linger>,
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
        // Without this the kernel would keep what was not sent, and go on retransmitting it.
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

    fn linger(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        self.lingering.get_or_insert_with(Linger::begin).poll(&mut self.stream, cx)
    }
}

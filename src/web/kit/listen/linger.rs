//! The end of a connection whose request was refused before it was read to its end.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Sleep, sleep};

/// How long a client whose request was refused may go on sending before the connection is closed, and how much. Closed with bytes unread,
/// the kernel resets the connection, and the answer is lost on its way.
const LINGER: Duration = Duration::from_secs(2);
const LINGER_BYTES: usize = 64 * 1024 * 1024;

pub(super) struct Linger {
    timer: Pin<Box<Sleep>>,
    bytes: usize,
}

impl Linger {
    pub(super) fn begin() -> Self {
        Self { timer: Box::pin(sleep(LINGER)), bytes: 0 }
    }

    /// Reads what the client still sends, to its end or to a bound.
    pub(super) fn poll(&mut self, stream: &mut TcpStream, cx: &mut Context<'_>) -> Poll<()> {
        let mut chunk = [0; 8 * 1024];
        loop {
            let mut chunk = ReadBuf::new(&mut chunk);
            match Pin::new(&mut *stream).poll_read(cx, &mut chunk) {
                Poll::Ready(Ok(())) if !chunk.filled().is_empty() && self.bytes < LINGER_BYTES => {
                    self.bytes += chunk.filled().len();
                }
                Poll::Ready(_) => return Poll::Ready(()),
                Poll::Pending => return self.timer.as_mut().poll(cx),
            }
        }
    }
}

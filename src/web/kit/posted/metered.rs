//! The body of a multipart form, handed to the parser no faster than that gets on. The parser keeps what it cannot yet tell a part from, however much
//! that is, and searches all of it again whenever more comes.

use axum::Error;
use axum::body::{Body, Bytes, HttpBody};
use hyper::body::Frame;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::{Context, Poll, ready};

/// What may stand before the first part, or as the header of one.
const MAX_UNPARSED: usize = 64 * 1024;

/// Shared by a body and whoever takes the parts.
#[derive(Debug, Default)]
pub(super) struct Meter {
    /// Bytes that the parser was given since it last gave something.
    unparsed: AtomicUsize,
    /// The parser is to try with what it has before it is given more.
    is_enough: AtomicBool,
}

impl Meter {
    /// The parser gave a part, or bytes of one.
    pub(super) fn has_parsed(&self) {
        self.unparsed.store(0, Ordering::Relaxed);
        self.is_enough.store(true, Ordering::Relaxed);
    }
}

pub(super) struct Metered {
    body: Body,
    meter: Arc<Meter>,
}

impl Metered {
    pub(super) fn of(body: Body, meter: Arc<Meter>) -> Body {
        Body::new(Self { body, meter })
    }
}

impl HttpBody for Metered {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        if self.meter.is_enough.swap(false, Ordering::Relaxed) {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        if self.meter.unparsed.load(Ordering::Relaxed) > MAX_UNPARSED {
            return Poll::Ready(Some(Err(Error::new("a multipart form that does not come to a part"))));
        }
        let frame = ready!(Pin::new(&mut self.body).poll_frame(cx));
        if let Some(Ok(frame)) = &frame
            && let Some(data) = frame.data_ref()
        {
            self.meter.unparsed.fetch_add(data.len(), Ordering::Relaxed);
            self.meter.is_enough.store(true, Ordering::Relaxed);
        }
        Poll::Ready(frame)
    }
}

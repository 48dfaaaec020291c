//! A body that never ends.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Bytes, HttpBody};
use http_body::Frame;

/// A body that never comes to its end.
pub(super) enum Unending {
    Flood,
    Drip { begun: bool },
}

impl HttpBody for Unending {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        const SPACES: &[u8] = &[b' '; 16 * 1024];
        match &mut *self {
            Self::Drip { begun: true } => Poll::Pending,
            Self::Drip { begun } => {
                *begun = true;
                Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(b"{")))))
            }
            Self::Flood => Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(SPACES))))),
        }
    }
}

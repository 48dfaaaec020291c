//! The deadline of a request (`server.request_timeout`).

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use hyper::body::{Frame, SizeHint};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use crate::app::App;
use crate::web::kit::error::WebError;

/// Ends a request that takes too long. Whose fault that is shows in what it waits for.
pub(crate) async fn in_time(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let upload = Arc::new(AtomicBool::new(false));
    let request = request.map(|body| Body::new(Upload { body, is_awaited: upload.clone() }));
    match tokio::time::timeout(app.config.server.request_timeout, next.run(request)).await {
        Ok(response) => response,
        Err(_) if upload.load(Ordering::Relaxed) => WebError::TooSlow.into_response(),
        Err(elapsed) => WebError::Unavailable(Box::new(elapsed)).into_response(),
    }
}

/// The body of a request; knows whether more of the body is awaited.
struct Upload {
    body: Body,
    is_awaited: Arc<AtomicBool>,
}

impl HttpBody for Upload {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let frame = Pin::new(&mut self.body).poll_frame(cx);
        self.is_awaited.store(frame.is_pending(), Ordering::Relaxed);
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

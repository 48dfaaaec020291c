//! Connections: a limited number, with deadlines for a request's head and for progress of the answer, and a graceful
//! shutdown.

mod accept;
mod limits;
mod linger;
mod socket;
mod unreadable;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use hyper::body::{Body as _, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::timeout;
use tower::ServiceExt;

use accept::accept;
use socket::Socket;

pub use limits::Limits;
pub(crate) use unreadable::Unreadable;

/// The limit of a request's head; a larger one gets 431. A browser with every cookie of a portal's domain stays far below.
const MAX_HEADER_SIZE: usize = 32 * 1024;

/// Serves until `stop` is done, then lets running requests finish. A request finds its peer as `ConnectInfo<SocketAddr>`.
pub async fn serve(listener: TcpListener, router: Router, limits: Limits, stop: impl Future<Output = ()>) {
    let places = Arc::new(Semaphore::new(limits.connections.min(Semaphore::MAX_PERMITS)));
    let graceful = GracefulShutdown::new();
    let mut running = JoinSet::new();
    let mut stop = std::pin::pin!(stop);
    loop {
        let (stream, peer, place) = tokio::select! {
            biased;
            () = &mut stop => break,
            Some(_) = running.join_next(), if !running.is_empty() => continue,
            accepted = accept(&listener, &places) => accepted,
        };
        let connection = connection(stream, peer, router.clone(), limits);
        let connection = graceful.watch(connection);
        running.spawn(async move {
            let gauge = metrics::gauge!("buzheng_http_connections", "listener" => limits.name);
            gauge.increment(1);
            if let Err(error) = connection.await {
                // A deadline, a reset, not HTTP: usual on a public address.
                tracing::debug!(listener = limits.name, %error, "connection ended early");
            }
            gauge.decrement(1);
            drop(place);
        });
    }
    drop(listener);
    if timeout(limits.shutdown_timeout, graceful.shutdown()).await.is_err() {
        let left = running.len();
        tracing::warn!(listener = limits.name, left, "requests did not finish in time and are cut off");
    }
    running.shutdown().await;
}

fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
    limits: Limits,
) -> impl hyper_util::server::graceful::GracefulConnection<Error = hyper::Error> + Send {
    let socket = Socket::new(stream, peer, router.clone(), limits.write_timeout);
    let unread = socket.unread();
    let service = service_fn(move |request: Request<Incoming>| {
        let has_body = !request.body().is_end_stream();
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        let (answer, unread) = (router.clone().oneshot(request), unread.clone());
        async move {
            let answer = answer.await;
            let is_refused = answer.as_ref().is_ok_and(|answer| answer.status().is_client_error());
            unread.store(has_body && is_refused, Ordering::Relaxed);
            answer
        }
    });
    http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.header_timeout)
        .max_header_size(MAX_HEADER_SIZE)
        .serve_connection(TokioIo::new(socket), service)
}

//! One browser's connection, kept open, with as little work of its own as possible.

use http_body_util::{BodyExt, Empty};
use hyper::body::Bytes;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::header::{ACCEPT_ENCODING, COOKIE, HOST};
use hyper::{Request, StatusCode};
use hyper_util::rt::TokioIo;
use std::net::SocketAddr;
use tokio::net::TcpStream;

pub(crate) struct Connection {
    sender: SendRequest<Empty<Bytes>>,
    host: String,
    cookie: String,
    encoding: &'static str,
}

impl Connection {
    pub(crate) async fn open(address: SocketAddr, cookie: &str, encoding: &'static str) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        let (sender, connection) = handshake(TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        Self { sender, host: address.to_string(), cookie: cookie.to_owned(), encoding }
    }

    /// Asks for a page and reads it to its end. Panics unless it comes, whole, with 200.
    pub(crate) async fn get(&mut self, path: &str) {
        let request = Request::get(path)
            .header(HOST, &self.host)
            .header(COOKIE, &self.cookie)
            .header(ACCEPT_ENCODING, self.encoding)
            .body(Empty::new())
            .unwrap();
        self.sender.ready().await.unwrap();
        let response = self.sender.send_request(request).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        let body = response.into_body().collect().await.unwrap().to_bytes();
        assert!(!body.is_empty(), "{path} is empty");
    }
}

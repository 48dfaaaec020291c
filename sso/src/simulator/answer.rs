//! JSON answers, and the faults in them.

mod unending;

use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, LOCATION};
use axum::http::{HeaderValue, Response, StatusCode};
use serde_json::{Value, json};
use url::form_urlencoded;

use super::fault::{Dress, Fault, merge};
use super::world::World;
use crate::config::Charset;
use unending::Unending;

/// The format of an answer.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Writing {
    /// The charset.
    pub(super) charset: Charset,
    /// The member that is written as a text which holds JSON.
    pub(super) packed: Option<&'static str>,
    /// As a form, not as JSON.
    pub(super) form: bool,
}

impl Writing {
    fn of(self, mut body: Value) -> String {
        if let Some(member) = self.packed.and_then(|name| body.get_mut(name)).filter(|member| !member.is_string()) {
            *member = Value::String(member.to_string());
        }
        let Some(members) = body.as_object().filter(|_| self.form) else { return body.to_string() };
        let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let pairs = members.iter().map(|(name, value)| (name, text(value)));
        form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
    }

    fn bytes(self, text: String) -> Vec<u8> {
        if self.charset == Charset::Gbk { encoding_rs::GBK.encode(&text).0.into_owned() } else { text.into_bytes() }
    }
}

impl World {
    /// Sends `body`, changed by the fault.
    pub(super) async fn answer(&self, fault: Option<Fault>, body: Value) -> Response<Body> {
        self.answer_in(Writing::default(), fault, body).await
    }

    /// Sends `body` in this format, changed by the fault.
    pub(super) async fn answer_in(
        &self,
        mut writing: Writing,
        fault: Option<Fault>,
        mut body: Value,
    ) -> Response<Body> {
        let mut status = StatusCode::OK;
        let mut content_type = "application/json";
        let mut text = String::new();
        match fault {
            Some(Fault::Slow(_)) => self.released.notified().await,
            Some(Fault::Drip(_)) => return send(status, content_type, Body::new(Unending::Drip { begun: false })),
            Some(Fault::Endless(_)) => return send(status, content_type, Body::new(Unending::Flood)),
            Some(Fault::Huge(_)) => return send(status, content_type, " ".repeat(8 << 20).into()),
            Some(Fault::ServerError(_)) => {
                return send(StatusCode::INTERNAL_SERVER_ERROR, "text/plain", "broken".into());
            }
            Some(Fault::NotJson(_)) => return send(status, content_type, "<html>系统维护</html>".into()),
            Some(Fault::Raw(_, bytes)) => return send(status, content_type, bytes.into()),
            Some(Fault::Error(_, code)) => return error(StatusCode::BAD_REQUEST, code),
            Some(Fault::Redirect(_, place)) => {
                let mut response = send(StatusCode::TEMPORARY_REDIRECT, "text/plain", Body::empty());
                if let Ok(place) = HeaderValue::from_str(&place) {
                    response.headers_mut().insert(LOCATION, place);
                }
                return response;
            }
            Some(Fault::Patch(_, patch)) => merge(&mut body, &patch),
            Some(Fault::Dressed(_, Dress::Html)) => content_type = "text/html",
            Some(Fault::Dressed(_, Dress::SpacedContentType)) => content_type = "application/json ; charset=UTF-8",
            Some(Fault::Dressed(_, Dress::ByteOrderMark)) => text.push('\u{feff}'),
            Some(Fault::Dressed(_, Dress::Gbk)) => writing.charset = Charset::Gbk,
            Some(Fault::Dressed(_, Dress::Created)) => status = StatusCode::CREATED,
            _ => {}
        }
        text.push_str(&writing.of(body));
        send(status, content_type, writing.bytes(text).into())
    }
}

/// An error answer of RFC 6749 §5.2.
pub(super) fn error(status: StatusCode, code: &str) -> Response<Body> {
    send(status, "application/json", json!({ "error": code }).to_string().into())
}

pub(super) fn send(status: StatusCode, content_type: &'static str, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

//! Success and refusal as each portal writes them.

use axum::body::Body;
use axum::http::{Response, StatusCode};
use serde_json::{Map, Value, json};

use crate::simulator::answer::{error, send};

use super::shape::Shape;

#[derive(Clone, Copy)]
pub(super) enum Refusal {
    Client,
    Grant,
    Request,
    Token,
}

/// A success, in this portal's envelope.
pub(super) fn good(shape: &Shape, at: Option<&str>, answer: Value) -> Value {
    let mut wrapped = match at {
        Some(member) => Value::Object(Map::from_iter([(member.to_owned(), answer)])),
        None => answer,
    };
    if let Some(status) = &shape.status {
        wrapped[status.member] = json!(status.good);
    }
    wrapped
}

/// A refusal, in this portal's format.
pub(super) fn refuse(shape: &Shape, refusal: Refusal) -> Response<Body> {
    if let Some(status) = &shape.status {
        let (code, message) = match refusal {
            Refusal::Grant => (status.expired, "授权码无效或已过期"),
            Refusal::Client => (status.refused, "应用未登记"),
            Refusal::Request => (status.refused, "参数错误"),
            Refusal::Token => (status.refused, "令牌无效"),
        };
        let body = json!({ status.member: code, "message": message });
        return send(StatusCode::OK, "application/json", body.to_string().into());
    }
    match refusal {
        Refusal::Client => error(StatusCode::UNAUTHORIZED, "invalid_client"),
        Refusal::Grant => error(StatusCode::BAD_REQUEST, "invalid_grant"),
        Refusal::Request => error(StatusCode::BAD_REQUEST, "invalid_request"),
        Refusal::Token => error(StatusCode::UNAUTHORIZED, "invalid_token"),
    }
}

//! Whether a request carries the client's id and secret.

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use url::form_urlencoded;

use crate::config::{ClientAuth, RequestMethod};
use crate::simulator::pages::Fields;
use crate::simulator::world::World;

use super::asked::Asked;
use super::shape::Shape;

/// Checks the client's id and secret, in the place that this portal wants and nowhere else.
pub(super) fn client_is_known(world: &World, shape: &Shape, headers: &HeaderMap, asked: &Asked) -> bool {
    let (id, secret) = (shape.names.client_id, shape.names.client_secret);
    let pair = |fields: &Fields| Some((fields.get(id)?.clone(), fields.get(secret)?.clone()));
    let (found, elsewhere) = match shape.client_auth {
        ClientAuth::Header => (basic(headers), asked.anywhere(secret).is_some()),
        ClientAuth::Body => {
            let elsewhere = asked.method == RequestMethod::Post && asked.query.contains_key(secret);
            (pair(asked.parameters()), elsewhere || headers.contains_key(AUTHORIZATION))
        }
        ClientAuth::Query => {
            (pair(&asked.query), asked.form.contains_key(secret) || headers.contains_key(AUTHORIZATION))
        }
    };
    !elsewhere && found == Some((world.config.client_id.clone(), world.config.client_secret.clone()))
}

/// HTTP Basic, both parts form-encoded (RFC 6749 §2.3.1).
fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    let encoded = headers.get(AUTHORIZATION)?.to_str().ok()?.strip_prefix("Basic ")?;
    let text = String::from_utf8(STANDARD.decode(encoded).ok()?).ok()?;
    let (id, secret) = text.split_once(':')?;
    let decoded = |text: &str| {
        let pairs: Vec<_> = form_urlencoded::parse(format!("x={text}").as_bytes()).into_owned().collect();
        pairs.into_iter().next().map(|(_, value)| value)
    };
    Some((decoded(id)?, decoded(secret)?))
}

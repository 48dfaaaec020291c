//! JWTs that no honest portal makes.

use std::io;

use ring::hmac;
use serde_json::{Value, json};

use super::{Key, encode};

impl Key {
    /// Takes the other key's id, for forgeries.
    pub(in crate::simulator) fn under_id_of(mut self, other: &Self) -> Self {
        self.id.clone_from(&other.id);
        self
    }

    /// A JWT without a key id.
    pub(in crate::simulator) fn sign_nameless(&self, claims: &Value, typ: Option<&str>) -> io::Result<String> {
        self.sign_under(json!({ "alg": self.algorithm() }), claims, typ)
    }

    /// A JWT with this claim twice, or else with `alg` twice in the header.
    pub(in crate::simulator) fn sign_repeated(
        &self,
        claims: &Value,
        typ: Option<&str>,
        claim: Option<&str>,
    ) -> io::Result<String> {
        let repeated = |object: &Value, name: &str, value: &str| {
            object.to_string().replacen('{', &format!("{{\"{name}\":\"{value}\","), 1)
        };
        let header = json!({ "alg": self.algorithm(), "kid": self.id, "typ": typ.unwrap_or("JWT") });
        let (header, claims) = match claim {
            Some(name) => (header.to_string(), repeated(claims, name, "another")),
            None => (repeated(&header, "alg", self.algorithm()), claims.to_string()),
        };
        self.signed(&format!("{}.{}", encode(header.as_bytes()), encode(claims.as_bytes())))
    }
}

/// A JWT with `alg` `none`.
pub(in crate::simulator) fn unsigned_jwt(claims: &Value) -> String {
    format!("{}.", unsigned(&json!({ "alg": "none" }), claims))
}

/// A JWT with HS256 under the given secret.
pub(in crate::simulator) fn hmac_jwt(secret: &str, claims: &Value) -> String {
    let input = unsigned(&json!({ "alg": "HS256", "typ": "JWT" }), claims);
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes()), input.as_bytes());
    format!("{input}.{}", encode(tag.as_ref()))
}

pub(super) fn unsigned(header: &Value, claims: &Value) -> String {
    format!("{}.{}", encode(header.to_string().as_bytes()), encode(claims.to_string().as_bytes()))
}

//! The tokens of a grant, and what faults make of them.

use std::io;

use serde_json::{Value, json};

use crate::simulator::fault::{Fault, merge};
use crate::simulator::signing::{Key, KeyKind, hmac_jwt, random_text, unsigned_jwt};
use crate::simulator::world::World;

use super::memory::Grant;

/// The announced lifetime of tokens, in seconds.
const TOKEN_LIFE: i64 = 300;

impl World {
    /// Tokens for the grant; faults that concern the ID token apply here.
    pub(super) fn issue(&self, grant: Grant, fault: Option<&Fault>) -> io::Result<Value> {
        let access_token = random_text()?;
        let mut inner = self.lock();
        match fault {
            Some(Fault::RotatedKey) => inner.key = Key::generate(self.config.key)?,
            Some(Fault::WeakKey) => inner.key = Key::generate(KeyKind::Rs256(1024))?,
            _ => {}
        }
        let now = chrono::Utc::now().timestamp();
        let mut claims = json!({
            "iss": self.base_url,
            "sub": grant.persona.subject,
            "aud": self.config.client_id,
            "azp": self.config.client_id,
            "iat": now,
            "exp": now + TOKEN_LIFE,
            "auth_time": grant.signed_in_at,
            "nonce": grant.request.nonce,
            "at_hash": inner.key.token_hash(&access_token),
            "sid": random_text()?,
        });
        if let Some(patch) = fault.and_then(Fault::claims_patch) {
            merge(&mut claims, &patch);
        }
        let id_token = self.sign(&inner.key, &claims, Some("JWT"), fault)?;
        inner.access_tokens.insert(access_token.clone(), grant);
        Ok(json!({
            "access_token": access_token,
            "token_type": "Bearer",
            "expires_in": TOKEN_LIFE,
            "scope": "openid profile",
            "id_token": id_token,
        }))
    }
}

impl World {
    /// A token signed with this key; faults that concern the signature apply here.
    pub(in crate::simulator) fn sign(
        &self,
        key: &Key,
        claims: &Value,
        typ: Option<&str>,
        fault: Option<&Fault>,
    ) -> io::Result<String> {
        match fault {
            Some(Fault::AlgNone) => Ok(unsigned_jwt(claims)),
            Some(Fault::HmacSecret) => Ok(hmac_jwt(&self.config.client_secret, claims)),
            Some(Fault::ForgedSecret) => Ok(hmac_jwt("another secret", claims)),
            Some(Fault::UnknownKey) => Key::generate(self.config.key)?.sign(claims, typ),
            Some(Fault::ForgedKey) => Key::generate(self.config.key)?.under_id_of(key).sign(claims, typ),
            Some(Fault::NamelessKey) => key.sign_nameless(claims, typ),
            Some(Fault::RepeatedClaim(name)) => key.sign_repeated(claims, typ, Some(name)),
            Some(Fault::RepeatedHeader) => key.sign_repeated(claims, typ, None),
            _ => key.sign(claims, typ),
        }
    }
}

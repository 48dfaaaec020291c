//! What the portal publishes of a key, and the hash that belongs to its algorithm.

use ring::digest;
use ring::signature::KeyPair;
use rsa::traits::PublicKeyParts;
use serde_json::{Value, json};

use super::{Key, Pair, encode};
use crate::simulator::fault::merge;

impl Key {
    /// The public half as a JWK.
    pub(in crate::simulator) fn jwk(&self) -> Value {
        let mut jwk = json!({ "kid": self.id, "use": "sig", "alg": self.algorithm() });
        let members = match &self.pair {
            Pair::Es256(pair) => {
                let point = pair.public_key().as_ref(); // 0x04, x, y
                json!({ "kty": "EC", "crv": "P-256", "x": encode(&point[1..33]), "y": encode(&point[33..]) })
            }
            Pair::EdDsa(pair) => json!({ "kty": "OKP", "crv": "Ed25519", "x": encode(pair.public_key().as_ref()) }),
            Pair::Rs256(key) => {
                json!({ "kty": "RSA", "n": encode(&key.n().to_bytes_be()), "e": encode(&key.e().to_bytes_be()) })
            }
        };
        merge(&mut jwk, &members);
        jwk
    }

    /// OpenID Connect Core §3.1.3.6: the left half of the hash that belongs to the algorithm.
    pub(in crate::simulator) fn token_hash(&self, token: &str) -> String {
        let algorithm = if matches!(self.pair, Pair::EdDsa(_)) { &digest::SHA512 } else { &digest::SHA256 };
        let hash = digest::digest(algorithm, token.as_bytes());
        encode(&hash.as_ref()[..hash.as_ref().len() / 2])
    }
}

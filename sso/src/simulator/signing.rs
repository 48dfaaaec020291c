//! The simulator's keys, and JWTs made by hand so that wrong ones can be made too.

mod forged;
mod jwk;
mod random;

use std::io;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair};
use rsa::RsaPrivateKey;
use rsa::sha2::Sha256;
use rsa::signature::{SignatureEncoding, Signer};
use serde_json::{Value, json};

use forged::unsigned;
pub(super) use forged::{hmac_jwt, unsigned_jwt};
pub(super) use random::{challenge_of, random_text};

/// The type of a signing key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyKind {
    /// ECDSA on P-256: fast to generate.
    Es256,
    /// Ed25519: fast to generate.
    EdDsa,
    /// RSA of this many bits, PKCS #1 v1.5: the most common at portals, slow to generate.
    Rs256(usize),
}

pub(super) struct Key {
    id: String,
    pair: Pair,
}

enum Pair {
    Es256(EcdsaKeyPair),
    EdDsa(Ed25519KeyPair),
    Rs256(Box<RsaPrivateKey>),
}

impl Key {
    pub(super) fn generate(kind: KeyKind) -> io::Result<Self> {
        let random = SystemRandom::new();
        let failed = |_| io::Error::other("a signing key cannot be made");
        let pair = match kind {
            KeyKind::Es256 => {
                let document =
                    EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).map_err(failed)?;
                let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, document.as_ref(), &random);
                Pair::Es256(pair.map_err(io::Error::other)?)
            }
            KeyKind::EdDsa => {
                let document = Ed25519KeyPair::generate_pkcs8(&random).map_err(failed)?;
                Pair::EdDsa(Ed25519KeyPair::from_pkcs8(document.as_ref()).map_err(io::Error::other)?)
            }
            KeyKind::Rs256(bits) => {
                let key = RsaPrivateKey::new(&mut rsa::rand_core::OsRng, bits).map_err(io::Error::other)?;
                Pair::Rs256(Box::new(key))
            }
        };
        Ok(Self { id: random_text()?, pair })
    }

    pub(super) fn algorithm(&self) -> &'static str {
        match self.pair {
            Pair::Es256(_) => "ES256",
            Pair::EdDsa(_) => "EdDSA",
            Pair::Rs256(_) => "RS256",
        }
    }

    /// A JWT with these claims and this `typ`.
    pub(super) fn sign(&self, claims: &Value, typ: Option<&str>) -> io::Result<String> {
        self.sign_under(json!({ "alg": self.algorithm(), "kid": self.id }), claims, typ)
    }

    fn sign_under(&self, mut header: Value, claims: &Value, typ: Option<&str>) -> io::Result<String> {
        if let Some(typ) = typ {
            header["typ"] = json!(typ);
        }
        self.signed(&unsigned(&header, claims))
    }

    fn signed(&self, input: &str) -> io::Result<String> {
        let signature = match &self.pair {
            Pair::Es256(pair) => pair
                .sign(&SystemRandom::new(), input.as_bytes())
                .map_err(|_| io::Error::other("signing failed"))?
                .as_ref()
                .to_vec(),
            Pair::EdDsa(pair) => pair.sign(input.as_bytes()).as_ref().to_vec(),
            Pair::Rs256(key) => {
                rsa::pkcs1v15::SigningKey::<Sha256>::new((**key).clone()).sign(input.as_bytes()).to_vec()
            }
        };
        Ok(format!("{input}.{}", encode(&signature)))
    }
}

fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

//! The simulator's keys, and JWTs made by hand so that wrong ones can be made too.

use std::io;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::{SecureRandom, SystemRandom};
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair};
use ring::{digest, hmac};
use rsa::RsaPrivateKey;
use rsa::sha2::Sha256;
use rsa::signature::{SignatureEncoding, Signer};
use rsa::traits::PublicKeyParts;
use serde_json::{Value, json};

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

    /// Takes the other key's id, for forgeries.
    pub(super) fn under_id_of(mut self, other: &Self) -> Self {
        self.id.clone_from(&other.id);
        self
    }

    pub(super) fn algorithm(&self) -> &'static str {
        match self.pair {
            Pair::Es256(_) => "ES256",
            Pair::EdDsa(_) => "EdDSA",
            Pair::Rs256(_) => "RS256",
        }
    }

    /// The public half as a JWK.
    pub(super) fn jwk(&self) -> Value {
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
        super::fault::merge(&mut jwk, &members);
        jwk
    }

    /// A JWT with these claims and this `typ`.
    pub(super) fn sign(&self, claims: &Value, typ: Option<&str>) -> io::Result<String> {
        self.sign_under(json!({ "alg": self.algorithm(), "kid": self.id }), claims, typ)
    }

    /// A JWT without a key id.
    pub(super) fn sign_nameless(&self, claims: &Value, typ: Option<&str>) -> io::Result<String> {
        self.sign_under(json!({ "alg": self.algorithm() }), claims, typ)
    }

    /// A JWT with this claim twice, or else with `alg` twice in the header.
    pub(super) fn sign_repeated(&self, claims: &Value, typ: Option<&str>, claim: Option<&str>) -> io::Result<String> {
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

    /// OpenID Connect Core §3.1.3.6: the left half of the hash that belongs to the algorithm.
    pub(super) fn token_hash(&self, token: &str) -> String {
        let algorithm = if matches!(self.pair, Pair::EdDsa(_)) { &digest::SHA512 } else { &digest::SHA256 };
        let hash = digest::digest(algorithm, token.as_bytes());
        encode(&hash.as_ref()[..hash.as_ref().len() / 2])
    }
}

/// A JWT with `alg` `none`.
pub(super) fn unsigned_jwt(claims: &Value) -> String {
    format!("{}.", unsigned(&json!({ "alg": "none" }), claims))
}

/// A JWT with HS256 under the given secret.
pub(super) fn hmac_jwt(secret: &str, claims: &Value) -> String {
    let input = unsigned(&json!({ "alg": "HS256", "typ": "JWT" }), claims);
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes()), input.as_bytes());
    format!("{input}.{}", encode(tag.as_ref()))
}

fn unsigned(header: &Value, claims: &Value) -> String {
    format!("{}.{}", encode(header.to_string().as_bytes()), encode(claims.to_string().as_bytes()))
}

/// RFC 7636 §4.2.
pub(super) fn challenge_of(verifier: &str) -> String {
    encode(digest::digest(&digest::SHA256, verifier.as_bytes()).as_ref())
}

/// 256 random bits.
pub(super) fn random_text() -> io::Result<String> {
    let mut bytes = [0; 32];
    SystemRandom::new().fill(&mut bytes).map_err(|_| io::Error::other("no randomness"))?;
    Ok(encode(&bytes))
}

fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

//! SqlMembershipProvider (2005): a hash over salt and password.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::{Digest, Sha256};

use super::Split;
use crate::domain::legacy_password::malformed::Malformed;
use crate::domain::legacy_password::spec::Algorithm;

/// SqlMembershipProvider generates salts of 16 bytes; it enforces no bound when it reads them.
const MAX_SALT: usize = 64;

/// The key that `new HMACSHA256()` makes for itself, whose length the provider keeps.
const HMAC_KEY: usize = 64;

impl Algorithm {
    const fn bytes(self) -> usize {
        match self {
            Self::Sha1 => 20,
            Self::Sha256 | Self::HmacSha256 => 32,
        }
    }
}

pub(in crate::domain::legacy_password) fn split_membership(
    algorithm: Algorithm,
    hash: &str,
    salt: &str,
) -> Result<Split, Malformed> {
    let hash = BASE64.decode(hash).map_err(|_| Malformed::NotBase64)?;
    if hash.len() != algorithm.bytes() {
        return Err(Malformed::Bytes { expected: algorithm.bytes(), found: hash.len() });
    }
    let salt = BASE64.decode(salt.trim()).ok().filter(|salt| (1..=MAX_SALT).contains(&salt.len()));
    Ok(Split { digest: BASE64.encode(hash), salt: BASE64.encode(salt.ok_or(Malformed::Salt)?) })
}

/// SqlMembershipProvider.EncodePassword: `hash(salt ‖ password)`; a keyed hash has the salt for its key instead, cut to or repeated
/// up to the length that the key already has.
pub(in crate::domain::legacy_password) fn membership(
    algorithm: Algorithm,
    salt: &str,
    password: &[u8],
) -> Option<String> {
    let salt = BASE64.decode(salt).ok().filter(|salt| !salt.is_empty())?;
    Some(match algorithm {
        Algorithm::Sha1 => BASE64.encode(Sha1::new().chain_update(&salt).chain_update(password).finalize()),
        Algorithm::Sha256 => BASE64.encode(Sha256::new().chain_update(&salt).chain_update(password).finalize()),
        Algorithm::HmacSha256 => {
            let key: Vec<u8> = salt.iter().copied().cycle().take(HMAC_KEY).collect();
            let keyed = Hmac::<Sha256>::new_from_slice(&key).ok()?;
            BASE64.encode(keyed.chain_update(password).finalize().into_bytes())
        }
    })
}

//! Sealing of personal data and keyed look-up values; the only holder of keys.
//!
//! A sealed value is `suite (1) ‖ key id (4) ‖ nonce (12) ‖ ciphertext and tag`, bound to its [`Purpose`] as associated data: a sealed
//! e-mail address cannot be opened as a name. Look-up values are keyed hashes of canonical forms, so that rows can be found without
//! being opened; their key is another one than those that seal. Key files are made by `buzheng doctor --new-keys`.

mod checks;
mod keys;
mod password;
mod purpose;
mod suite;

use serde::{Serialize, de::DeserializeOwned};
use std::{fmt, sync::Arc};
use zeroize::Zeroizing;

pub use checks::{CheckValue, Difference, KeyMismatch, KeyUse, sealed_with};
pub use keys::{KeyFile, KeyFileError};
pub use password::{Hasher, hash_password, verify_password, verify_password_of_nobody};
pub use purpose::{LookUp, Purpose};
use suite::{Standard, Suite};

const SUITE_STANDARD: u8 = 1;
const HEADER: usize = 1 + 4;

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// Too short, or sealed by a suite that this build lacks.
    #[error("not a sealed value of a suite that this program knows")]
    Malformed,
    #[error("sealed with key {0:08x}, which the key file does not hold")]
    UnknownKey(u32),
    /// Wrong key, wrong purpose, or changed bytes.
    #[error("a sealed value does not open: it was changed, or sealed for another purpose or with another key")]
    Refused,
    #[error("an opened value has not the expected form")]
    Content,
}

/// Seals, opens and derives look-up values. Cheap to clone.
#[derive(Clone)]
pub struct Vault(Arc<Inner>);

struct Inner {
    /// The current key stands first: a key file is never without one.
    sealing: Vec<(u32, Standard)>,
    look_up_id: u32,
    look_up: Box<Zeroizing<[u8; 32]>>,
}

impl Vault {
    pub fn new(keys: &KeyFile) -> Self {
        let (current, former): (Vec<_>, Vec<_>) = keys.sealing.iter().partition(|key| key.id == keys.current_sealing);
        let sealing = current.into_iter().chain(former).map(|key| (key.id, Standard::new(&key.key))).collect();
        Self(Arc::new(Inner { sealing, look_up_id: keys.look_up.id, look_up: keys.look_up.key.clone() }))
    }

    /// Seals bytes with the current key.
    pub fn seal(&self, purpose: Purpose, plain: &[u8]) -> Vec<u8> {
        let (id, suite) = &self.0.sealing[0];
        let mut sealed = Vec::with_capacity(HEADER + Standard::OVERHEAD + plain.len());
        sealed.push(SUITE_STANDARD);
        sealed.extend(id.to_be_bytes());
        suite.seal(purpose.label(), plain, &mut sealed);
        sealed
    }

    /// Opens what [`seal`](Self::seal) made for the same purpose.
    pub fn open(&self, purpose: Purpose, sealed: &[u8]) -> Result<Vec<u8>, VaultError> {
        let (header, body) = sealed.split_at_checked(HEADER).ok_or(VaultError::Malformed)?;
        let [SUITE_STANDARD, id @ ..] = header else { return Err(VaultError::Malformed) };
        let id = u32::from_be_bytes(id.try_into().map_err(|_| VaultError::Malformed)?);
        let known = self.0.sealing.iter().find(|(known, _)| *known == id);
        let (_, suite) = known.ok_or(VaultError::UnknownKey(id))?;
        suite.open(purpose.label(), body).ok_or(VaultError::Refused)
    }

    pub fn seal_text(&self, purpose: Purpose, text: &str) -> Vec<u8> {
        self.seal(purpose, text.as_bytes())
    }

    pub fn open_text(&self, purpose: Purpose, sealed: &[u8]) -> Result<String, VaultError> {
        String::from_utf8(self.open(purpose, sealed)?).map_err(|_| VaultError::Content)
    }

    pub fn seal_json<T: Serialize>(&self, purpose: Purpose, value: &T) -> Result<Vec<u8>, VaultError> {
        let json = serde_json::to_vec(value).map_err(|_| VaultError::Content)?;
        Ok(self.seal(purpose, &json))
    }

    pub fn open_json<T: DeserializeOwned>(&self, purpose: Purpose, sealed: &[u8]) -> Result<T, VaultError> {
        serde_json::from_slice(&self.open(purpose, sealed)?).map_err(|_| VaultError::Content)
    }

    /// The keyed hash by which a row can be found again. Parts are kept apart: `("ab", "c")` is not `("a", "bc")`.
    pub fn look_up(&self, kind: LookUp, parts: &[&str]) -> Vec<u8> {
        Standard::look_up(&self.0.look_up, kind.label(), parts)
    }
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Vault").field("current", &format_args!("{:08x}", self.0.sealing[0].0)).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;

//! Sealing of personal data and keyed look-up values; the only holder of keys.
//!
//! A sealed value is `suite (1) ‖ key id (4) ‖ nonce (12) ‖ ciphertext and tag`, bound to its [`Purpose`] as associated data: a sealed
//! e-mail address cannot be opened as a name. Look-up values are keyed hashes of canonical forms, so that rows can be found without
//! being opened; their key is another one than those that seal. Key files are made by `buzheng doctor --new-keys`.

mod checks;
mod keys;
mod password;
mod suite;

use serde::{Serialize, de::DeserializeOwned};
use std::{fmt, sync::Arc};
use zeroize::Zeroizing;

pub use checks::{CheckValue, Difference, KeyMismatch, KeyUse, sealed_with};
pub use keys::{KeyFile, KeyFileError};
pub use password::{Hasher, hash_password, verify_password, verify_password_of_nobody};

use suite::{Standard, Suite};

const SUITE_STANDARD: u8 = 1;
const HEADER: usize = 1 + 4;

/// What a sealed value is. Part of what is authenticated: never rename the labels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A document number as given.
    Number,
    /// A person's name as given.
    Name,
    /// An e-mail address.
    Email,
    /// 联系方式.
    Contact,
    /// An imported row, without password and salt.
    RawRow,
    /// A password hash of an old system.
    PasswordHash,
    /// What it was made with besides the password.
    PasswordSalt,
    /// A portrait.
    Photo,
    /// An application's fields.
    Form,
    /// What a link or a task rests on.
    Evidence,
    /// A session's personal part in Redis.
    Session,
    /// A pending sign-in in Redis.
    PendingLogin,
    /// What was typed and not yet submitted.
    Draft,
    /// A constant by which a key is known again.
    KeyCheck,
}

impl Purpose {
    fn label(self) -> &'static [u8] {
        match self {
            Self::Number => b"number",
            Self::Name => b"name",
            Self::Email => b"email",
            Self::Contact => b"contact",
            Self::RawRow => b"raw-row",
            Self::PasswordHash => b"password-hash",
            Self::PasswordSalt => b"password-salt",
            Self::Photo => b"photo",
            Self::Form => b"form",
            Self::Evidence => b"evidence",
            Self::Session => b"session",
            Self::PendingLogin => b"pending-login",
            Self::Draft => b"draft",
            Self::KeyCheck => b"key-check",
        }
    }
}

/// What a look-up value is of; values of different kinds never equal one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LookUp {
    /// A canonical document number.
    Number,
    /// A canonical document number with its family: one holder at most.
    Holder,
    /// A (canonical number, name) pair.
    Alias,
    /// What makes two applications the same one.
    Application,
    /// The content of an imported row: tells an unchanged row from a changed one.
    Content,
    /// An entry of the audit log with the hash of the one before it.
    Audit,
    /// Whose session it is, at the portal: its subject or its session there.
    Session,
    /// A constant by which the look-up key is known again.
    KeyCheck,
    /// The login cookie's value: a browser.
    Browser,
}

impl LookUp {
    fn label(self) -> &'static [u8] {
        match self {
            Self::Number => b"number",
            Self::Holder => b"holder",
            Self::Alias => b"alias",
            Self::Application => b"application",
            Self::Content => b"content",
            Self::Audit => b"audit",
            Self::Session => b"session",
            Self::KeyCheck => b"key-check",
            Self::Browser => b"browser",
        }
    }
}

/// Why a value cannot be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// Too short, or sealed by a suite that this build lacks.
    #[error("not a sealed value of a suite that this program knows")]
    Malformed,
    /// The key file no longer holds the key.
    #[error("sealed with key {0:08x}, which the key file does not hold")]
    UnknownKey(u32),
    /// Wrong key, wrong purpose, or changed bytes.
    #[error("a sealed value does not open: it was changed, or sealed for another purpose or with another key")]
    Refused,
    /// Opened, but not what was expected.
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
    /// A vault over the keys of a key file.
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

    /// Seals a text.
    pub fn seal_text(&self, purpose: Purpose, text: &str) -> Vec<u8> {
        self.seal(purpose, text.as_bytes())
    }

    /// Opens a text.
    pub fn open_text(&self, purpose: Purpose, sealed: &[u8]) -> Result<String, VaultError> {
        String::from_utf8(self.open(purpose, sealed)?).map_err(|_| VaultError::Content)
    }

    /// Seals a value as JSON.
    pub fn seal_json<T: Serialize>(&self, purpose: Purpose, value: &T) -> Result<Vec<u8>, VaultError> {
        let json = serde_json::to_vec(value).map_err(|_| VaultError::Content)?;
        Ok(self.seal(purpose, &json))
    }

    /// Opens a value sealed as JSON.
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

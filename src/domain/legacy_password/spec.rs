//! How an old system made its hashes: the scheme and its options, as a manifest names them and as the database stores them.

mod options;

use serde::{Deserialize, Serialize};

pub use options::{Algorithm, Charset, HexCase, Order, Scheme, UnknownScheme};

/// A scheme with the options of its source. An absent option has the scheme's default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    pub scheme: Scheme,
    /// Of `md5-salted`: password before salt where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<Order>,
    /// UTF-8 where absent, UTF-16LE for `aspnet-membership`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub charset: Option<Charset>,
    /// Whether the old system trimmed the typed password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trim: Option<bool>,
    /// Of an inner hash: lower where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hex_case: Option<HexCase>,
    /// Of `aspnet-membership`: SHA-1 where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub algorithm: Option<Algorithm>,
}

impl Spec {
    /// A scheme with its defaults.
    pub const fn of(scheme: Scheme) -> Self {
        Self { scheme, order: None, charset: None, trim: None, hex_case: None, algorithm: None }
    }

    /// What `legacy_accounts.password_scheme` holds: the scheme's name alone, or, where an option is set, JSON of all that is set:
    /// `{"scheme":"md5","charset":"gb18030"}`.
    pub fn stored(&self) -> String {
        if *self == Self::of(self.scheme) {
            return self.scheme.as_str().to_owned();
        }
        match serde_json::to_string(self) {
            Ok(json) => json,
            Err(_) => unreachable!("a struct of words is always JSON"),
        }
    }

    /// Whether the salt is in a column of its own.
    pub const fn has_salt_column(self) -> bool {
        matches!(self.scheme, Scheme::Md5Salted | Scheme::AspnetMembership)
    }

    pub(super) fn order(self) -> Order {
        self.order.unwrap_or(Order::PasswordSalt)
    }

    pub(super) fn charset(self) -> Charset {
        let default = if self.scheme == Scheme::AspnetMembership { Charset::Utf16Le } else { Charset::Utf8 };
        self.charset.unwrap_or(default)
    }

    pub(super) fn algorithm(self) -> Algorithm {
        self.algorithm.unwrap_or(Algorithm::Sha1)
    }

    pub(super) fn hex_case(self) -> HexCase {
        self.hex_case.unwrap_or(HexCase::Lower)
    }

    /// The part of the typed text that the old system hashed.
    pub(super) fn trimmed(self, typed: &str) -> &str {
        if self.trim == Some(true) { typed.trim() } else { typed }
    }
}

/// The meaning of `legacy_accounts.password_scheme` for the hash beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// The old hash, sealed or wrapped.
    Old(Spec),
    /// Argon2id of the password itself, which replaced the old hash when the password was right. No manifest can say so.
    Replaced,
}

impl Kept {
    /// The word for [`Kept::Replaced`].
    pub const ARGON2ID: &str = "argon2id";

    pub fn parse(stored: &str) -> Result<Self, UnknownScheme> {
        let unknown = || UnknownScheme(stored.to_owned());
        if stored == Self::ARGON2ID {
            return Ok(Self::Replaced);
        }
        if stored.starts_with('{') {
            return serde_json::from_str(stored).map(Self::Old).map_err(|_| unknown());
        }
        Scheme::from_word(stored).map(Spec::of).map(Self::Old).ok_or_else(unknown)
    }
}

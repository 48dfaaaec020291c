//! How an old system made its hashes: the scheme and its options, as a manifest names them and as the database stores them.

use encoding_rs::GB18030;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::domain::word::words;

words! {
    pub enum Scheme {
        /// MD5 of the password, 32 hex digits.
        Md5 = "md5",
        /// The middle 16 of those 32 digits, as old ASP programs kept them.
        Md5Middle = "md5-16",
        /// MD5 of password and salt in some [`Order`], 32 hex digits; the salt in a column of its own.
        Md5Salted = "md5-salted",
        /// SHA-1, 40 hex digits.
        Sha1 = "sha1",
        /// SHA-256, 64 hex digits.
        Sha256 = "sha256",
        /// ASP.NET's SqlMembershipProvider with passwordFormat 1 (Hashed): hash and salt, both base64, each in its column.
        AspnetMembership = "aspnet-membership",
        /// ASP.NET Identity's PasswordHasher, formats 2 and 3: one base64 value that holds salt and parameters.
        AspnetIdentity = "aspnet-identity",
        /// bcrypt in its `$2a$`, `$2b$` or `$2y$` form.
        Bcrypt = "bcrypt",
        /// The password itself.
        Plain = "plain",
    }
}

words! {
    pub enum Order {
        PasswordSalt = "password+salt",
        SaltPassword = "salt+password",
        /// The hex digits of the inner MD5, their case being [`HexCase`], then the salt.
        InnerSalt = "md5(password)+salt",
    }
}

words! {
    /// The bytes of a text that was hashed.
    pub enum Charset {
        Utf8 = "utf-8",
        /// GBK and code page 936 are parts of it.
        Gb18030 = "gb18030",
        Utf16Le = "utf-16le",
    }
}

words! {
    /// The case of an inner hash that was hashed again.
    pub enum HexCase {
        Lower = "lower",
        Upper = "upper",
    }
}

words! {
    /// The hash of `aspnet-membership`: `hashAlgorithmType` of the old `web.config`.
    pub enum Algorithm {
        /// The default up to .NET 3.5.
        Sha1 = "sha1",
        Sha256 = "sha256",
        /// The default of .NET 4.
        HmacSha256 = "hmac-sha256",
    }
}

/// A scheme name that this version cannot verify.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown password scheme {0:?}; known: {known}", known = Scheme::ALL.iter().map(|one| one.as_str()).collect::<Vec<_>>().join(", "))]
pub struct UnknownScheme(pub String);

impl Charset {
    /// Reads the word of a manifest, where `gbk` is another name of `gb18030`.
    pub fn named(word: &str) -> Option<Self> {
        if word == "gbk" { Some(Self::Gb18030) } else { Self::from_word(word) }
    }

    /// The text in this charset; `None` where it cannot be expressed.
    pub fn encode(self, text: &str) -> Option<Zeroizing<Vec<u8>>> {
        let bytes = match self {
            Self::Utf8 => text.as_bytes().to_vec(),
            Self::Utf16Le => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            Self::Gb18030 => match GB18030.encode(text) {
                (bytes, _, false) => bytes.into_owned(),
                (_, _, true) => return None,
            },
        };
        Some(Zeroizing::new(bytes))
    }
}

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

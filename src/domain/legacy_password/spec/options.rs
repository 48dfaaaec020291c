//! The words of a manifest for schemes and their options.

use encoding_rs::GB18030;
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

//! Password hashes of the old systems.
//!
//! An old hash is kept in a normal form ([`LegacyHash`]) until it is wrapped: Argon2id over the text that [`digest_of`]
//! computes from a password, so that a wrapped hash is checked without knowing the old one. Old passwords were protected
//! by a four-digit captcha at best; a right one is a proof to be weighed, not an identity.

use md5::Md5;
use serde::{Deserialize, Serialize};
use sha1::Sha1;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// How an old system stored passwords. The names are those of the import manifest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "&'static str")]
pub enum Scheme {
    /// MD5 of the password, 32 hex digits.
    Md5,
    /// The middle 16 of those 32 digits, as old ASP programs kept them.
    Md5Middle,
    /// SHA-1, 40 hex digits.
    Sha1,
    /// SHA-256, 64 hex digits.
    Sha256,
    /// bcrypt in its `$2a$`, `$2b$` or `$2y$` form.
    Bcrypt,
    /// The password itself.
    Plain,
}

/// A scheme name that this version cannot verify.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown password scheme {0:?}; known: md5, md5-16, sha1, sha256, bcrypt, plain")]
pub struct UnknownScheme(pub String);

impl Scheme {
    pub const ALL: [Self; 6] = [Self::Md5, Self::Md5Middle, Self::Sha1, Self::Sha256, Self::Bcrypt, Self::Plain];

    /// The name in manifests and in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Md5 => "md5",
            Self::Md5Middle => "md5-16",
            Self::Sha1 => "sha1",
            Self::Sha256 => "sha256",
            Self::Bcrypt => "bcrypt",
            Self::Plain => "plain",
        }
    }

    /// Reads a scheme name, exactly as written in the manifest.
    pub fn parse(name: &str) -> Result<Self, UnknownScheme> {
        Self::ALL.into_iter().find(|scheme| scheme.as_str() == name).ok_or_else(|| UnknownScheme(name.to_owned()))
    }

    /// How many hex digits a hash of this scheme has; `None` where it is not hex.
    const fn hex_length(self) -> Option<usize> {
        match self {
            Self::Md5 => Some(32),
            Self::Md5Middle => Some(16),
            Self::Sha1 => Some(40),
            Self::Sha256 => Some(64),
            Self::Bcrypt | Self::Plain => None,
        }
    }
}

impl TryFrom<String> for Scheme {
    type Error = UnknownScheme;
    fn try_from(name: String) -> Result<Self, UnknownScheme> {
        Self::parse(&name)
    }
}

impl From<Scheme> for &'static str {
    fn from(scheme: Scheme) -> Self {
        scheme.as_str()
    }
}

/// An old hash in normal form: trimmed, hex in lower case. Wiped when dropped, and never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct LegacyHash {
    scheme: Scheme,
    text: Zeroizing<String>,
}

impl LegacyHash {
    pub const fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// The normal form: what is sealed, and what Argon2id is laid over (except for bcrypt, see [`digest_of`]).
    pub fn expose(&self) -> &str {
        &self.text
    }
}

impl std::fmt::Debug for LegacyHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LegacyHash").field("scheme", &self.scheme).finish_non_exhaustive()
    }
}

/// Why a value cannot be a hash of the scheme. Says nothing of the value itself but its length.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    #[error("the password column is empty")]
    Empty,
    #[error("{found} characters where {scheme} has {expected}", scheme = scheme.as_str())]
    Length { scheme: Scheme, expected: usize, found: usize },
    #[error("characters that are not hexadecimal digits")]
    NotHex,
    #[error("not a bcrypt hash of the form $2a$, $2b$ or $2y$")]
    NotBcrypt,
    #[error("bcrypt cost {0} is over {MAX_BCRYPT_COST}, and would hold a core for seconds at each attempt")]
    BcryptCost(u32),
}

/// Cost 14 takes about a second; old systems used 10 to 12.
pub const MAX_BCRYPT_COST: u32 = 14;

/// Brings the value of a legacy row into normal form. A clear-text password keeps its blanks: they may be part of it.
pub fn normalise_hash(scheme: Scheme, raw: &str) -> Result<LegacyHash, Malformed> {
    let trimmed = raw.trim();
    if trimmed.is_empty() {
        return Err(Malformed::Empty);
    }
    let text = match (scheme, scheme.hex_length()) {
        (_, Some(expected)) => normal_hex(scheme, expected, trimmed)?,
        (Scheme::Bcrypt, _) => normal_bcrypt(trimmed)?,
        _ => raw.to_owned(),
    };
    Ok(LegacyHash { scheme, text: Zeroizing::new(text) })
}

fn normal_hex(scheme: Scheme, expected: usize, text: &str) -> Result<String, Malformed> {
    if !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(Malformed::NotHex);
    }
    if text.len() != expected {
        return Err(Malformed::Length { scheme, expected, found: text.len() });
    }
    Ok(text.to_ascii_lowercase())
}

/// `$2x$` marks hashes of a broken implementation; verifying them as sound ones would be wrong.
fn normal_bcrypt(text: &str) -> Result<String, Malformed> {
    let rest =
        ["$2a$", "$2b$", "$2y$"].iter().find_map(|prefix| text.strip_prefix(prefix)).ok_or(Malformed::NotBcrypt)?;
    let (cost, tail) = rest.split_once('$').ok_or(Malformed::NotBcrypt)?;
    if cost.len() != 2 || tail.len() != 53 || text.parse::<bcrypt::HashParts>().is_err() {
        return Err(Malformed::NotBcrypt);
    }
    match cost.parse::<u32>() {
        Ok(cost @ 4..=MAX_BCRYPT_COST) => Ok(cost),
        Ok(cost @ 15..=31) => Err(Malformed::BcryptCost(cost)),
        _ => Err(Malformed::NotBcrypt),
    }?;
    Ok(text.to_owned())
}

/// What the old hash of `password` would be, in normal form: the text under the Argon2id layer.
///
/// `None` for bcrypt, whose salt is in the hash: a bcrypt hash is kept as it is, being strong enough by itself.
pub fn digest_of(scheme: Scheme, password: &str) -> Option<Zeroizing<String>> {
    let digest = match scheme {
        Scheme::Md5 => hex::encode(Md5::digest(password)),
        Scheme::Md5Middle => hex::encode(&Md5::digest(password)[4..12]),
        Scheme::Sha1 => hex::encode(Sha1::digest(password)),
        Scheme::Sha256 => hex::encode(Sha256::digest(password)),
        Scheme::Plain => password.to_owned(),
        Scheme::Bcrypt => return None,
    };
    Some(Zeroizing::new(digest))
}

/// Whether `password` belongs to `stored`, in time that does not depend on where they differ.
///
/// bcrypt takes as long as its cost says: call it off the async threads.
pub fn verify(stored: &LegacyHash, password: &str) -> bool {
    match digest_of(stored.scheme, password) {
        Some(digest) => digest.as_bytes().ct_eq(stored.text.as_bytes()).into(),
        // The hash was parsed when it was made, so an error is a bug of ours; then nobody gets in by it.
        None => bcrypt::verify(password, &stored.text).unwrap_or(false),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    /// RFC 1321 A.5, FIPS 180 examples, and the test suite of crypt_blowfish 1.3.
    const VECTORS: [(&str, &str, &str); 12] = [
        ("md5", "abc", "900150983cd24fb0d6963f7d28e17f72"),
        ("md5", "message digest", "F96B697D7CB7938D525A2F31AAF161D0"),
        ("md5", "", "d41d8cd98f00b204e9800998ecf8427e"),
        ("md5-16", "abc", "3cd24fb0d6963f7d"),
        ("md5-16", "message digest", " 7CB7938D525A2F31 "),
        ("sha1", "abc", "A9993E364706816ABA3E25717850C26C9CD0D89D"),
        ("sha256", "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        ("sha256", "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("bcrypt", "U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"),
        ("bcrypt", "U*U", "$2y$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"),
        (
            "bcrypt",
            "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789chars after 72 are ignored",
            "$2a$05$abcdefghijklmnopqrstuu5s2v8.iXieOjg/.AySBTTZIIVFJeBui",
        ),
        ("plain", "abc123456 ", "abc123456 "),
    ];

    #[test]
    fn published_vectors_verify_and_other_passwords_do_not() {
        for (name, password, raw) in VECTORS {
            let hash = normalise_hash(Scheme::parse(name).unwrap(), raw).unwrap();
            assert!(verify(&hash, password), "{name} {raw}");
            for wrong in [format!("x{password}"), password.to_uppercase() + "!", String::from("1")] {
                assert!(!verify(&hash, &wrong), "{name} {wrong}");
            }
        }
    }

    #[test]
    fn the_normal_form_is_what_the_digest_gives() {
        for (name, password, raw) in VECTORS {
            let scheme = Scheme::parse(name).unwrap();
            match digest_of(scheme, password) {
                Some(digest) => assert_eq!(*digest, normalise_hash(scheme, raw).unwrap().expose()),
                None => assert_eq!(scheme, Scheme::Bcrypt),
            }
        }
    }

    #[test]
    fn schemes_that_are_not_built_yet_and_strangers_are_unknown() {
        for name in ["md5-salted", "aspnet-membership", "aspnet-identity", "MD5", "", "crypt"] {
            assert_eq!(Scheme::parse(name), Err(UnknownScheme(name.to_owned())));
        }
        for scheme in Scheme::ALL {
            assert_eq!(Scheme::parse(scheme.as_str()), Ok(scheme));
            let json = serde_json::to_string(&scheme).unwrap();
            assert_eq!(json, format!("{:?}", scheme.as_str()));
            assert_eq!(serde_json::from_str::<Scheme>(&json).unwrap(), scheme);
        }
    }

    #[test]
    fn values_that_cannot_be_a_hash_are_refused_with_the_reason() {
        let table = [
            ("md5", "", Malformed::Empty),
            ("plain", " \t", Malformed::Empty),
            ("md5", "3cd24fb0d6963f7d", Malformed::Length { scheme: Scheme::Md5, expected: 32, found: 16 }),
            (
                "md5-16",
                "900150983cd24fb0d6963f7d28e17f72",
                Malformed::Length { scheme: Scheme::Md5Middle, expected: 16, found: 32 },
            ),
            ("md5", "900150983cd24fb0d6963f7d28e17f7g", Malformed::NotHex),
            ("sha1", "密码", Malformed::NotHex),
            ("bcrypt", "900150983cd24fb0d6963f7d28e17f72", Malformed::NotBcrypt),
            ("bcrypt", "$2x$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", Malformed::NotBcrypt),
            ("bcrypt", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOe", Malformed::NotBcrypt),
            ("bcrypt", "$2a$03$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", Malformed::NotBcrypt),
            ("bcrypt", "$2a$31$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", Malformed::BcryptCost(31)),
            ("bcrypt", "$2a$05$CCCCCCCCCCCCCCCCCCCCC!E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", Malformed::NotBcrypt),
        ];
        for (name, raw, why) in table {
            assert_eq!(normalise_hash(Scheme::parse(name).unwrap(), raw), Err(why), "{name} {raw}");
        }
    }

    #[test]
    fn messages_and_debug_output_hold_no_secret() {
        let hash = normalise_hash(Scheme::Plain, "abc123456").unwrap();
        assert!(!format!("{hash:?}").contains("abc"));
        let error = normalise_hash(Scheme::Md5, "abc123").unwrap_err();
        assert_eq!(error.to_string(), "6 characters where md5 has 32");
    }

    proptest! {
        #[test]
        fn any_value_is_normalised_or_refused_without_panic(raw in any::<String>(), near in "\\$2[abxy]\\$[0-9]{2}\\$.{50,54}") {
            for scheme in Scheme::ALL {
                for raw in [&raw, &near] {
                    if let Ok(hash) = normalise_hash(scheme, raw) {
                        prop_assert_eq!(normalise_hash(scheme, hash.expose()), Ok(hash));
                    }
                }
            }
        }

        #[test]
        fn a_password_verifies_against_its_own_digest_only(password in any::<String>(), other in any::<String>()) {
            prop_assume!(!password.trim().is_empty());
            for scheme in [Scheme::Md5, Scheme::Md5Middle, Scheme::Sha1, Scheme::Sha256, Scheme::Plain] {
                let hash = normalise_hash(scheme, &digest_of(scheme, &password).unwrap()).unwrap();
                prop_assert!(verify(&hash, &password));
                prop_assert_eq!(verify(&hash, &other), password == other);
            }
        }
    }
}

//! Password hashes of the old systems.
//!
//! An old value is split into a *digest* in normal form and the *salt* that it was made with ([`LegacyHash`]). The digest is kept until it
//! is wrapped: Argon2id over the text that [`digest_of`] computes from a password and the salt, so that a wrapped hash is checked without
//! knowing the old one. Old passwords were protected by a four-digit captcha at best; a right one is one proof among others, not an
//! identity.

mod aspnet;
mod spec;

use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

pub use aspnet::MAX_IDENTITY_WORK;
pub use spec::{Algorithm, Charset, HexCase, Kept, Order, Scheme, Spec, UnknownScheme};

impl Scheme {
    /// How many hex digits a hash of this scheme has; `None` where it is not hex.
    const fn hex_length(self) -> Option<usize> {
        match self {
            Self::Md5 | Self::Md5Salted => Some(32),
            Self::Md5Middle => Some(16),
            Self::Sha1 => Some(40),
            Self::Sha256 => Some(64),
            Self::AspnetMembership | Self::AspnetIdentity | Self::Bcrypt | Self::Plain => None,
        }
    }
}

/// An old hash in normal form: trimmed, hex in lower case. Wiped when dropped, and never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct LegacyHash {
    spec: Spec,
    digest: Zeroizing<String>,
    salt: Option<Zeroizing<String>>,
}

impl LegacyHash {
    /// A hash as it was stored: digest and salt of an earlier [`normalise_hash`].
    pub fn kept(spec: Spec, digest: String, salt: Option<String>) -> Self {
        Self { spec, digest: Zeroizing::new(digest), salt: salt.map(Zeroizing::new) }
    }

    pub const fn spec(&self) -> Spec {
        self.spec
    }

    /// The normal form: what is sealed, and what Argon2id is laid over (except for bcrypt, see [`digest_of`]).
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// The salt needed to compute the digest; `None` where the scheme has none, or keeps it inside the digest.
    pub fn salt(&self) -> Option<&str> {
        self.salt.as_ref().map(|salt| salt.as_str())
    }
}

impl std::fmt::Debug for LegacyHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LegacyHash").field("spec", &self.spec).finish_non_exhaustive()
    }
}

/// Why a value cannot be a hash of the scheme, for the administrators' findings. Reveals nothing of the value but its length.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    #[error("密码列是空的")]
    Empty,
    #[error("盐列是空的")]
    NoSalt,
    #[error("{found} 个字符，而 {scheme} 是 {expected} 个", scheme = scheme.as_str())]
    Length { scheme: Scheme, expected: usize, found: usize },
    #[error("有不是十六进制数字的字符")]
    NotHex,
    #[error("不是 base64")]
    NotBase64,
    #[error("{found} 个字节，而该算法是 {expected} 个")]
    Bytes { expected: usize, found: usize },
    #[error("盐不是该算法的形式")]
    Salt,
    #[error("不是 ASP.NET Identity 第 2、3 版的散列")]
    NotIdentity,
    #[error("迭代 {0} 次，每次核对会占用一个核心数秒")]
    IdentityWork(u32),
    #[error("不是 $2a$、$2b$、$2y$ 开头的 bcrypt 散列")]
    NotBcrypt,
    #[error("bcrypt 的轮数 {0} 超过 {MAX_BCRYPT_COST}，每次核对会占用一个核心数秒")]
    BcryptCost(u32),
}

/// Cost 14 takes about a second; old systems used 10 to 12.
pub const MAX_BCRYPT_COST: u32 = 14;

/// Salts of old systems have 4 to 40 characters.
const MAX_SALT_CHARS: usize = 200;

/// Normalises the values of a legacy row; `salt` is read where the scheme has a column for it. A clear-text password keeps its blanks,
/// which may be part of it, unless the old system trimmed them; a salt always keeps them.
pub fn normalise_hash(spec: Spec, raw: &str, salt: &str) -> Result<LegacyHash, Malformed> {
    let trimmed = raw.trim();
    if trimmed.is_empty() {
        return Err(Malformed::Empty);
    }
    if spec.has_salt_column() && salt.trim().is_empty() {
        return Err(Malformed::NoSalt);
    }
    let (digest, salt) = match spec.scheme {
        Scheme::AspnetMembership => pair(aspnet::split_membership(spec.algorithm(), trimmed, salt)?),
        Scheme::AspnetIdentity => pair(aspnet::split_identity(trimmed)?),
        Scheme::Md5Salted => (normal_hex(spec.scheme, trimmed)?, Some(text_salt(spec, salt)?)),
        Scheme::Md5 | Scheme::Md5Middle | Scheme::Sha1 | Scheme::Sha256 => (normal_hex(spec.scheme, trimmed)?, None),
        Scheme::Bcrypt => (normal_bcrypt(trimmed)?, None),
        Scheme::Plain => (spec.trimmed(raw).to_owned(), None),
    };
    Ok(LegacyHash::kept(spec, digest, salt))
}

fn pair(split: aspnet::Split) -> (String, Option<String>) {
    (split.digest, Some(split.salt))
}

fn text_salt(spec: Spec, salt: &str) -> Result<String, Malformed> {
    let fits = salt.chars().count() <= MAX_SALT_CHARS && spec.charset().encode(salt).is_some();
    if fits { Ok(salt.to_owned()) } else { Err(Malformed::Salt) }
}

fn normal_hex(scheme: Scheme, text: &str) -> Result<String, Malformed> {
    if !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(Malformed::NotHex);
    }
    match scheme.hex_length() {
        Some(expected) if text.len() != expected => Err(Malformed::Length { scheme, expected, found: text.len() }),
        _ => Ok(text.to_ascii_lowercase()),
    }
}

/// `$2x$` marks hashes of a broken implementation; they must not be verified as correct ones.
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

/// The old hash of `password` with [`LegacyHash::salt`], in normal form: the text under the Argon2id layer.
///
/// `None` for bcrypt, whose salt is in the hash: a bcrypt hash is kept as it is, being strong enough by itself. `None` too where the old
/// system could not have hashed such a password, its charset lacking a character: it never matches.
///
/// ASP.NET Identity takes up to a second: call it off the async threads.
pub fn digest_of(spec: Spec, salt: Option<&str>, password: &str) -> Option<Zeroizing<String>> {
    let password = spec.trimmed(password);
    let bytes = spec.charset().encode(password)?;
    let digest = match spec.scheme {
        Scheme::Md5 => hex::encode(Md5::digest(&*bytes)),
        Scheme::Md5Middle => hex::encode(&Md5::digest(&*bytes)[4..12]),
        Scheme::Md5Salted => salted_md5(spec, salt?, password, &bytes)?,
        Scheme::Sha1 => hex::encode(Sha1::digest(&*bytes)),
        Scheme::Sha256 => hex::encode(Sha256::digest(&*bytes)),
        Scheme::AspnetMembership => aspnet::membership(spec.algorithm(), salt?, &bytes)?,
        Scheme::AspnetIdentity => aspnet::identity(salt?, &bytes)?,
        Scheme::Plain => password.to_owned(),
        Scheme::Bcrypt => return None,
    };
    Some(Zeroizing::new(digest))
}

/// Old programs join texts and then encode the result, so the salt has the charset of the password.
fn salted_md5(spec: Spec, salt: &str, password: &str, bytes: &[u8]) -> Option<String> {
    let joined = Zeroizing::new(match spec.order() {
        Order::PasswordSalt => [password, salt].concat(),
        Order::SaltPassword => [salt, password].concat(),
        Order::InnerSalt => {
            let inner = Zeroizing::new(match spec.hex_case() {
                HexCase::Lower => hex::encode(Md5::digest(bytes)),
                HexCase::Upper => hex::encode_upper(Md5::digest(bytes)),
            });
            [inner.as_str(), salt].concat()
        }
    });
    Some(hex::encode(Md5::digest(&*spec.charset().encode(&joined)?)))
}

/// Whether `password` matches `stored`, in time that does not depend on where they differ.
///
/// bcrypt takes as long as its cost says: call it off the async threads.
pub fn verify(stored: &LegacyHash, password: &str) -> bool {
    let spec = stored.spec;
    if spec.scheme == Scheme::Bcrypt {
        let bytes = spec.charset().encode(spec.trimmed(password));
        // The hash was parsed when it was constructed, so an error is a bug of ours; the password is then refused.
        return bytes.is_some_and(|bytes| bcrypt::verify(&*bytes, &stored.digest).unwrap_or(false));
    }
    digest_of(spec, stored.salt(), password)
        .is_some_and(|digest| digest.as_bytes().ct_eq(stored.digest.as_bytes()).into())
}

#[cfg(test)]
mod tests;

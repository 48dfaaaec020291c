//! Bringing an old hash into its normal form.

use super::aspnet;
use super::hash::LegacyHash;
use super::malformed::{MAX_BCRYPT_COST, Malformed};
use super::spec::{Scheme, Spec};

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

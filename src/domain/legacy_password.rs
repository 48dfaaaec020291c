//! Password hashes of the old systems.
//!
//! An old value is split into a *digest* in normal form and the *salt* that it was made with ([`LegacyHash`]). The digest is kept until it
//! is wrapped: Argon2id over the text that [`digest_of`] computes from a password and the salt, so that a wrapped hash is checked without
//! knowing the old one. Old passwords were protected by a four-digit captcha at best; a right one is one proof among others, not an
//! identity.

mod aspnet;
mod hash;
mod malformed;
mod normal;
mod spec;

use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

pub use aspnet::MAX_IDENTITY_WORK;
pub use hash::LegacyHash;
pub use malformed::{MAX_BCRYPT_COST, Malformed};
pub use normal::normalise_hash;
pub use spec::{Algorithm, Charset, HexCase, Kept, Order, Scheme, Spec, UnknownScheme};

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

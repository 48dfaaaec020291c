//! Argon2id for passwords, and for the hashes of old systems that are wrapped in it.

use argon2::{
    Argon2,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use std::sync::LazyLock;

/// Hashes with the crate's defaults: 19 MiB, 2 passes, 1 lane (OWASP's first choice), about 20 ms a core.
pub fn hash_password(secret: &str) -> String {
    match Argon2::default().hash_password(secret.as_bytes()) {
        Ok(hash) => hash.to_string(),
        Err(_) => unreachable!("the default parameters are valid and the salt is the library's own"),
    }
}

/// Whether the secret fits the hash; `false` too where the stored text is not a PHC string.
pub fn verify_password(secret: &str, stored: &str) -> bool {
    PasswordHash::new(stored).is_ok_and(|hash| Argon2::default().verify_password(secret.as_bytes(), &hash).is_ok())
}

/// Takes the time of a comparison where there is no account, so that its absence cannot be measured. Always `false`.
pub fn verify_password_of_nobody(secret: &str) -> bool {
    static NOBODY: LazyLock<String> = LazyLock::new(|| hash_password("nobody"));
    let _ = verify_password(secret, &NOBODY);
    false
}

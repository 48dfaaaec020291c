//! The password of an old account: a typed one is checked against what is stored, and a weak old hash replaced.
//!
//! Counting tries is the caller's, before [`check`]; so are the threads: a check takes from 20 ms to a second of one core.

pub use crate::db::legacy_passwords::{OldPassword, find, replace};

use crate::db::account_credentials::Credentials;
use crate::domain::legacy_password::{Kept, LegacyHash, Spec, digest_of, verify};
use crate::vault::{Purpose, Vault, VaultError, hash_password, verify_password, verify_password_of_nobody};

/// Longer passwords, in bytes, are wrong ones: no old system had a field for them.
pub const MAX_TYPED: usize = 1024;

/// Whether `typed` is the account's password. Blanks alone never are: to an old system that stored the hash of nothing, every visitor
/// would hold the password.
///
/// Takes the time of one Argon2id comparison at least, whatever is stored and typed. What a scheme takes besides (bcrypt, ASP.NET
/// Identity) depends on the account, not on how near a guess is.
///
/// # Errors
/// A sealed value does not open: wrong keys or changed rows, nothing that a visitor brings about.
pub fn check(vault: &Vault, row: &OldPassword, typed: &str) -> Result<bool, VaultError> {
    if typed.len() > MAX_TYPED || typed.trim().is_empty() {
        return Ok(verify_password_of_nobody(""));
    }
    let kept = row.password_scheme.as_deref().map(Kept::parse);
    match (kept, &row.password_sealed, &row.password_wrapped) {
        (Some(Ok(Kept::Old(spec))), Some(sealed), None) => check_sealed(vault, spec, sealed, row, typed),
        (Some(Ok(Kept::Old(spec))), None, Some(wrapped)) => {
            let salt = open_salt(vault, row)?;
            Ok(match digest_of(spec, salt.as_deref(), typed) {
                Some(digest) => verify_password(&digest, wrapped),
                None => verify_password_of_nobody(""),
            })
        }
        (Some(Ok(Kept::Replaced)), None, Some(wrapped)) => Ok(verify_password(core(typed), wrapped)),
        (kept, ..) => {
            if let Some(Err(error)) = kept {
                tracing::error!(%error, "a stored password cannot be checked");
            }
            Ok(verify_password_of_nobody(""))
        }
    }
}

fn check_sealed(vault: &Vault, spec: Spec, sealed: &[u8], row: &OldPassword, typed: &str) -> Result<bool, VaultError> {
    let digest = vault.open_text(Purpose::PasswordHash, sealed)?;
    let right = verify(&LegacyHash::kept(spec, digest, open_salt(vault, row)?), typed);
    verify_password_of_nobody("");
    Ok(right)
}

fn open_salt(vault: &Vault, row: &OldPassword) -> Result<Option<String>, VaultError> {
    row.password_salt_sealed.as_ref().map(|sealed| vault.open_text(Purpose::PasswordSalt, sealed)).transpose()
}

/// Whether `typed` opens an account: what was chosen here wins over what was imported.
///
/// # Errors
/// As [`check`].
pub fn opens(vault: &Vault, credentials: &Credentials, typed: &str) -> Result<bool, VaultError> {
    match &credentials.chosen.password_wrapped {
        Some(chosen) if typed.len() <= MAX_TYPED => Ok(verify_password(core(typed), chosen)),
        Some(_) => Ok(verify_password_of_nobody("")),
        None => check(vault, &credentials.imported, typed),
    }
}

/// Whether `typed` proves that an account is somebody's. What was chosen by a recovery link proves nothing: the password of the old system
/// does (LINKING.md: recovery changes who can open an account, never whose data it is).
///
/// # Errors
/// As [`check`].
pub fn proves(vault: &Vault, credentials: &Credentials, typed: &str) -> Result<bool, VaultError> {
    if credentials.chosen.password_is_proof {
        opens(vault, credentials, typed)
    } else {
        check(vault, &credentials.imported, typed)
    }
}

/// Whether what is stored needs no replacement: Argon2id, or an own hash of a password that was chosen here.
pub fn is_strong(row: &OldPassword) -> bool {
    matches!(row.password_scheme.as_deref().map(Kept::parse), Some(Ok(Kept::Replaced)))
}

/// What [`replace`] stores for a password that [`check`] found right: Argon2id of it, about 20 ms.
pub fn replacement(typed: &str) -> String {
    hash_password(core(typed))
}

/// Blanks around a replaced password do not count: its old system may have cut them off, and what was typed may have had some.
fn core(typed: &str) -> &str {
    typed.trim()
}

#[cfg(test)]
mod tests;

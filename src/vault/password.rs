//! Argon2id for passwords, and for the hashes of old systems that are wrapped in it.

mod memory;

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::password_hash::{
    self, CustomizedPasswordHasher, PasswordHasher, PasswordVerifier, Version as VersionNumber,
};
use argon2::{Algorithm, Argon2, Params, Version};
use std::cell::RefCell;
use std::sync::LazyLock;

use memory::Memory;

/// Hashes with the crate's defaults: 19 MiB, 2 passes, 1 lane (OWASP's first choice), about 20 ms a core. One hash after the other uses the
/// same memory. It is wiped when this is dropped.
pub struct Hasher(RefCell<Memory>);

impl Hasher {
    pub fn new() -> Self {
        Self(RefCell::new(Memory::left_over()))
    }

    /// As a PHC string, with a salt of its own.
    pub fn hash(&self, secret: &str) -> String {
        match self.hash_password(secret.as_bytes()) {
            Ok(hash) => hash.to_string(),
            Err(_) => unreachable!("the default parameters are valid and the salt is the library's own"),
        }
    }
}

impl Default for Hasher {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Hasher {
    fn drop(&mut self) {
        self.0.get_mut().leave();
    }
}

impl std::fmt::Debug for Hasher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Hasher").finish_non_exhaustive()
    }
}

impl PasswordHasher<PasswordHash> for Hasher {
    fn hash_password_with_salt(&self, password: &[u8], salt: &[u8]) -> password_hash::Result<PasswordHash> {
        self.hash_password_with_params(password, salt, Params::default())
    }
}

/// As the crate's own [`Argon2`], which allocates memory for each hash.
impl CustomizedPasswordHasher<PasswordHash> for Hasher {
    type Params = Params;

    fn hash_password_customized(
        &self,
        password: &[u8],
        salt: &[u8],
        algorithm: Option<&str>,
        version: Option<VersionNumber>,
        params: Params,
    ) -> password_hash::Result<PasswordHash> {
        let algorithm = algorithm.map(Algorithm::try_from).transpose()?.unwrap_or_default();
        let version = version.map(Version::try_from).transpose()?.unwrap_or_default();
        let salt = Salt::new(salt)?;
        let mut buffer = [0; Output::MAX_LENGTH];
        let length = params.output_len().unwrap_or(Params::DEFAULT_OUTPUT_LEN);
        let output = buffer.get_mut(..length).ok_or(password_hash::Error::OutputSize)?;
        metrics::counter!("buzheng_argon2id_total").increment(1);
        let mut memory = self.0.borrow_mut();
        let blocks = memory.blocks(params.block_count());
        Argon2::new(algorithm, version, params.clone())
            .hash_password_into_with_memory(password, &salt, output, blocks)?;
        Ok(PasswordHash {
            algorithm: algorithm.ident(),
            version: Some(version.into()),
            params: ParamsString::try_from(&params)?,
            salt: Some(salt),
            hash: Some(Output::new(output)?),
        })
    }
}

pub fn hash_password(secret: &str) -> String {
    Hasher::new().hash(secret)
}

/// Whether the secret fits the hash; `false` too where the stored text is not a PHC string.
pub fn verify_password(secret: &str, stored: &str) -> bool {
    PasswordHash::new(stored).is_ok_and(|hash| Hasher::new().verify_password(secret.as_bytes(), &hash).is_ok())
}

/// Takes the time of a comparison where there is no account, so that its absence cannot be measured. Always `false`.
pub fn verify_password_of_nobody(secret: &str) -> bool {
    static NOBODY: LazyLock<String> = LazyLock::new(|| hash_password("nobody"));
    let _ = verify_password(secret, &NOBODY);
    false
}

#[cfg(test)]
mod tests;

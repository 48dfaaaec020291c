//! Argon2id for passwords, and for the hashes of old systems that are wrapped in it.

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::password_hash::{
    self, CustomizedPasswordHasher, PasswordHasher, PasswordVerifier, Version as VersionNumber,
};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use std::cell::RefCell;
use std::sync::{LazyLock, Mutex, PoisonError};
use zeroize::Zeroize;

/// Blocks that are allocated at least. glibc returns what is larger than 32 MiB (`DEFAULT_MMAP_THRESHOLD_MAX`) to the system as soon as it is
/// freed, and may keep what is smaller, such as the 19 MiB of a hash, in the arena of the thread that freed it: about 260 MiB were resident
/// while one core wrapped. Blocks that are not used take no memory.
const ROOM: usize = 33 * 1024 * 1024 / Block::SIZE;

/// What one hasher leaves to the next: 19 MiB that come new from the system cost up to half as much as the hash itself.
static SPARE: Mutex<Memory> = Mutex::new(Memory(Vec::new()));

/// Hashes with the crate's defaults: 19 MiB, 2 passes, 1 lane (OWASP's first choice), about 20 ms a core. One hash after the other uses the
/// same memory. It is wiped when this is dropped.
pub struct Hasher(RefCell<Memory>);

/// Argon2's own.
struct Memory(Vec<Block>);

impl Hasher {
    /// With memory that another one has left, where there is any.
    pub fn new() -> Self {
        let mut spare = SPARE.lock().unwrap_or_else(PoisonError::into_inner);
        Self(RefCell::new(spare.take()))
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
        let mut spare = SPARE.lock().unwrap_or_else(PoisonError::into_inner);
        let memory = self.0.get_mut();
        if spare.0.is_empty() && memory.0.len() <= ROOM {
            memory.wipe();
            *spare = memory.take();
        }
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

impl Memory {
    fn blocks(&mut self, count: usize) -> &mut [Block] {
        if self.0.capacity() < count {
            *self = Self(Vec::with_capacity(count.max(ROOM)));
        }
        if self.0.len() < count {
            self.0.resize(count, Block::new());
        }
        &mut self.0[..count]
    }

    fn take(&mut self) -> Self {
        Self(std::mem::take(&mut self.0))
    }

    fn wipe(&mut self) {
        for block in &mut self.0 {
            block.zeroize();
        }
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        self.wipe();
    }
}

/// Hashes one password; see [`Hasher`].
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
mod tests {
    use super::*;

    /// What the crate makes of it with memory of its own.
    fn by_the_crate(secret: &str, salt: &[u8], params: Params) -> String {
        let hasher = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        hasher.hash_password_with_salt(secret.as_bytes(), salt).unwrap().to_string()
    }

    #[test]
    fn a_hash_is_the_one_that_the_crate_makes_whatever_the_memory_held_before() {
        let hasher = Hasher::new();
        for (secret, salt) in
            [("abc123456", b"0123456789abcdef"), ("", b"fedcba9876543210"), ("密码", b"0123456789abcdef")]
        {
            let hash = hasher.hash_password_with_salt(secret.as_bytes(), salt).unwrap().to_string();
            assert_eq!(hash, by_the_crate(secret, salt, Params::default()));
        }
    }

    #[test]
    fn the_form_of_stored_hashes_stays() {
        let hash = hash_password("abc123456");
        let parts: Vec<_> = hash.split('$').collect();
        assert_eq!(parts[..4], ["", "argon2id", "v=19", "m=19456,t=2,p=1"]);
        // Without padding: 16 and 32 bytes.
        assert_eq!((parts.len(), parts[4].len(), parts[5].len()), (6, 22, 43));
    }

    #[test]
    fn hashes_with_other_parameters_are_verified_as_the_crate_verifies_them() {
        for (memory, passes, lanes, length) in [(8, 1, 1, 16), (40_000, 1, 2, 32), (64, 3, 4, 64)] {
            let params = Params::new(memory, passes, lanes, Some(length)).unwrap();
            let stored = by_the_crate("abc123456", b"0123456789abcdef", params);
            assert!(verify_password("abc123456", &stored), "{stored}");
            assert!(!verify_password("abc123457", &stored), "{stored}");
        }
        let no_output = "$argon2id$v=19$m=19456,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg";
        assert!(PasswordHash::new(no_output).is_ok() && !verify_password("abc123456", no_output));
        assert!(!verify_password("abc123456", "$scrypt$ln=1$MDEyMzQ1Njc4OWFiY2RlZg$MDEyMzQ1Njc4OWFiY2RlZg"));
    }

    /// Each test is a process of its own.
    #[test]
    fn one_memory_is_left_to_the_next_hasher_wiped_and_no_large_one() {
        let (first, second) = (Hasher::new(), Hasher::new());
        first.hash("abc123456");
        second.hash("abc123456");
        drop((first, second));
        let (next, another) = (Hasher::new(), Hasher::new());
        let is_wiped = |block: &Block| block.as_ref().iter().all(|word| *word == 0);
        assert_eq!(next.0.borrow().0.len(), 19_456);
        assert!(next.0.borrow().0.iter().all(is_wiped));
        assert!(another.0.borrow().0.is_empty());
        let large = Params::new(40_000, 1, 1, None).unwrap();
        next.hash_password_with_params(b"x", b"0123456789abcdef", large).unwrap();
        drop(next);
        assert!(Hasher::new().0.borrow().0.is_empty());
    }
}

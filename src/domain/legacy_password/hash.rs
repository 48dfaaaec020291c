//! An old hash in normal form.

use zeroize::Zeroizing;

use super::spec::Spec;

/// An old hash in normal form: trimmed, hex in lower case. Wiped when dropped, and never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct LegacyHash {
    pub(super) spec: Spec,
    pub(super) digest: Zeroizing<String>,
    pub(super) salt: Option<Zeroizing<String>>,
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

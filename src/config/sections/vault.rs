//! `[vault]`: keys and algorithms.

use serde::Deserialize;
use std::path::PathBuf;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Suite {
    /// AES-256-GCM, HMAC-SHA-256, Argon2id.
    #[default]
    Standard,
    /// SM4-GCM, HMAC-SM3, PBKDF2-HMAC-SM3.
    Gm,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct VaultConfig {
    pub suite: Suite,
    pub keys_file: PathBuf,
}

impl VaultConfig {
    pub(in crate::config) fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        if self.suite == Suite::Gm {
            problems.push("vault.suite: this version offers \"standard\" only".into());
        }
        if self.keys_file.as_os_str().is_empty() {
            problems.push("vault.keys_file: missing; `buzheng doctor --new-keys FILE` writes one".into());
        }
        problems
    }
}

//! Failures of Redis and of the values in it.

use super::refusal;

#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Redis does not answer, or refuses.
    #[error("redis: {0}")]
    Redis(#[from] redis::RedisError),
    /// A value cannot be sealed or opened.
    #[error("a value kept in redis is unusable: {0}")]
    Vault(#[from] crate::vault::VaultError),
    /// Redis acknowledged a value, and does not return it.
    #[error("redis does not give back what was written")]
    Forgetful,
}

impl StoreError {
    /// The error code of Redis; `None` where Redis did not answer.
    pub fn refusal(&self) -> Option<&str> {
        match self {
            Self::Redis(error) => refusal::code_of(error),
            Self::Vault(_) | Self::Forgetful => None,
        }
    }
}

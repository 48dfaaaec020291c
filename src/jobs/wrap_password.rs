//! Wraps old password hashes: Argon2id over the sealed digest, which is then deleted. About 20 ms each. The salt that a digest was made
//! with stays sealed beside it.
//!
//! A job walks through all accounts whose hash is sealed, whatever batch they came with, until a whole walk finds nothing to do. bcrypt hashes stay sealed.

use diesel::pg::PgConnection;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::{JobError, Step};
use crate::db::legacy_passwords as store;
use crate::ids::AccountId;
use crate::vault::{Purpose, Vault, hash_password};

/// About half a second of work.
const PER_STEP: i64 = 25;

/// Where the walk stands.
#[derive(Debug, Serialize, Deserialize)]
struct Walk {
    /// The import that queued it.
    batch: String,
    #[serde(default)]
    after: Option<Uuid>,
    #[serde(default)]
    wrapped: u64,
    /// Hashes of this walk that did not open.
    #[serde(default)]
    refused: u64,
}

pub(super) fn step(conn: &mut PgConnection, vault: &Vault, payload: &Value) -> Result<Step, JobError> {
    let mut walk: Walk = serde_json::from_value(payload.clone()).map_err(|_| JobError::Payload)?;
    let found = store::sealed_hashes(conn, walk.after.map(AccountId::from_uuid), PER_STEP)?;
    for (id, sealed) in &found {
        walk.after = Some(*id.as_uuid());
        match vault.open_text(Purpose::PasswordHash, sealed) {
            Ok(hash) => {
                let wrapped = hash_password(&zeroize::Zeroizing::new(hash));
                // An import may have replaced the hash since: then the new one has its turn in the next walk.
                walk.wrapped += store::wrap(conn, *id, sealed, &wrapped)?;
            }
            Err(error) => {
                tracing::error!(account = %id, %error, "a sealed password hash does not open");
                walk.refused += 1;
            }
        }
    }
    let (wrapped, refused) = (walk.wrapped, walk.refused);
    if found.is_empty() {
        walk = Walk { after: None, wrapped: 0, refused: 0, ..walk };
    }
    let payload = serde_json::to_value(walk).map_err(|_| JobError::Payload)?;
    Ok(match (found.is_empty(), wrapped, refused) {
        (false, _, _) | (true, 1.., _) => Step::Again(payload),
        (true, 0, 1..) => Step::Failed(JobError::Sealed(refused), payload),
        (true, 0, 0) => Step::Done,
    })
}

//! Links for a new password: 256 random bits, of which Redis knows only a digest. Of each account the newest one is good, once, for twenty minutes.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::time::Duration;

use crate::app::notices::RECOVERY_LIFE;
use crate::app::{App, AppError};
use crate::ids::AccountId;
use crate::session::random_token;
use crate::vault::Purpose;

/// What a link is for: accounts that count as one.
#[derive(Clone, Deserialize, Serialize)]
pub(super) struct Recovery {
    pub(super) accounts: Vec<AccountId>,
    /// The number that they bore: a row that an import gave to somebody else is not theirs to open.
    pub(super) number_lookup: Vec<u8>,
    /// Where their owner was told: once that has changed, a link to the former address opens nothing.
    pub(super) mailboxes: Vec<Vec<u8>>,
    until: DateTime<Utc>,
}

impl Recovery {
    /// A password that was chosen since makes the link worthless, also where Redis could not be told.
    pub(super) fn asked_at(&self) -> DateTime<Utc> {
        self.until - RECOVERY_LIFE
    }
}

/// What a new link is to open.
pub(super) struct Opens {
    pub(super) accounts: Vec<AccountId>,
    pub(super) number_lookup: Vec<u8>,
    pub(super) mailboxes: Vec<Vec<u8>>,
}

/// A link is not replaced before: two clicks are one request.
const YOUNG: Duration = Duration::from_secs(10);

/// The digest of a token that has the form of one.
fn digest(token: &str) -> Option<String> {
    let is_token = token.len() == 43 && token.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    is_token.then(|| hex::encode(Sha256::digest(token.as_bytes())))
}

fn key(digest: &str) -> String {
    format!("recovery:{digest}")
}

fn newest_key(account: AccountId) -> String {
    format!("recovery-of:{account}")
}

impl App {
    /// Whether these accounts may have a link now; `false` while the one before is young: whoever asks again would make worthless what is on its
    /// way. Of two who ask at once one may.
    pub(super) async fn may_have_link(&self, accounts: &[AccountId]) -> Result<bool, AppError> {
        let Some(first) = accounts.iter().min() else { return Ok(false) };
        Ok(self.store.claim(&format!("recovery-young:{first}"), YOUNG).await?)
    }

    /// A new link's token; those before it of any of these accounts are of no use any more.
    pub(super) async fn keep_recovery(&self, opens: Opens, now: DateTime<Utc>) -> Result<String, AppError> {
        let token = random_token();
        let digest = digest(&token).unwrap_or_default();
        let Opens { accounts, number_lookup, mailboxes } = opens;
        let recovery = Recovery { accounts, number_lookup, mailboxes, until: now + RECOVERY_LIFE };
        let life = RECOVERY_LIFE.to_std().unwrap_or_default();
        for account in &recovery.accounts {
            self.store.put(&newest_key(*account), digest.as_bytes(), life).await?;
        }
        self.store.put(&key(&digest), &self.vault.seal_json(Purpose::PendingAccount, &recovery)?, life).await?;
        Ok(token)
    }

    /// What a token is good for, without using it up.
    pub(super) async fn look_at_recovery(&self, token: &str) -> Result<Option<Recovery>, AppError> {
        let Some(digest) = digest(token) else { return Ok(None) };
        let Some(sealed) = self.store.get(&key(&digest)).await? else { return Ok(None) };
        self.if_newest(&digest, &sealed).await
    }

    /// The same, and uses it up: of two who bring it at once, one has it.
    pub(super) async fn take_recovery(&self, token: &str) -> Result<Option<Recovery>, AppError> {
        let Some(digest) = digest(token) else { return Ok(None) };
        let Some(sealed) = self.store.take(&key(&digest)).await? else { return Ok(None) };
        self.if_newest(&digest, &sealed).await
    }

    async fn if_newest(&self, digest: &str, sealed: &[u8]) -> Result<Option<Recovery>, AppError> {
        let Ok(recovery) = self.vault.open_json::<Recovery>(Purpose::PendingAccount, sealed) else { return Ok(None) };
        for account in &recovery.accounts {
            if self.store.get(&newest_key(*account)).await?.as_deref() != Some(digest.as_bytes()) {
                return Ok(None);
            }
        }
        Ok(Some(recovery))
    }

    /// Gives a link back that was taken for nothing: what it was for failed, and its owner may try again.
    pub(super) async fn put_recovery_back(
        &self,
        token: &str,
        recovery: &Recovery,
        now: DateTime<Utc>,
    ) -> Result<(), AppError> {
        let (Some(digest), Ok(life)) = (digest(token), (recovery.until - now).to_std()) else { return Ok(()) };
        let sealed = self.vault.seal_json(Purpose::PendingAccount, recovery)?;
        Ok(self.store.put(&key(&digest), &sealed, life).await?)
    }

    /// Makes the links of these accounts worthless.
    pub(super) async fn forget_recoveries(&self, accounts: &[AccountId]) -> Result<(), AppError> {
        for account in accounts {
            self.store.delete(&newest_key(*account)).await?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_token_is_not_looked_for() {
        assert!(digest(&random_token()).is_some());
        for odd in ["", "abc", &"a".repeat(42), &"a".repeat(44), &format!("{}*", "a".repeat(42)), &"测".repeat(15)] {
            assert_eq!(digest(odd), None, "{odd}");
        }
    }
}

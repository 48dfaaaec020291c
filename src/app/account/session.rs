//! Whether a session by an account is still one.

use chrono::{DateTime, Utc};

use crate::app::{App, AppError};
use crate::db::account_credentials::chosen_since;
use crate::db::people::Link;
use crate::ids::{AccountId, PersonId};

impl App {
    /// Whether the account's password still leads to this person, as at `began_at`, when the sign-in began: not once a portal's person has the
    /// account, whoever linked it on whichever server (LINKING.md, A6), nor once another password was chosen. Asked at each request, so that no
    /// session outlives its door, whatever became of Redis.
    pub async fn door_is_open(
        &self,
        person: PersonId,
        account: AccountId,
        began_at: DateTime<Utc>,
    ) -> Result<bool, AppError> {
        self.read(move |tx| {
            let is_open = Link::opening(tx.conn, person)?.contains(&account);
            Ok(is_open && !chosen_since(tx.conn, account, began_at)?)
        })
        .await
    }
}

//! Whether a session by an account is still one.

use chrono::{DateTime, Utc};

use crate::app::{App, AppError};
use crate::db::account_credentials::{Standing, standing};
use crate::db::people::Link;
use crate::ids::{AccountId, PersonId};

/// What an account's session still opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenDoor {
    /// There is something from an old system that is the person's: accounts, certificates, applications.
    pub holds: bool,
}

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
        Ok(self.open_door(person, account, began_at).await?.is_some())
    }

    /// The door of an account whose password still leads to this person, as at `began_at`: `None` once a portal's person has the account, whoever
    /// linked it on whichever server (LINKING.md, A6), or once another password was chosen. Asked at each request, so that no session outlives its
    /// door, whatever became of Redis.
    pub async fn open_door(
        &self,
        person: PersonId,
        account: AccountId,
        began_at: DateTime<Utc>,
    ) -> Result<Option<OpenDoor>, AppError> {
        self.read(move |tx| {
            if !Link::opening(tx.conn, person)?.contains(&account) {
                return Ok(None);
            }
            let Standing { chosen_since, holds } = standing(tx.conn, person, account, began_at)?;
            Ok((!chosen_since).then_some(OpenDoor { holds }))
        })
        .await
    }
}

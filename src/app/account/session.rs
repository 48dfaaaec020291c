//! Whether a session by an account is still one.

use crate::app::{App, AppError};
use crate::db::people::Link;
use crate::ids::{AccountId, PersonId};

impl App {
    /// Whether the account's password still leads to this person: not once a portal's person has it, whoever linked it on whichever server
    /// (LINKING.md, A6). Asked at each request, so that no session outlives its door.
    pub async fn door_is_open(&self, person: PersonId, account: AccountId) -> Result<bool, AppError> {
        self.read(move |tx| Ok(Link::opening(tx.conn, person)?.contains(&account))).await
    }
}

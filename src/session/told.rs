//! Messages that one page of a session shows once, such as that something was saved.
//!
//! They lie beside the session in Redis, sealed, a list for each page: tabs that save at the same time lose no message of one another, and of two
//! pages that are loaded at the same time one shows it.

use serde::{Serialize, de::DeserializeOwned};
use std::time::Duration;

use super::{Session, Sessions};
use crate::store::StoreError;
use crate::vault::Purpose;

/// A browser follows a redirect at once; whoever returns later finds the page itself.
const LIFE: Duration = Duration::from_mins(10);

/// Messages kept for one page.
const MOST: u32 = 4;

impl Sessions {
    /// Keeps a message for the next time that the visitor of the session of this name ([`Session::name`]) opens a page.
    pub async fn tell<M: Serialize + Sync>(&self, session: &str, page: &str, message: &M) -> Result<(), StoreError> {
        let sealed = self.vault.seal_json(Purpose::Session, message)?;
        self.store.append(&list(session, page), &sealed, MOST, LIFE).await
    }

    /// The messages for a page, once. One that does not open is of another version of this program, and is dropped.
    pub async fn told<M: DeserializeOwned>(&self, session: &Session, page: &str) -> Result<Vec<M>, StoreError> {
        let sealed = self.store.take_list(&list(session.name(), page)).await?;
        Ok(sealed.iter().filter_map(|sealed| self.vault.open_json(Purpose::Session, sealed).ok()).collect())
    }
}

fn list(session: &str, page: &str) -> String {
    format!("told:{}:{page}", session.strip_prefix("session:").unwrap_or(session))
}

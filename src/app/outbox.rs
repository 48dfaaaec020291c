//! The outbox: notices are written in the transaction of what they tell of, and sent afterwards, outside of any.
//!
//! At least once: whoever dies between the server's answer and the settling leaves a notice that goes out again after its claim, under the
//! same Message-ID.

mod content;
mod postman;

use chrono::{DateTime, Utc};
use secrecy::{ExposeSecret, SecretString};

use super::AppError;
use super::audit::{self, About, Actor, Entry, Event};
use super::tx::Tx;
use crate::db::DbError;
use crate::db::outbox::{NewNotice, Notice as Stored};
use crate::domain::email::Email;
use crate::domain::notice::{NoticeKind, NoticeState};
use crate::ids::{NoticeId, PersonId};
use crate::vault::Purpose;

pub use content::Content;
use content::Kept;
pub use postman::{Postman, Round};

/// A notice to one person, as rendered.
#[derive(Clone, Debug)]
pub struct Notice {
    pub kind: NoticeKind,
    /// Whom it is about, where that is known.
    pub person: Option<PersonId>,
    /// The address or number.
    pub to: SecretString,
    pub content: Content,
    /// It is not sent after this.
    pub expires_at: DateTime<Utc>,
}

/// Puts a notice into the outbox; it goes out once this transaction is committed.
pub fn post(tx: &mut Tx<'_>, notice: &Notice) -> Result<NoticeId, DbError> {
    let id = NoticeId::generate();
    let row = NewNotice {
        id,
        channel: notice.content.channel(),
        kind: notice.kind,
        state: NoticeState::Waiting,
        person_id: notice.person,
        recipient_sealed: &tx.vault.seal_text(Purpose::Recipient, notice.to.expose_secret()),
        content_sealed: &tx.vault.seal_json(Purpose::Notice, &Kept::from(&notice.content))?,
        created_at: tx.now,
        due_at: tx.now,
        expires_at: notice.expires_at,
    };
    row.insert(tx.conn)?;
    Ok(id)
}

/// A notice as staff may see it: no content, and the address masked.
#[derive(Clone, Debug)]
pub struct Listed {
    pub row: Stored,
    /// `z***@example.com`, `138****0000`; empty where it was sealed under another key file.
    pub to: String,
}

/// Notices of some states, newest first.
pub fn list(tx: &mut Tx<'_>, states: &[NoticeState], limit: i64) -> Result<Vec<Listed>, DbError> {
    let rows = Stored::list(tx.conn, states, limit)?;
    let masked = |row: Stored| {
        let to = tx.vault.open_text(Purpose::Recipient, &row.recipient_sealed).unwrap_or_default();
        Listed { to: mask(&to), row }
    };
    Ok(rows.into_iter().map(masked).collect())
}

fn mask(to: &str) -> String {
    if let Ok(address) = Email::parse(to) {
        return address.masked();
    }
    let digits: Vec<char> = to.chars().collect();
    match digits.len() {
        0..11 => "*".repeat(digits.len()),
        length => {
            format!("{}****{}", digits[..3].iter().collect::<String>(), digits[length - 4..].iter().collect::<String>())
        }
    }
}

/// Why a notice cannot be sent again.
#[derive(Debug, thiserror::Error)]
pub enum RetryError {
    #[error(transparent)]
    App(#[from] AppError),
    #[error("it is not one that was refused (failed), it is {0}")]
    NotRefused(NoticeState),
    #[error("it has expired: what it says is erased")]
    Erased,
}

impl From<DbError> for RetryError {
    fn from(error: DbError) -> Self {
        Self::App(error.into())
    }
}

impl From<diesel::result::Error> for RetryError {
    fn from(error: diesel::result::Error) -> Self {
        Self::App(error.into())
    }
}

impl super::tx::UseCaseError for RetryError {
    fn database(&self) -> Option<&DbError> {
        if let Self::App(error) = self { error.database() } else { None }
    }
}

/// Sends a notice that was refused once more; recorded.
pub fn retry(tx: &mut Tx<'_>, id: NoticeId, by: &str) -> Result<(), RetryError> {
    let found = Stored::by_id_locked(tx.conn, id)?.ok_or(AppError::NotFound)?;
    if !found.retry(tx.conn, tx.now)? {
        return Err(match found.state {
            NoticeState::Failed => RetryError::Erased,
            other => RetryError::NotRefused(other),
        });
    }
    let entry = Entry {
        event: Event::NoticeRetried { kind: found.kind },
        actor: Actor::Staff(by.to_owned()),
        about: About { person: found.person_id, ..About::default() },
    };
    audit::record(tx, &[entry])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::mask;

    #[test]
    fn neither_an_address_nor_a_number_is_shown_in_full() {
        for (to, masked) in [
            ("zhangsan@example.com", "z***@example.com"),
            ("a@example.com", "a***@example.com"),
            ("13800000000", "138****0000"),
            ("12345", "*****"),
            ("", ""),
        ] {
            assert_eq!(mask(to), masked);
        }
    }
}

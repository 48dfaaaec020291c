//! A photo from one's phone: a slot of ten minutes for one picture of one phone, which has no session here.
//!
//! The desktop's session opens a slot and shows its code. The phone that brings the code first has the slot; its picture waits for the
//! session that opened it, and counts once that agrees. Everything is sealed in Redis, and found by keyed hashes.

mod phone;

use serde::{Deserialize, Serialize};
use std::time::Duration;

use super::{App, AppError};
use crate::domain::photo_code::{PhotoCode, words};
use crate::session::{Session, random_token};
use crate::vault::{LookUp, Purpose};

pub use phone::{Brought, Phone, PhoneSlot};

/// How long a slot waits for a picture, and the picture for its owner.
pub const LIFE: Duration = Duration::from_mins(10);

/// A slot as the session that opened it sees it.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct PhotoSlot {
    /// Names it to the session that opened it, and is of no use to another.
    pub id: String,
    /// In two groups of four.
    pub code: String,
    /// Shown on both screens.
    pub words: String,
    session: String,
}

impl App {
    pub async fn open_photo_slot(&self, session: &Session) -> Result<PhotoSlot, AppError> {
        let code = PhotoCode::of(rand::random());
        let slot = PhotoSlot {
            id: random_token(),
            code: code.grouped(),
            words: words(rand::random()),
            session: session.name().to_owned(),
        };
        let sealed = self.vault.seal_json(Purpose::Draft, &slot)?;
        self.store.put(&slot_key(&slot.id), &sealed, LIFE).await?;
        self.store.put(&self.code_key(&code), slot.id.as_bytes(), LIFE).await?;
        Ok(slot)
    }

    /// A slot of this very session, and the picture that came for it.
    pub async fn photo_slot(
        &self,
        session: &Session,
        id: &str,
    ) -> Result<Option<(PhotoSlot, Option<Vec<u8>>)>, AppError> {
        let Some(slot) = self.slot(id).await?.filter(|slot| slot.session == session.name()) else { return Ok(None) };
        let sealed = self.store.get(&picture_key(id)).await?;
        let picture = sealed.and_then(|sealed| self.vault.open(Purpose::Photo, &sealed).ok());
        Ok(Some((slot, picture)))
    }

    /// Ends a slot whose picture was taken over.
    pub async fn close_photo_slot(&self, slot: &PhotoSlot) -> Result<(), AppError> {
        for key in [slot_key(&slot.id), picture_key(&slot.id)] {
            self.store.delete(&key).await?;
        }
        Ok(())
    }

    async fn slot(&self, id: &str) -> Result<Option<PhotoSlot>, AppError> {
        let sealed = self.store.get(&slot_key(id)).await?;
        Ok(sealed.and_then(|sealed| self.vault.open_json(Purpose::Draft, &sealed).ok()))
    }

    fn code_key(&self, code: &PhotoCode) -> String {
        format!("photo-code:{}", hex::encode(self.vault.look_up(LookUp::PhotoCode, &[code.as_str()])))
    }
}

fn slot_key(id: &str) -> String {
    format!("photo-slot:{id}")
}

fn picture_key(id: &str) -> String {
    format!("photo-slot-picture:{id}")
}

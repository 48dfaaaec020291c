//! The phone's side of a slot.

use super::{LIFE, PhotoSlot, picture_key, slot_key};
use crate::app::turns::Turn;
use crate::app::{App, AppError};
use crate::domain::photo::CleanPhoto;
use crate::domain::photo_code::PhotoCode;
use crate::vault::{LookUp, Purpose};

/// A phone, by its cookie: it says nothing of a person.
#[derive(Clone, Debug)]
pub struct Phone {
    key: String,
    /// For the hidden field of its forms.
    pub csrf_token: String,
}

/// A slot as the phone sees it that has it.
#[derive(Clone, Debug)]
pub struct PhoneSlot {
    id: String,
    /// The session that opened it.
    pub(super) session: String,
    pub words: String,
    /// A picture has come.
    pub is_full: bool,
}

impl PhoneSlot {
    fn tries(&self) -> String {
        format!("photo-slot-tries:{}", self.id)
    }
}

/// What a code brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Brought {
    Slot,
    /// There is no such slot, or no longer.
    Nothing,
    /// Another phone has it.
    Taken,
}

impl App {
    pub fn phone(&self, cookie: &str) -> Phone {
        let of = |part: &str| hex::encode(self.vault.look_up(LookUp::PhotoPhone, &[part, cookie]));
        Phone { key: format!("photo-phone:{}", of("phone")), csrf_token: of("csrf") }
    }

    /// Gives a slot to the phone that brings its code first.
    pub async fn bring_photo_code(&self, phone: &Phone, code: &PhotoCode) -> Result<Brought, AppError> {
        let found = self.store.get(&self.code_key(code)).await?.and_then(|id| String::from_utf8(id).ok());
        let Some(id) = found else { return Ok(Brought::Nothing) };
        if self.slot(&id).await?.is_none() {
            return Ok(Brought::Nothing);
        }
        let claim = format!("photo-slot-phone:{id}");
        if !self.store.claim(&claim, LIFE).await? {
            let mine = self.store.get(&phone.key).await?;
            return Ok(if mine.as_deref() == Some(id.as_bytes()) { Brought::Slot } else { Brought::Taken });
        }
        if let Err(error) = self.store.put(&phone.key, id.as_bytes(), LIFE).await {
            self.release(&claim).await;
            return Err(error.into());
        }
        Ok(Brought::Slot)
    }

    /// The slot that a phone has.
    pub async fn slot_of_phone(&self, phone: &Phone) -> Result<Option<PhoneSlot>, AppError> {
        let found = self.store.get(&phone.key).await?.and_then(|id| String::from_utf8(id).ok());
        let Some(id) = found else { return Ok(None) };
        let Some(PhotoSlot { words, session, .. }) = self.slot(&id).await? else { return Ok(None) };
        let is_full = self.store.get(&picture_key(&id)).await?.is_some();
        Ok(Some(PhoneSlot { id, session, words, is_full }))
    }

    /// Lets one picture at a time come for the slots of one session, on each server: `None` while one does.
    pub fn picture_turn(&self, slot: &PhoneSlot) -> Option<Turn> {
        self.pictures_arriving.take(&slot.session)
    }

    /// Counts a picture that is being sent, whatever becomes of it (`throttle.photo_tries_per_slot`). `false` where it is one too many, which ends
    /// the slot.
    pub async fn count_photo_try(&self, slot: &PhoneSlot) -> Result<bool, AppError> {
        let counted = self.store.count(&slot.tries(), self.config.throttle.photo_tries_per_slot, LIFE).await?;
        if counted.is_err() {
            self.store.delete(&slot_key(&slot.id)).await?;
        }
        Ok(counted.is_ok())
    }

    /// Takes back the try of a form that came without a picture.
    pub async fn take_back_photo_try(&self, slot: &PhoneSlot) -> Result<(), AppError> {
        Ok(self.store.take_back(&[slot.tries()]).await?)
    }

    /// Hands a photo over to the desktop; `false` where one came before, or the slot has ended.
    pub async fn fill_photo_slot(&self, slot: &PhoneSlot, photo: &CleanPhoto) -> Result<bool, AppError> {
        let Some(kept) = self.slot(&slot.id).await? else { return Ok(false) };
        let claim = format!("photo-slot-full:{}", slot.id);
        if !self.store.claim(&claim, LIFE).await? {
            return Ok(false);
        }
        let sealed = self.vault.seal(Purpose::Photo, photo.bytes());
        if let Err(error) = self.store.put(&picture_key(&slot.id), &sealed, LIFE).await {
            self.release(&claim).await;
            return Err(error.into());
        }
        // The picture waits as long for its owner as the slot waited for it. One that was closed meanwhile stays closed.
        if self.store.get_and_keep(&slot_key(&slot.id), LIFE).await?.is_none() {
            self.store.delete(&picture_key(&slot.id)).await?;
            return Ok(false);
        }
        if let Some(code) = PhotoCode::parse(&kept.code) {
            self.store.delete(&self.code_key(&code)).await?;
        }
        Ok(true)
    }

    /// Takes back a claim that came to nothing.
    async fn release(&self, claim: &str) {
        if let Err(error) = self.store.delete(claim).await {
            tracing::warn!(error = &error as &dyn std::error::Error, "a photo slot stays claimed until it expires");
        }
    }
}

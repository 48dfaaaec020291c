//! Pictures that came with a form that was not yet submitted: kept, so that they need not be chosen again.

use sha2::{Digest, Sha256};
use std::time::Duration;

use super::forms::LIFE;
use crate::app::{App, AppError};
use crate::domain::word::words;
use crate::ids::PersonId;
use crate::session::random_token;
use crate::store::Kept;
use crate::vault::Purpose;

/// A picture of evidence is two hundred times as large as a photo: it stays as long as a session that is idle.
const EVIDENCE_LIFE: Duration = Duration::from_mins(30);

/// Pictures of evidence kept for one person: two tabs.
const EVIDENCE_OF_A_PERSON: u32 = 2;

words! {
    /// What rules a kept picture has passed: one of evidence is no photo.
    pub enum PictureKind {
        Photo = "photo",
        Evidence = "evidence",
    }
}

/// What a kept picture is called in the address of its preview: its token cannot be had from it.
#[derive(Clone, Debug)]
pub struct PictureName {
    kind: PictureKind,
    digest: String,
}

impl PictureName {
    /// Of the picture with this token.
    pub fn of(kind: PictureKind, token: &str) -> Self {
        Self { kind, digest: hex::encode(Sha256::digest(token.as_bytes())) }
    }

    /// `None` for what is no such name.
    pub fn parse(kind: &str, digest: &str) -> Option<Self> {
        let is_digest = digest.len() == 64 && digest.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        let kind = PictureKind::from_word(kind).filter(|_| is_digest)?;
        Some(Self { kind, digest: digest.to_owned() })
    }

    /// Where its person looks at it: a local path.
    pub fn address(&self) -> String {
        format!("/kept/{}/{}", self.kind.as_str(), self.digest)
    }

    /// Of one person's picture: to others it is not there.
    pub(super) fn key(&self, person: PersonId) -> String {
        format!("{}:{person}:{}", self.kind.as_str(), self.digest)
    }
}

impl App {
    /// Keeps a photo that passed every rule; answers its token.
    pub async fn keep_photo(&self, person: PersonId, photo: &[u8]) -> Result<String, AppError> {
        let token = random_token();
        let sealed = self.vault.seal(Purpose::Photo, photo);
        self.store.put(&PictureName::of(PictureKind::Photo, &token).key(person), &sealed, LIFE).await?;
        Ok(token)
    }

    /// Keeps a picture of evidence that passed every rule; answers its token. Beyond two of the person's, or
    /// `throttle.kept_evidence_total` of all persons', the oldest go, and are to be chosen again.
    pub async fn keep_evidence(&self, person: PersonId, picture: &[u8]) -> Result<String, AppError> {
        let token = random_token();
        let sealed = self.vault.seal(Purpose::Photo, picture);
        let key = PictureName::of(PictureKind::Evidence, &token).key(person);
        let of_person = format!("pictures-of:{person}");
        let of_all = self.config.throttle.kept_evidence_total;
        let lists = [(of_person.as_str(), EVIDENCE_OF_A_PERSON), ("pictures-kept", of_all)];
        let kept = Kept { key: &key, value: &sealed, lists: &lists, life: EVIDENCE_LIFE };
        self.store.keep_among(kept, self.now()).await?;
        Ok(token)
    }

    /// A picture kept for this very person.
    pub async fn kept_picture(&self, person: PersonId, name: &PictureName) -> Result<Option<Vec<u8>>, AppError> {
        let sealed = self.store.get(&name.key(person)).await?;
        Ok(sealed.and_then(|sealed| self.vault.open(Purpose::Photo, &sealed).ok()))
    }

    /// Whether a picture is kept for this person.
    pub async fn has_picture(&self, person: PersonId, name: &PictureName) -> Result<bool, AppError> {
        Ok(self.store.exists(&name.key(person)).await?)
    }
}

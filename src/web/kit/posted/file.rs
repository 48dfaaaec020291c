//! The file of a form.

use axum::extract::multipart::{Field, MultipartError};
use axum::http::StatusCode;

use super::amount::Amount;
use super::metered::Meter;
use crate::web::kit::error::WebError;

/// The field of a form's file, and how many bytes of the file are kept.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FileField {
    pub(crate) name: &'static str,
    pub(crate) most_bytes: usize,
}

/// A file as it came: bytes beyond the wanted size are counted, and not kept.
#[derive(Debug, Default)]
pub(crate) struct File {
    pub(crate) bytes: Vec<u8>,
    pub(crate) size: usize,
    /// A browser sends a nameless, empty file where none was chosen.
    pub(crate) chosen: bool,
    /// More than one came under this name; this is the first.
    pub(crate) others: bool,
}

impl File {
    const fn is_there(&self) -> bool {
        self.chosen || self.size > 0
    }

    /// The first counts.
    pub(super) fn put(&mut self, further: Self) {
        if !self.is_there() {
            *self = further;
        } else if further.is_there() {
            self.others = true;
        }
    }

    /// Reads a part to its end, and keeps `keep` bytes of it.
    pub(super) async fn take(
        mut part: Field<'_>,
        keep: usize,
        amount: &mut Amount,
        meter: &Meter,
    ) -> Result<Self, WebError> {
        let chosen = part.file_name().is_some_and(|name| !name.is_empty());
        let mut file = Self { chosen, ..Self::default() };
        while let Some(chunk) = part.chunk().await.map_err(|error| refuse_part(&error))? {
            meter.has_parsed();
            amount.add(chunk.len())?;
            let room = keep.saturating_sub(file.bytes.len()).min(chunk.len());
            file.bytes.extend_from_slice(&chunk[..room]);
            file.size += chunk.len();
        }
        Ok(file)
    }
}

pub(super) fn refuse_part(error: &MultipartError) -> WebError {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        WebError::TooLarge
    } else {
        WebError::BadRequest("a broken multipart form")
    }
}

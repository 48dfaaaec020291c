//! How much a form has sent.

use tokio::sync::{Semaphore, SemaphorePermit};

use crate::web::kit::error::WebError;

/// More than any form needs: a photo or a picture of evidence of 8 MB, and its fields.
const LARGE: usize = 16 * 1024 * 1024;

/// Forms larger than that which are read at once, on all connections: they are read only to be refused on their page. A further one is refused
/// without it.
static LARGE_FORMS: Semaphore = Semaphore::const_new(4);

#[derive(Debug)]
pub(super) struct Amount {
    bytes: usize,
    most: usize,
    place: Option<SemaphorePermit<'static>>,
}

impl Amount {
    /// Of a form of `most` bytes at most.
    pub(super) const fn up_to(most: usize) -> Self {
        Self { bytes: 0, most, place: None }
    }

    /// Further bytes have come. Refuses them where they are too many, or where too many large forms are being read.
    pub(super) fn add(&mut self, bytes: usize) -> Result<(), WebError> {
        self.bytes += bytes;
        if self.bytes > self.most {
            return Err(WebError::TooLarge);
        }
        if self.bytes > LARGE && self.place.is_none() {
            self.place = Some(LARGE_FORMS.try_acquire().map_err(|_| WebError::TooLarge)?);
        }
        Ok(())
    }
}

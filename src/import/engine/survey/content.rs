//! A digest of the rows of a source.

use sha2::{Digest, Sha256};

use crate::import::finding::Code;

/// A digest of rows as they are read.
#[derive(Default)]
pub(in crate::import::engine) struct Content(pub(super) Sha256);

impl Content {
    pub(in crate::import::engine) fn feed(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    pub(in crate::import::engine) fn rejected(&mut self, code: Code) {
        self.0.update(code.as_str());
    }

    pub(in crate::import::engine) fn finish(self) -> String {
        hex::encode(self.0.finalize())
    }
}

//! The portal's codes, mapped to our own words and scale.

use super::PortalConfig;
use crate::blank::trimmed;
use crate::words::{DocumentTypeWord, UserType, UserTypeWord};

impl PortalConfig {
    /// The raw level code on our own scale; `None` for a code that `levels` does not list.
    pub fn map_level(&self, raw: &str) -> Option<i32> {
        self.levels.get(trimmed(raw)).copied()
    }

    /// The user type of a raw code; a code that `user_types` does not list (an empty one too) is unmapped.
    pub fn map_user_type(&self, raw: &str) -> UserType {
        match self.user_types.get(trimmed(raw)) {
            Some(UserTypeWord::Personal) => UserType::Personal,
            Some(UserTypeWord::Corporate) => UserType::Corporate,
            None => UserType::Unmapped,
        }
    }

    /// Our word for the portal's raw document type code; `None` for a code that `document_types` does not list.
    pub fn map_document_type(&self, raw: &str) -> Option<DocumentTypeWord> {
        self.document_types.get(trimmed(raw)).copied()
    }
}

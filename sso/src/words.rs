//! The words for a portal's statements about an account, whatever codes the portal itself uses.

mod user_type;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

pub use user_type::{UserType, UserTypeWord};

/// Kind of identity document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DocumentTypeWord {
    /// 居民身份证.
    ResidentId,
    /// 港澳台居民居住证.
    HmtResidencePermit,
    /// 外国人永久居留身份证.
    PermanentResidence,
    /// 护照.
    Passport,
    /// 港澳居民来往内地通行证.
    HkMacauPermit,
    /// 台湾居民来往大陆通行证.
    TaiwanPermit,
    /// 军官证, 士兵证.
    Military,
    /// Any other document.
    Other,
}

impl DocumentTypeWord {
    /// All of them, in the order of the documentation.
    pub const ALL: [Self; 8] = [
        Self::ResidentId,
        Self::HmtResidencePermit,
        Self::PermanentResidence,
        Self::Passport,
        Self::HkMacauPermit,
        Self::TaiwanPermit,
        Self::Military,
        Self::Other,
    ];

    /// The word in configuration and files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ResidentId => "resident_id",
            Self::HmtResidencePermit => "hmt_residence_permit",
            Self::PermanentResidence => "permanent_residence",
            Self::Passport => "passport",
            Self::HkMacauPermit => "hk_macau_permit",
            Self::TaiwanPermit => "taiwan_permit",
            Self::Military => "military",
            Self::Other => "other",
        }
    }
}

impl fmt::Display for DocumentTypeWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The word is none of [`DocumentTypeWord::ALL`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a document type")]
pub struct UnknownDocumentType;

impl FromStr for DocumentTypeWord {
    type Err = UnknownDocumentType;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|candidate| candidate.as_str() == word).ok_or(UnknownDocumentType)
    }
}

/// The portal's statement about the kind of document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DocumentType {
    /// Nothing: the kind is derived from the number's shape.
    Absent,
    /// A code that the configuration maps.
    Known(DocumentTypeWord),
    /// A code that the configuration does not map, so the number must not be read as a resident's.
    Unmapped,
}

impl DocumentType {
    /// The word, where there is one.
    pub fn word(self) -> Option<DocumentTypeWord> {
        match self {
            Self::Known(word) => Some(word),
            Self::Absent | Self::Unmapped => None,
        }
    }
}

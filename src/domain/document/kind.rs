//! The kind of a document, and the families of kinds that may match one another.

use crate::domain::word::words;

words! {
    /// The kind of document a portal vouches for, by its word in the configuration (`portal.document_types`), in the database and in the
    /// forecast's input. Legacy rows carry none.
    pub enum DocumentType {
        /// 居民身份证.
        ResidentId = "resident_id",
        /// 港澳台居民居住证, numbers beginning with 81, 82 or 83.
        HmtResidencePermit = "hmt_residence_permit",
        /// 外国人永久居留身份证; the 18-character card begins with 9, the older one has 15 characters with letters.
        PermanentResidence = "permanent_residence",
        /// 护照.
        Passport = "passport",
        /// 港澳居民来往内地通行证.
        HkMacauPermit = "hk_macau_permit",
        /// 台湾居民来往大陆通行证.
        TaiwanPermit = "taiwan_permit",
        /// 军人证件.
        Military = "military",
        Other = "other",
    }
}

impl DocumentType {
    pub(super) fn may_be_resident_family(self) -> bool {
        matches!(self, Self::ResidentId | Self::HmtResidencePermit | Self::PermanentResidence)
    }
}

/// Documents that may match one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    Resident,
    Typed(DocumentType),
    Untyped,
}

impl Family {
    pub(super) fn compatible(self, other: Self) -> bool {
        match (self, other) {
            (Self::Resident, Self::Resident) => true,
            (Self::Resident, _) | (_, Self::Resident) => false,
            (Self::Typed(a), Self::Typed(b)) => a == b,
            (Self::Untyped, _) | (_, Self::Untyped) => true,
        }
    }
}

//! An identity of the portal, as far as linking depends on it.

use serde::{Deserialize, Serialize};

use crate::domain::document;

/// An account at the portal, to which links and proofs are bound (DESIGN.md §4.2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    /// The namespace in which the subject is unique.
    pub issuer: String,
    /// The portal's unchanging identifier.
    pub subject: String,
}

/// What the portal vouches for, as far as linking cares.
#[derive(Clone, Debug)]
pub struct Identity {
    /// As vouched for, untouched; `None` where the portal gave none.
    pub name: Option<String>,
    /// As vouched for; `None` where the portal gave none.
    pub number: Option<String>,
    pub document: DocumentClaim,
    /// The real-name level after mapping; `None` where missing or unmapped.
    pub level: Option<i32>,
    /// Personal, corporate, or a word the configuration does not know.
    pub user_type: UserType,
}

/// The document type as the portal gave it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DocumentClaim {
    /// The portal names none: derived from the number's shape.
    Absent,
    /// A type that the configuration maps.
    Type(document::DocumentType),
    /// A code that the configuration does not know: refused rather than guessed.
    Unmapped,
}

/// Whose account at the portal this is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserType {
    /// 个人.
    Personal,
    /// 法人.
    Corporate,
    /// A code that the configuration does not know.
    Unmapped,
}

//! Whether an identity is accepted at all.

use crate::domain::document;
use crate::domain::name;

use super::facts::{Alias, Facts};
use super::identity::{DocumentClaim, Identity, UserType};
use super::words::Refusal;

/// The refusals of LINKING.md; otherwise the pair that the portal vouches for.
pub(super) fn accept(facts: &Facts, identity: &Identity) -> Result<Alias, Refusal> {
    match identity.user_type {
        UserType::Personal => {}
        UserType::Corporate => return Err(Refusal::Corporate),
        UserType::Unmapped => return Err(Refusal::UserTypeUnknown),
    }
    match identity.level {
        None => return Err(Refusal::LevelUnknown),
        Some(level) if level < facts.minimum_level => return Err(Refusal::LevelTooLow),
        Some(_) => {}
    }
    let kind = match identity.document {
        DocumentClaim::Absent => None,
        DocumentClaim::Type(kind) => Some(kind),
        DocumentClaim::Unmapped => return Err(Refusal::DocumentTypeUnknown),
    };
    let number = document::Number::new(identity.number.as_deref().unwrap_or_default(), kind);
    if number.unreadable() == Some(document::Unreadable::Empty) {
        return Err(Refusal::NumberMissing);
    }
    if !number.is_valid(facts.today) {
        return Err(Refusal::NumberInvalid);
    }
    let name = identity.name.as_deref().map(str::trim).unwrap_or_default();
    if name::is_empty(name) {
        return Err(Refusal::NameMissing);
    }
    Ok(Alias { number, name: name.to_owned(), granted: None })
}

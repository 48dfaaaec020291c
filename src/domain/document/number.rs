//! A document number: canonical form and comparison.

use std::fmt;

use super::clean::{clean, find_damage, has_resident_shape, upgrade_to_18};
use super::kind::{DocumentType, Family};
use super::{Relation, Unreadable, Upgrade, mask};

/// A document number in canonical form, with what is needed to compare it and to explain the comparison.
///
/// Equality of canonical forms alone is not a match: see [`Number::relation`].
#[derive(Clone, PartialEq, Eq)]
pub struct Number {
    pub(super) canonical: String,
    kind: Option<DocumentType>,
    pub(super) family: Family,
    upgrade: Upgrade,
    pub(super) unreadable: Option<Unreadable>,
}

impl Number {
    /// Reads a number as typed, exported or vouched for; `kind` is `None` where the source names no type.
    pub fn new(raw: &str, kind: Option<DocumentType>) -> Self {
        let cleaned = clean(raw);
        let may_be_resident = kind.is_none_or(DocumentType::may_be_resident_family);
        let resident = may_be_resident && has_resident_shape(&cleaned);
        let family = match kind {
            _ if resident => Family::Resident,
            Some(kind) => Family::Typed(kind),
            None => Family::Untyped,
        };
        let unreadable = find_damage(&cleaned, may_be_resident);
        let (canonical, upgrade) =
            if resident && cleaned.len() == 15 { upgrade_to_18(&cleaned) } else { (cleaned, Upgrade::None) };
        Self { canonical, kind, family, upgrade, unreadable }
    }

    /// The canonical form; the input of look-up values.
    pub fn canonical(&self) -> &str {
        &self.canonical
    }

    pub fn kind(&self) -> Option<DocumentType> {
        self.kind
    }

    /// The name of the family: numbers with equal characters but of different families are different documents.
    pub fn family_word(&self) -> &'static str {
        match self.family {
            Family::Resident => "resident",
            Family::Typed(kind) => kind.as_str(),
            Family::Untyped => "untyped",
        }
    }

    /// Whether the number belongs to the resident family: 18 characters whose digits hold a birth date and a sex.
    pub fn is_resident(&self) -> bool {
        self.family == Family::Resident
    }

    pub fn upgrade(&self) -> Upgrade {
        self.upgrade
    }

    /// Why the number cannot be compared, if it cannot.
    pub fn unreadable(&self) -> Option<Unreadable> {
        self.unreadable
    }

    pub fn relation(&self, other: &Self) -> Relation {
        if self.unreadable.is_some() || other.unreadable.is_some() {
            return Relation::Unreadable;
        }
        if self.canonical != other.canonical || !self.family.compatible(other.family) {
            return Relation::Different;
        }
        Relation::Same(match (self.upgrade, other.upgrade) {
            // Both numbers were written with the same 15 digits: no upgrade is needed to see that they are equal.
            (left, right) if left == right => Upgrade::None,
            (Upgrade::None, upgrade) | (upgrade, _) => upgrade,
        })
    }

    /// The number as a page may show it: the first six and last four characters of 18 (`110101********1233`), fewer of shorter numbers.
    pub fn masked(&self) -> String {
        mask(&self.canonical)
    }
}

/// Never prints the number itself: logs hold no personal data.
impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Number").field("family", &self.family).field("upgrade", &self.upgrade).finish_non_exhaustive()
    }
}

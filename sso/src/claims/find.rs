//! The value at the configured places of an attribute.

use super::Claims;
use crate::blank::trimmed;
use crate::loose;

/// The value at the configured places of one attribute.
pub(crate) enum Found {
    Absent,
    Blank,
    /// A value that is neither a number nor a string.
    Unreadable,
    Text(String),
}

impl Claims {
    /// The value at the first place that holds one, and that place. Portals write an absent value as an empty text, so the search
    /// continues; an unreadable value ends it, so that no later place can replace it.
    pub(crate) fn find<'a>(&self, places: &'a [String]) -> (Option<&'a str>, Found) {
        let mut found: (Option<&str>, Found) = (None, Found::Absent);
        for place in places {
            match self.at(place) {
                Found::Absent => {}
                Found::Blank => found = (Some(place), Found::Blank),
                other => return (Some(place), other),
            }
        }
        found
    }

    /// For attributes that must never be taken from a later place, a subject or the kind of account: the first place that is there counts,
    /// an empty one too.
    pub(crate) fn find_strict<'a>(&self, places: &'a [String]) -> (Option<&'a str>, Found) {
        let found =
            places.iter().map(|place| (place, self.at(place))).find(|(_, found)| !matches!(found, Found::Absent));
        found.map_or((None, Found::Absent), |(place, found)| (Some(place), found))
    }

    fn at(&self, place: &str) -> Found {
        let Some(value) = loose::at(&self.0, place).filter(|value| !value.is_null()) else { return Found::Absent };
        match loose::scalar(&value).filter(|_| !value.is_boolean()) {
            Some(text) if trimmed(&text).is_empty() => Found::Blank,
            Some(text) => Found::Text(text),
            None => Found::Unreadable,
        }
    }

    pub(super) fn text(&self, attribute: &'static str, places: &[String]) -> Option<String> {
        match self.find(places) {
            (_, Found::Text(text)) => Some(text),
            (place, Found::Absent | Found::Blank | Found::Unreadable) => unusable(attribute, place, None),
        }
    }
}

/// Logs the field for the operator, never its value.
pub(super) fn unusable<T>(attribute: &'static str, place: Option<&str>, answer: T) -> T {
    tracing::warn!(
        attribute,
        field = place.unwrap_or("none of the listed ones"),
        "the portal's answer holds nothing usable for portal.claims.{attribute}, so the visitor will be refused; `buzheng doctor --portal --try` shows what it holds"
    );
    answer
}

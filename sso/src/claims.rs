//! Maps the portal's field names and codes to attributes.

use serde_json::{Map, Value};

use crate::blank::{given_name, given_number, trimmed};
use crate::config::PortalConfig;
use crate::error::{LoginError, bad_answer};
use crate::identity::{PortalIdentity, PortalSession};
use crate::loose;
use crate::words::{DocumentType, UserType};

mod report;

/// Longer than any real name or number; in characters.
const MAX_CLAIM: usize = 256;
/// The limit of OpenID Connect Core §2 and of every known peer.
const MAX_SUBJECT: usize = 255;

/// A portal's answer about one person.
pub(crate) struct Claims(Value);

/// The value at the configured places of one attribute.
pub(crate) enum Found {
    Absent,
    Blank,
    /// A value that is neither a number nor a string.
    Unreadable,
    Text(String),
}

impl Claims {
    pub(crate) fn new(claims: Map<String, Value>) -> Self {
        Self(Value::Object(claims))
    }

    /// The identity that these claims describe. Unmapped codes and unreadable values are logged by their field's name, never by their
    /// value.
    ///
    /// # Errors
    /// [`LoginError::BadAnswer`] if there is no usable subject, or an attribute holds control characters or is far too long.
    /// Missing or unmapped attributes are no error here: the caller refuses them, with a page that says what to do.
    pub(crate) fn identity(&self, config: &PortalConfig, session: PortalSession) -> Result<PortalIdentity, LoginError> {
        let places = &config.claims;
        let (_, Found::Text(subject)) = self.find_strict(&places.subject) else {
            return Err(bad_answer("there is no subject"));
        };
        let identity = PortalIdentity {
            issuer: config.issuer().to_owned(),
            subject,
            name: self.text("name", &places.name).as_deref().and_then(given_name),
            document_number: self.document_number(&places.document_number),
            document_type: self.document_type(config),
            level: self.level(config),
            user_type: self.user_type(config),
            session,
        };
        identity.check()?;
        Ok(identity)
    }

    /// The number as it came, trimmed. A masked number identifies nobody; the visitor cannot correct that, the operator can.
    fn document_number(&self, places: &[String]) -> Option<String> {
        let number = given_number(&self.text("document_number", places)?)?;
        if is_masked(&number) { unusable("document_number", self.find(places).0, Some(number)) } else { Some(number) }
    }

    fn document_type(&self, config: &PortalConfig) -> DocumentType {
        match self.find(&config.claims.document_type) {
            // Many portals write an absent value as an empty text.
            (_, Found::Absent | Found::Blank) => DocumentType::Absent,
            (place, Found::Unreadable) => unusable("document_type", place, DocumentType::Unmapped),
            (place, Found::Text(code)) => match config.map_document_type(&code) {
                Some(word) => DocumentType::Known(word),
                None => unusable("document_type", place, DocumentType::Unmapped),
            },
        }
    }

    fn level(&self, config: &PortalConfig) -> Option<i32> {
        match self.find(&config.claims.level) {
            (place, Found::Text(code)) => config.map_level(&code).or_else(|| unusable("level", place, None)),
            (place, Found::Absent | Found::Blank | Found::Unreadable) => unusable("level", place, None),
        }
    }

    fn user_type(&self, config: &PortalConfig) -> UserType {
        match self.find_strict(&config.claims.user_type) {
            // An empty list states that the portal has no corporate accounts and sends no type.
            (_, Found::Absent) if config.claims.user_type.is_empty() => UserType::Personal,
            (_, Found::Absent) => {
                tracing::info!(
                    attribute = "user_type",
                    "the portal's answer holds none of portal.claims.user_type, so the account counts as personal; `buzheng doctor --portal \
                     --try` shows what it holds"
                );
                UserType::Personal
            }
            (place, Found::Blank | Found::Unreadable) => unusable("user_type", place, UserType::Unmapped),
            (place, Found::Text(code)) => match config.map_user_type(&code) {
                UserType::Unmapped => unusable("user_type", place, UserType::Unmapped),
                known => known,
            },
        }
    }

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

    fn text(&self, attribute: &'static str, places: &[String]) -> Option<String> {
        match self.find(places) {
            (_, Found::Text(text)) => Some(text),
            (place, Found::Absent | Found::Blank | Found::Unreadable) => unusable(attribute, place, None),
        }
    }
}

/// Whether a portal has masked some of a number's characters. A run of `x` is not the end of a number but a mask.
fn is_masked(number: &str) -> bool {
    number.contains(['*', '＊', '?', '？', '●', '•', '#', '＃', '□']) || number.to_ascii_lowercase().contains("xxx")
}

/// Logs the field for the operator, never its value.
fn unusable<T>(attribute: &'static str, place: Option<&str>, answer: T) -> T {
    tracing::warn!(
        attribute,
        field = place.unwrap_or("none of the listed ones"),
        "the portal's answer holds nothing usable for portal.claims.{attribute}, so the visitor will be refused; `buzheng doctor --portal --try` shows what it holds"
    );
    answer
}

impl PortalIdentity {
    /// Validates the attributes of a portal's answer, whichever way it came. Also for identities that are read from a file.
    ///
    /// # Errors
    /// [`LoginError::BadAnswer`] if the subject is not usable, or an attribute holds control characters or is far too long.
    pub fn check(&self) -> Result<(), LoginError> {
        check_subject(&self.subject)?;
        for text in [&self.name, &self.document_number].into_iter().flatten() {
            if text.chars().any(char::is_control) {
                return Err(bad_answer("an attribute holds control characters"));
            }
            if text.chars().count() > MAX_CLAIM {
                return Err(bad_answer("an attribute is too long"));
            }
        }
        Ok(())
    }
}

/// Subjects become keys: two that look alike must not differ, and none may be truncated on its way to the database.
pub(crate) fn check_subject(subject: &str) -> Result<(), LoginError> {
    if subject.is_empty() {
        return Err(bad_answer("the subject is empty"));
    }
    if subject.chars().count() > MAX_SUBJECT {
        return Err(bad_answer("the subject is too long"));
    }
    if subject.chars().any(char::is_control) {
        return Err(bad_answer("the subject holds control characters"));
    }
    if subject.trim() != subject {
        return Err(bad_answer("the subject begins or ends with a blank"));
    }
    if subject.chars().any(is_invisible) {
        return Err(bad_answer("the subject holds invisible characters"));
    }
    Ok(())
}

/// Zero-width and direction characters, the byte order mark, and the replacement character of a broken encoding.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{fffd}')
}

#[cfg(test)]
mod tests;

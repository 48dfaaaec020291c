//! From the portal's own field names and codes to attributes.

use serde_json::{Map, Value};

use crate::config::PortalConfig;
use crate::error::{LoginError, bad_answer};
use crate::identity::{PortalIdentity, PortalSession};
use crate::words::{DocumentType, UserType};

/// Longer than any name or number that is one; in characters.
const MAX_CLAIM: usize = 256;
/// OpenID Connect Core §2 and every peer's own limit.
const MAX_SUBJECT: usize = 255;

/// A portal's answer about one person.
pub(crate) struct Claims(Value);

/// What stands at the configured places for one attribute.
enum Found {
    /// Nothing at all, or `null`.
    Absent,
    /// An empty string, or blanks.
    Blank,
    /// Something, but neither a number nor a string.
    Unreadable,
    Text(String),
}

impl Claims {
    pub(crate) fn new(claims: Map<String, Value>) -> Self {
        Self(Value::Object(claims))
    }

    /// The identity these claims describe.
    ///
    /// # Errors
    /// [`LoginError::BadAnswer`] if there is no usable subject, or an attribute holds control characters or is far too long.
    /// Missing or unmapped attributes are no error here: they are the caller's to refuse, with a page that says what to do.
    pub(crate) fn identity(&self, config: &PortalConfig, session: PortalSession) -> Result<PortalIdentity, LoginError> {
        let places = &config.claims;
        let Found::Text(subject) = self.find(&places.subject) else {
            return Err(bad_answer("there is no subject"));
        };
        let identity = PortalIdentity {
            issuer: config.issuer().to_owned(),
            subject,
            name: self.text(&places.name),
            document_number: self.text(&places.document_number),
            document_type: match self.find(&places.document_type) {
                // An empty text is how many portals write that they have nothing.
                Found::Absent | Found::Blank => DocumentType::Absent,
                Found::Unreadable => DocumentType::Unmapped,
                Found::Text(code) => {
                    config.map_document_type(&code).map_or(DocumentType::Unmapped, DocumentType::Known)
                }
            },
            level: match self.find(&places.level) {
                Found::Text(code) => config.map_level(&code),
                Found::Absent | Found::Blank | Found::Unreadable => None,
            },
            user_type: match self.find(&places.user_type) {
                Found::Absent => UserType::Personal,
                Found::Blank | Found::Unreadable => UserType::Unmapped,
                Found::Text(code) => config.map_user_type(&code),
            },
            session,
        };
        identity.check()?;
        Ok(identity)
    }

    fn find(&self, places: &[String]) -> Found {
        let mut found = Found::Absent;
        for place in places {
            let value = if place.starts_with('/') { self.0.pointer(place) } else { self.0.get(place) };
            match value {
                None | Some(Value::Null) => {}
                Some(Value::String(text)) if !text.trim().is_empty() => return Found::Text(text.clone()),
                Some(Value::Number(number)) => return Found::Text(number.to_string()),
                Some(Value::String(_)) if !matches!(found, Found::Unreadable) => found = Found::Blank,
                Some(_) => found = Found::Unreadable,
            }
        }
        found
    }

    fn text(&self, places: &[String]) -> Option<String> {
        match self.find(places) {
            Found::Text(text) => Some(text),
            Found::Absent | Found::Blank | Found::Unreadable => None,
        }
    }
}

impl PortalIdentity {
    /// What every answer of a portal has to keep, whichever way it came. Also for identities that are read from a file.
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

/// Subjects become keys: two that look alike must not differ, and one must not be cut off on its way to the database.
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

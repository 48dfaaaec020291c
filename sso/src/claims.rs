//! Maps the portal's field names and codes to attributes.

mod check;
mod find;
mod report;

use serde_json::{Map, Value};

use crate::blank::{given_name, given_number};
use crate::config::PortalConfig;
use crate::error::{LoginError, bad_answer};
use crate::identity::{PortalIdentity, PortalSession};
use crate::words::{DocumentType, UserType};
pub(crate) use check::check_subject;
pub(crate) use find::Found;
use find::unusable;

/// A portal's answer about one person.
pub(crate) struct Claims(Value);

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
}

/// Whether a portal has masked some of a number's characters. A run of `x` is not the end of a number but a mask.
fn is_masked(number: &str) -> bool {
    number.contains(['*', '＊', '?', '？', '●', '•', '#', '＃', '□']) || number.to_ascii_lowercase().contains("xxx")
}

#[cfg(test)]
mod tests;

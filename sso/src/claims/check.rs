//! Rules that every identity must satisfy, whichever way it came.

use crate::error::{LoginError, bad_answer};
use crate::identity::PortalIdentity;

/// Longer than any real name or number; in characters.
const MAX_CLAIM: usize = 256;
/// The limit of OpenID Connect Core §2 and of every known peer.
const MAX_SUBJECT: usize = 255;

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

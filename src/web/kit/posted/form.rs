//! The fields of a form, and its file.

use super::file::File;
use crate::domain::text::is_blank;
use crate::web::kit::error::WebError;

/// Longer than any field may be. Of a longer one the beginning is kept, and the rest is counted.
pub(super) const MAX_FIELD: usize = 16 * 1024;
const MAX_FIELDS: usize = 64;

/// What is left of a field that was cut must be longer than any rule allows, so that the rules refuse it: blanks at its ends do not count.
const LONGER_THAN_ANY_RULE: usize = 4 * 1024;

/// The fields of a form and its file. Of fields with one name the first counts.
#[derive(Debug, Default)]
pub(crate) struct Form {
    fields: Vec<(String, String)>,
    overlong: Vec<Overlong>,
    pub(crate) file: File,
}

/// A field of which only the beginning was kept.
#[derive(Debug)]
struct Overlong {
    name: String,
    /// Of all of it.
    bytes: usize,
}

impl Form {
    pub(crate) fn get(&self, name: &str) -> &str {
        self.fields().find(|(known, _)| *known == name).map_or("", |(_, value)| value)
    }

    /// What to say of a field of which only the beginning was kept.
    pub(crate) fn overlong(&self, name: &str, label: &str) -> Option<String> {
        let found = self.overlong.iter().find(|overlong| overlong.name == name)?;
        let kilobytes = found.bytes.div_ceil(1024);
        Some(format!("{label}填写的内容过长（约 {kilobytes}KB），只保留了开头部分，请删减后重新提交"))
    }

    pub(crate) fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.fields.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// A field of `size` bytes and the beginning that was kept of it.
    pub(super) fn put(&mut self, name: String, mut bytes: Vec<u8>, size: usize) -> Result<(), WebError> {
        if self.fields.len() >= MAX_FIELDS {
            return Err(WebError::TooLarge);
        }
        let is_cut = size > bytes.len();
        if is_cut
            && let Err(error) = str::from_utf8(&bytes)
            && error.error_len().is_none()
        {
            // The cut went through a character.
            bytes.truncate(error.valid_up_to());
        }
        let text = String::from_utf8(bytes).map_err(|_| WebError::BadRequest("a field is not UTF-8"))?;
        if is_cut {
            if text.trim_matches(is_blank).len() < LONGER_THAN_ANY_RULE {
                return Err(WebError::TooLarge);
            }
            self.overlong.push(Overlong { name: name.clone(), bytes: size });
        }
        self.fields.push((name, text));
        Ok(())
    }
}

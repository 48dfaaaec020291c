//! The browser's return from the portal: the query of a GET, or the body of a POST.

use std::fmt;

use url::form_urlencoded;

use crate::error::{LoginError, bad_callback};

/// Parsed parameters of the return. Unknown parameters are ignored, as RFC 6749 §4.1.2 demands.
#[derive(Default)]
pub struct Callback {
    pub(crate) code: Option<String>,
    pub(crate) state: Option<String>,
    pub(crate) error: Option<String>,
    pub(crate) error_description: Option<String>,
    pub(crate) issuer: Option<String>,
}

/// More than any portal sends; browsers and proxies cut off near this length as well.
const MAX_QUERY: usize = 16 * 1024;
const MAX_CODE: usize = 8 * 1024;
const MAX_OTHER: usize = 1024;

impl Callback {
    /// Reads the raw query (without `?`) or form body.
    ///
    /// # Errors
    /// [`LoginError::BadCallback`] for a repeated parameter, one that is too long, or one that holds characters it cannot hold.
    pub fn parse(query: &str) -> Result<Self, LoginError> {
        if query.len() > MAX_QUERY {
            return Err(bad_callback("it is too long"));
        }
        let mut callback = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let value = value.into_owned();
            match &*name {
                "code" => put(&mut callback.code, visible(value, MAX_CODE)?)?,
                "state" => put(&mut callback.state, visible(value, MAX_OTHER)?)?,
                "error" => put(&mut callback.error, visible(value, MAX_OTHER)?)?,
                "iss" => put(&mut callback.issuer, visible(value, MAX_OTHER)?)?,
                "error_description" => put(&mut callback.error_description, printable(value)?)?,
                _ => {}
            }
        }
        Ok(callback)
    }

    /// The one-time value that tells which sign-in this return belongs to.
    pub fn handle(&self) -> Option<&str> {
        self.state.as_deref()
    }

    /// The portal's own words about an error. Written by the other side: never shown to a visitor, and not for the log.
    pub fn error_description(&self) -> Option<&str> {
        self.error_description.as_deref()
    }
}

fn put(place: &mut Option<String>, value: String) -> Result<(), LoginError> {
    if place.is_some() {
        return Err(bad_callback("a parameter occurs twice"));
    }
    *place = Some(value);
    Ok(())
}

/// RFC 6749 appendix A: `code`, `state` and `error` hold visible ASCII and the space only; an issuer is a URL.
fn visible(value: String, max: usize) -> Result<String, LoginError> {
    if value.len() > max {
        return Err(bad_callback("a parameter is too long"));
    }
    if value.is_empty() {
        return Err(bad_callback("a parameter is empty"));
    }
    if !value.bytes().all(|byte| (0x20..=0x7e).contains(&byte)) {
        return Err(bad_callback("a parameter holds characters that it cannot hold"));
    }
    Ok(value)
}

fn printable(value: String) -> Result<String, LoginError> {
    if value.len() > MAX_OTHER {
        return Err(bad_callback("a parameter is too long"));
    }
    if value.chars().any(char::is_control) {
        return Err(bad_callback("a parameter holds control characters"));
    }
    Ok(value)
}

impl fmt::Debug for Callback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Callback")
            .field("code", &self.code.as_ref().map(|_| "..."))
            .field("state", &self.state.as_ref().map(|_| "..."))
            .field("error", &self.error.is_some())
            .field("issuer", &self.issuer.is_some())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;

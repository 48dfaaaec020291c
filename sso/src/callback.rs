//! The browser's return from the portal: the tail of the path, and the query of a GET or the body of a POST.

mod manner;
mod parts;

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use url::form_urlencoded;

use crate::error::{LoginError, bad_callback};
pub(crate) use manner::Manner;
use parts::{handle, printable, separated, split, visible};

/// Parsed parameters of the return. Unknown parameters are ignored (RFC 6749 §4.1.2). Serialisable for an answer that waits for its
/// browser; the serialised form then holds the code or ticket.
#[derive(Default, Deserialize, Serialize)]
pub struct Callback {
    /// Our one-time value, where the path carries it.
    pub(crate) place: Option<String>,
    /// The portal's credential for the person: an authorization code or a ticket.
    pub(crate) code: Option<String>,
    pub(crate) state: Option<String>,
    pub(crate) error: Option<String>,
    #[serde(skip)]
    pub(crate) error_description: Option<String>,
    pub(crate) issuer: Option<String>,
}

/// More than any portal sends; browsers and proxies truncate near this length as well.
const MAX_QUERY: usize = 16 * 1024;
/// Twice the longest that was observed; it is stored for a while where a portal posts it.
const MAX_CODE: usize = 4 * 1024;
const MAX_OTHER: usize = 1024;

impl Callback {
    /// Parses a raw query (without `?`) or form body in the standard's format.
    ///
    /// # Errors
    /// As [`crate::Portal::receive`].
    pub fn parse(query: &str) -> Result<Self, LoginError> {
        Self::read("", query, Manner::STANDARD)
    }

    /// Reads the rest of the path after the callback address (as the browser sent it), and the query or body.
    pub(crate) fn read(tail: &str, query: &str, manner: Manner<'_>) -> Result<Self, LoginError> {
        if tail.len() + query.len() > MAX_QUERY {
            return Err(bad_callback("it is too long"));
        }
        let mut callback = Self::default();
        let (place, pasted) = split(tail, manner);
        if !place.is_empty() {
            callback.place = Some(handle(place)?);
        }
        for parameters in [pasted, query] {
            if manner.pasted {
                callback.take(&separated(parameters), manner)?;
            } else {
                callback.take(parameters, manner)?;
            }
        }
        Ok(callback)
    }

    fn take(&mut self, parameters: &str, manner: Manner<'_>) -> Result<(), LoginError> {
        for (name, value) in form_urlencoded::parse(parameters.as_bytes()) {
            let (place, value) = match &*name {
                name if name == manner.code => (&mut self.code, visible(value.into_owned(), MAX_CODE)?),
                name if Some(name) == manner.state => (&mut self.state, visible(value.into_owned(), MAX_OTHER)?),
                _ if !manner.standard => continue,
                // Some portals send an empty `error` with every return.
                "error" if value.is_empty() => continue,
                "error" => (&mut self.error, visible(value.into_owned(), MAX_OTHER)?),
                "iss" => (&mut self.issuer, visible(value.into_owned(), MAX_OTHER)?),
                "error_description" => (&mut self.error_description, printable(value.into_owned())?),
                _ => continue,
            };
            match place {
                // Equal values that were pasted twice are unambiguous.
                Some(before) if manner.pasted && *before == value => {}
                Some(_) => return Err(bad_callback("a parameter occurs twice")),
                None => *place = Some(value),
            }
        }
        Ok(())
    }

    /// The one-time value that identifies the sign-in of this return.
    pub fn handle(&self) -> Option<&str> {
        self.place.as_deref().or(self.state.as_deref())
    }

    /// A digest of the code or ticket, by which a caller can ensure that each is accepted once. SHA-256, hexadecimal.
    pub fn credential_digest(&self) -> Option<String> {
        self.code.as_ref().map(|code| hex::encode(Sha256::digest(code.as_bytes())))
    }

    /// The portal's own description of an error. Untrusted text: never shown to a visitor, and not for the log.
    pub fn error_description(&self) -> Option<&str> {
        self.error_description.as_deref()
    }
}

impl fmt::Debug for Callback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Callback")
            .field("place", &self.place.as_ref().map(|_| "..."))
            .field("code", &self.code.as_ref().map(|_| "..."))
            .field("state", &self.state.as_ref().map(|_| "..."))
            .field("error", &self.error.is_some())
            .field("issuer", &self.issuer.is_some())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;

//! The browser's return from the portal: the tail of the path, and the query of a GET or the body of a POST.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use url::form_urlencoded;

use crate::error::{LoginError, bad_callback};

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

/// How a portal writes its return.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Manner<'a> {
    /// Name of the parameter that holds the code or ticket.
    pub(crate) code: &'a str,
    /// Name of the parameter that echoes our one-time value, where the request to the portal had one.
    pub(crate) state: Option<&'a str>,
    /// Whether `error`, `error_description` and `iss` have the meaning of RFC 6749 §4.1.2.1 and RFC 9207. Otherwise they are unknown
    /// parameters.
    pub(crate) standard: bool,
    /// The portal appends its parameters to our address as text: `?` may occur between them, and each of them twice.
    pub(crate) pasted: bool,
}

impl Manner<'static> {
    /// RFC 6749 §4.1.2.
    pub(crate) const STANDARD: Self = Self { code: "code", state: Some("state"), standard: true, pasted: false };
}

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

/// Separators of parameters, as some portals write them, and as they arrive from portals that percent-encode what they paste.
const SEPARATORS: [&str; 6] = ["?", ";", "%3F", "%3f", "%3B", "%3b"];

/// The one-time value of a tail, and what the portal has pasted behind it.
fn split<'a>(tail: &'a str, manner: Manner<'_>) -> (&'a str, &'a str) {
    let begins = |rest: &str| {
        rest.starts_with(['&', ';']) || ["%26", "%3F", "%3f", "%3B", "%3b"].iter().any(|mark| rest.starts_with(mark))
    };
    let end =
        if manner.pasted { tail.find(|c| !is_ours(c)).filter(|end| begins(&tail[*end..])) } else { tail.find('&') };
    tail.split_at(end.unwrap_or(tail.len()))
}

/// Pasted parameters, separated by `&`. Neither names nor codes of a portal that pastes hold a separator.
fn separated(pasted: &str) -> String {
    let marks = SEPARATORS.iter().chain(&["%26"]);
    let plain = marks.fold(pasted.to_owned(), |text, mark| text.replace(mark, "&"));
    plain.replace("%3D", "=").replace("%3d", "=")
}

fn is_ours(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '-' || c == '_'
}

/// Our own one-time values are base64url; any other path segment is not one.
fn handle(text: &str) -> Result<String, LoginError> {
    if !text.chars().all(is_ours) || text.len() > MAX_OTHER {
        return Err(bad_callback("its address holds no one-time value"));
    }
    Ok(text.to_owned())
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

//! The parts of a return, and which characters they may hold.

use super::MAX_OTHER;
use super::manner::Manner;
use crate::error::{LoginError, bad_callback};

/// Separators of parameters, as some portals write them, and as they arrive from portals that percent-encode what they paste.
const SEPARATORS: [&str; 6] = ["?", ";", "%3F", "%3f", "%3B", "%3b"];

/// The one-time value of a tail, and what the portal has pasted behind it.
pub(super) fn split<'a>(tail: &'a str, manner: Manner<'_>) -> (&'a str, &'a str) {
    let begins = |rest: &str| {
        rest.starts_with(['&', ';']) || ["%26", "%3F", "%3f", "%3B", "%3b"].iter().any(|mark| rest.starts_with(mark))
    };
    let end =
        if manner.pasted { tail.find(|c| !is_ours(c)).filter(|end| begins(&tail[*end..])) } else { tail.find('&') };
    tail.split_at(end.unwrap_or(tail.len()))
}

/// Pasted parameters, separated by `&`. Neither names nor codes of a portal that pastes hold a separator.
pub(super) fn separated(pasted: &str) -> String {
    let marks = SEPARATORS.iter().chain(&["%26"]);
    let plain = marks.fold(pasted.to_owned(), |text, mark| text.replace(mark, "&"));
    plain.replace("%3D", "=").replace("%3d", "=")
}

pub(super) fn is_ours(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '-' || c == '_'
}

/// Our own one-time values are base64url; any other path segment is not one.
pub(super) fn handle(text: &str) -> Result<String, LoginError> {
    if !text.chars().all(is_ours) || text.len() > MAX_OTHER {
        return Err(bad_callback("its address holds no one-time value"));
    }
    Ok(text.to_owned())
}

/// RFC 6749 appendix A: `code`, `state` and `error` hold visible ASCII and the space only; an issuer is a URL.
pub(super) fn visible(value: String, max: usize) -> Result<String, LoginError> {
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

pub(super) fn printable(value: String) -> Result<String, LoginError> {
    if value.len() > MAX_OTHER {
        return Err(bad_callback("a parameter is too long"));
    }
    if value.chars().any(char::is_control) {
        return Err(bad_callback("a parameter holds control characters"));
    }
    Ok(value)
}

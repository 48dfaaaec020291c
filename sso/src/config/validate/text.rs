//! Rules for texts that every driver's section has: names of portals, of places in an answer, and of parameters.

use std::collections::{BTreeMap, BTreeSet};

use url::Url;

/// A longer name of a portal is a mistake; the subject's key contains it.
const MAX_ISSUER: usize = 255;

/// The namespace of subjects: what is configured, or else the default address.
pub(super) fn issuer(section: &str, configured: &str, (key, url): (&str, &str), problems: &mut Vec<String>) {
    let name = if configured.is_empty() { url } else { configured };
    if name.chars().count() > MAX_ISSUER {
        let instead = if configured.is_empty() { format!("; set it, since {key} is longer") } else { String::new() };
        problems.push(format!("{section}.issuer: has more than {MAX_ISSUER} characters{instead}"));
    }
    if configured.chars().any(|c| c.is_control() || c.is_whitespace()) {
        problems.push(format!("{section}.issuer: holds blanks or control characters"));
    }
}

/// Field names and JSON pointers. A field may be named by a URL (OpenID Connect Core §5.1.2); with any other `/` a pointer was meant.
pub(super) fn places(key: &str, places: &[String], problems: &mut Vec<String>) {
    for place in places {
        let place = place.as_str();
        if place.trim().is_empty() {
            problems.push(format!("{key}: holds an empty entry"));
        } else if place.trim() != place {
            problems.push(format!("{key}: \"{}\" has blanks around it", place.escape_debug()));
        } else if place.contains('/') && !place.starts_with('/') && !place.contains("://") {
            problems
                .push(format!("{key}: \"{place}\" is neither a field's name nor a JSON pointer; write \"/{place}\""));
        }
    }
}

/// Codes of the portal. Received codes are trimmed, so a configured one with blanks around it would never match.
pub(super) fn codes<T>(key: &str, table: &BTreeMap<String, T>, problems: &mut Vec<String>) {
    for code in table.keys() {
        if code.is_empty() || code.trim() != code {
            problems.push(format!("{key}: the code \"{}\" is empty or has blanks around it", code.escape_debug()));
        }
    }
}

/// The problem of a further parameter, whichever request it belongs to. Its value is not repeated: it may be a secret.
pub(super) fn odd_parameter(name: &str, value: &str) -> Option<String> {
    if !is_visible(name) {
        return Some(format!(
            "\"{}\" is not the name of a parameter (visible ASCII without blanks)",
            name.escape_debug()
        ));
    }
    if value.chars().any(char::is_control) {
        return Some(format!("the value of \"{name}\" holds control characters"));
    }
    (value.trim() != value).then(|| format!("the value of \"{name}\" has blanks around it"))
}

/// Visible ASCII without blanks, and not empty.
pub(super) fn is_visible(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| (0x21..=0x7e).contains(&byte))
}

/// `answer` is the parameter under which our own address brings back what a portal posted.
pub(super) fn is_taken_in_our_address(name: &str) -> bool {
    name == "answer"
}

/// The names of an address's query parameters.
pub(super) fn names_of(url: &str) -> BTreeSet<String> {
    Url::parse(url).map(|url| url.query_pairs().map(|(name, _)| name.into_owned()).collect()).unwrap_or_default()
}

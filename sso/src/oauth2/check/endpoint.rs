//! Whether each endpoint answers.

use reqwest::StatusCode;
use url::Url;

use crate::finding::Finding;
use crate::http::{Glance, Unreached};

/// Host and path alone: a query may hold private values.
fn shown(url: &Url) -> String {
    format!("{}{}", url.origin().ascii_serialization(), url.path())
}

pub(super) fn unreached_finding(key: &str, url: &Url, unreached: &Unreached) -> Finding {
    let place = shown(url);
    match unreached {
        Unreached::Certificate => Finding::problem(
            "portal.tls",
            format!("the certificate of {place} (portal.oauth2.{key}) is not accepted"),
            "check the host's name and date, and install the authority that signs it among the system's certificates",
        ),
        Unreached::Connection(error) => Finding::problem(
            "portal.unreachable",
            format!("nothing answers at {place} (portal.oauth2.{key}): {error}"),
            "check the network path, proxy rules and certificates between this host and the portal",
        ),
    }
}

/// A request without parameters is refused in many ways, all of which are fine. A path that does not exist is a problem, and so is a
/// failure: a gateway in front of a dead portal answers in its place.
pub(super) fn endpoint_finding(key: &str, url: &Url, glance: &Glance) -> Finding {
    let place = shown(url);
    if glance.status == StatusCode::NOT_FOUND {
        let message = format!("{place} (portal.oauth2.{key}) answers with status 404");
        let next_step = format!("compare portal.oauth2.{key} with the portal's documentation");
        return Finding::warning("portal.endpoint", message, next_step);
    }
    if glance.status.is_server_error() {
        let message = format!("{place} (portal.oauth2.{key}) fails with status {}", glance.status.as_u16());
        let next_step = "ask the portal's operator; `buzheng doctor --portal --try` shows whether sign-ins come through all the same";
        return Finding::problem("portal.endpoint", message, next_step);
    }
    Finding::ok("portal.endpoint", format!("{place} (portal.oauth2.{key}) answers"))
}

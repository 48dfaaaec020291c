//! The checks of `doctor` for this protocol.

use chrono::{DateTime, TimeDelta, Utc};
use reqwest::StatusCode;
use url::Url;

use super::OAuth2;
use super::answer::Reader;
use super::request::Grant;
use crate::error::LoginError;
use crate::finding::Finding;
use crate::http::{Glance, Unreached};

/// This protocol does not depend on the clocks; beyond this difference, the times in the two services' logs do not match.
const CLOCK_LEEWAY: TimeDelta = TimeDelta::minutes(1);

/// A code that no portal has issued.
const MADE_UP_CODE: &str = "made-up-by-buzheng-doctor";

pub(super) async fn check(oauth2: &OAuth2, now: DateTime<Utc>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut clock = None;
    let mut reached = true;
    let mut silent: Vec<url::Origin> = Vec::new();
    let endpoints =
        [("authorize_url", &oauth2.authorize), ("token_url", &oauth2.token), ("userinfo_url", &oauth2.userinfo)];
    for (key, url) in endpoints {
        match oauth2.http.glance(url.clone()).await {
            Ok(glance) => {
                clock = clock.or(glance.date);
                findings.push(endpoint_finding(key, url, &glance));
            }
            // One finding for each host that is down is enough.
            Err(_) if silent.contains(&url.origin()) => {}
            Err(unreached) => {
                reached = false;
                silent.push(url.origin());
                findings.push(unreached_finding(key, url, &unreached));
            }
        }
    }
    findings.extend(clock.map(|theirs| clock_finding(theirs, now)));
    if reached {
        findings.push(client_finding(oauth2).await);
    }
    findings
}

/// Host and path alone: a query may hold private values.
fn shown(url: &Url) -> String {
    format!("{}{}", url.origin().ascii_serialization(), url.path())
}

fn unreached_finding(key: &str, url: &Url, unreached: &Unreached) -> Finding {
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
fn endpoint_finding(key: &str, url: &Url, glance: &Glance) -> Finding {
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

fn clock_finding(theirs: DateTime<Utc>, now: DateTime<Utc>) -> Finding {
    let apart = (theirs - now).abs();
    let message = format!("the portal's clock and ours are {} s apart", apart.num_seconds());
    if apart > CLOCK_LEEWAY {
        let next_step = "synchronise this host's clock (chrony or systemd-timesyncd), then the portal's";
        return Finding::warning("portal.clock", message, next_step);
    }
    Finding::ok("portal.clock", message)
}

/// Sends the portal an invalid code: the refusal shows whether the portal accepts this client.
async fn client_finding(oauth2: &OAuth2) -> Finding {
    let redirect = oauth2.redirect(MADE_UP_CODE);
    let verifier = oauth2.section.pkce.then_some(MADE_UP_CODE);
    let grant = Grant { code: MADE_UP_CODE, redirect: redirect.as_str(), verifier };
    let ask = async {
        let answer = oauth2.http.answer(oauth2.token_request(&grant)).await?;
        Reader::new(&oauth2.section).token(&answer).map(|_| ())
    };
    match oauth2.http.exchange(ask).await {
        Err(LoginError::Expired { .. }) => {
            Finding::ok("portal.client", "the portal refuses a made-up code for its own sake, so it knows this service")
        }
        Err(LoginError::Rejected { what }) => Finding::problem(
            "portal.client",
            format!("the portal refuses this service: {what}"),
            "compare client_id, client_secret, client_auth and the parameters of [portal.oauth2] with what its operator told you",
        ),
        Ok(()) => Finding::problem(
            "portal.client",
            "the portal gives a token for a made-up code, so nothing it says can be relied on",
            "do not go live; ask the portal's operator",
        ),
        Err(error) => Finding::warning(
            "portal.client",
            format!("the portal's refusal of a made-up code cannot be read: {error}"),
            "try a sign-in with `buzheng doctor --portal --try`; list the portal's code for a used code in portal.oauth2.expired_codes",
        ),
    }
}

//! The checks of `doctor` for this protocol.

mod endpoint;

use chrono::{DateTime, TimeDelta, Utc};

use super::OAuth2;
use super::answer::Reader;
use super::request::Grant;
use crate::error::LoginError;
use crate::finding::Finding;
use endpoint::{endpoint_finding, unreached_finding};

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

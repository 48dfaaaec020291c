//! The checks of `doctor` for this protocol.

use chrono::{DateTime, TimeDelta, Utc};

use super::Jis;
use super::answer::{Verdict, meaning, verdict};
use crate::config::Refusal;
use crate::error::LoginError;
use crate::finding::Finding;
use crate::http::Unreached;

/// A ticket that no portal has issued.
const NO_TICKET: &str = "buzheng-doctor";

/// Requests carry our time. The tolerated difference is undocumented; portals of other makes allow a few minutes.
const LEEWAY: TimeDelta = TimeDelta::minutes(1);

/// Longest code of a refusal that is shown.
const MAX_CODE: usize = 16;

pub(super) async fn check(jis: &Jis, now: DateTime<Utc>) -> Vec<Finding> {
    let mut findings = vec![login_page(jis).await];
    findings.extend(interface(jis, now).await);
    findings
}

/// Citizens' browsers follow redirects and read pages of any size; this checks only that it answers.
async fn login_page(jis: &Jis) -> Finding {
    let place = jis.login_url.origin().ascii_serialization();
    match jis.http.glance(jis.login_address(NO_TICKET)).await {
        Err(Unreached::Certificate) => unreachable("login_url", &place, "its certificate is not accepted"),
        Err(Unreached::Connection(error)) => unreachable("login_url", &place, &error.to_string()),
        Ok(answer) if answer.status.is_server_error() => {
            unreachable("login_url", &place, "it reported a failure of its own")
        }
        Ok(answer) if answer.status.is_client_error() => Finding::warning(
            "portal.login",
            format!("the login page at {place} answers with status {}", answer.status.as_u16()),
            "open the sign-in of this service in a browser; compare portal.jis.login_url and app_mark with the portal's documentation",
        ),
        Ok(_) => Finding::ok("portal.login", format!("the login page at {place} answers")),
    }
}

/// Sends the interface an invalid ticket. The refusal shows that the interface works, and its code.
async fn interface(jis: &Jis, now: DateTime<Utc>) -> Vec<Finding> {
    let place = jis.interface_url.origin().ascii_serialization();
    let section = &jis.config;
    let answer = match jis.ask(&section.ticket_service, (&section.ticket_key, NO_TICKET), now).await {
        Ok(answer) => answer,
        Err(LoginError::Unavailable { what }) => return vec![unreachable("interface_url", &place, what)],
        Err(error) => return vec![misunderstood(&place, &error.to_string())],
    };
    let told = match verdict(&answer, section) {
        Verdict::Refused(None) => {
            misunderstood(&place, &format!("status {}, and nothing at success.pointer", answer.status.as_u16()))
        }
        Verdict::Refused(Some(code)) => refused(jis, &place, &code),
        Verdict::Success => Finding::problem(
            "portal.interface",
            format!("the interface at {place} accepts a ticket that nobody has handed out"),
            "do not sign in anybody; compare portal.jis.success and ticket_service with the portal's documentation",
        ),
    };
    std::iter::once(told).chain(answer.date.map(|theirs| clock(theirs, now))).collect()
}

fn refused(jis: &Jis, place: &str, code: &str) -> Finding {
    let shown: String = code.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').take(MAX_CODE).collect();
    match meaning(&jis.config, code) {
        Some(Refusal::Service) => Finding::problem(
            "portal.client",
            format!("the interface at {place} does not accept this service (code {shown})"),
            "compare app_mark, app_word, the server's outgoing address and its clock with what the portal's operator has registered",
        ),
        Some(Refusal::Outage) => unreachable("interface_url", place, "it reported a failure of its own"),
        Some(Refusal::Ticket) => Finding::ok(
            "portal.interface",
            format!("the interface at {place} answers, and refuses a made-up ticket as it should"),
        ),
        None => Finding::warning(
            "portal.interface",
            format!(
                "the interface at {place} answers, and refuses a made-up ticket with code {shown}, whose meaning is not configured"
            ),
            "ask the portal's operator for the codes of refusals (ticket used or too old; signature or mark wrong) and list them in \
             portal.jis.refusals",
        ),
    }
}

fn unreachable(key: &str, place: &str, what: &str) -> Finding {
    Finding::problem(
        "portal.unreachable",
        format!("the portal cannot be used: {place} (portal.jis.{key}): {what}"),
        "check the network path, proxy rules and certificates between this host and the portal",
    )
}

fn misunderstood(place: &str, what: &str) -> Finding {
    Finding::problem(
        "portal.interface",
        format!("the interface at {place} does not answer as configured: {what}"),
        "compare portal.jis.interface_url, interface_app_param and success with the portal's documentation",
    )
}

fn clock(theirs: DateTime<Utc>, now: DateTime<Utc>) -> Finding {
    let apart = (theirs - now).abs();
    let message = format!("the portal's clock and ours are {} s apart", apart.num_seconds());
    if apart > LEEWAY {
        let step =
            "synchronise this host's clock (chrony or systemd-timesyncd), then the portal's: requests carry our time";
        Finding::warning("portal.clock", message, step)
    } else {
        Finding::ok("portal.clock", message)
    }
}

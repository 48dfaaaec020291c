//! The checks of `doctor` for this protocol.

mod findings;

use chrono::{DateTime, Utc};

use super::Jis;
use super::answer::{Verdict, verdict};
use crate::error::LoginError;
use crate::finding::Finding;
use crate::http::Unreached;
use findings::{clock, misunderstood, refused, unreachable};

/// A ticket that no portal has issued.
const NO_TICKET: &str = "buzheng-doctor";

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

//! The findings about the interface.

use chrono::{DateTime, TimeDelta, Utc};

use crate::config::Refusal;
use crate::finding::Finding;
use crate::jis::Jis;
use crate::jis::answer::meaning;

/// Requests carry our time. The tolerated difference is undocumented; portals of other makes allow a few minutes.
const LEEWAY: TimeDelta = TimeDelta::minutes(1);

/// Longest code of a refusal that is shown.
const MAX_CODE: usize = 16;

pub(super) fn refused(jis: &Jis, place: &str, code: &str) -> Finding {
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

pub(super) fn unreachable(key: &str, place: &str, what: &str) -> Finding {
    Finding::problem(
        "portal.unreachable",
        format!("the portal cannot be used: {place} (portal.jis.{key}): {what}"),
        "check the network path, proxy rules and certificates between this host and the portal",
    )
}

pub(super) fn misunderstood(place: &str, what: &str) -> Finding {
    Finding::problem(
        "portal.interface",
        format!("the interface at {place} does not answer as configured: {what}"),
        "compare portal.jis.interface_url, interface_app_param and success with the portal's documentation",
    )
}

pub(super) fn clock(theirs: DateTime<Utc>, now: DateTime<Utc>) -> Finding {
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

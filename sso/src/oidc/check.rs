//! The checks of `doctor` for this protocol.

use chrono::{DateTime, Utc};

use super::Oidc;
use super::discovery::{Provider, Refused};
use crate::error::LoginError;
use crate::finding::Finding;

pub(super) async fn check(oidc: &Oidc, now: DateTime<Utc>) -> Vec<Finding> {
    let (provider, clock) = match oidc.discovery.fetch(&oidc.http, &oidc.territory).await {
        Ok(found) => found,
        Err(refused) => return vec![discovery_problem(&refused)],
    };
    let issuer = &oidc.config.oidc.issuer;
    let mut findings =
        vec![Finding::ok("portal.discovery", format!("the portal {issuer} answers and names itself so"))];
    findings.push(keys(oidc, &provider).await);
    findings.extend(clock.map(|theirs| clock_finding(oidc, theirs, now)));
    findings.extend(announcements(oidc, &provider));
    findings
}

fn discovery_problem(refused: &Refused) -> Finding {
    let (code, next_step) = match refused.error {
        LoginError::Unavailable { .. } => (
            "portal.unreachable",
            "check the network path, proxy rules and certificates between this host and the portal",
        ),
        _ if refused.detail.contains("the issuer") => (
            "portal.issuer",
            "write portal.oidc.issuer exactly as the discovery document does (a trailing slash counts)",
        ),
        _ => (
            "portal.discovery",
            "compare portal.oidc.issuer with the portal's documentation; list further hosts in portal.oidc.allowed_hosts \
             only if the portal's operator confirms them",
        ),
    };
    Finding::problem(code, format!("the portal cannot be used: {}", refused.detail), next_step)
}

async fn keys(oidc: &Oidc, provider: &Provider) -> Finding {
    match oidc.keys.fetch(&oidc.http, &provider.jwks).await {
        Ok(set) if set.len() == 0 => Finding::problem(
            "portal.keys",
            format!(
                "the portal publishes no key that is fit for use ({} RSA keys are shorter than 2048 bits)",
                set.weak
            ),
            "ask the portal's operator for an RSA key of at least 2048 bits, or an ES256 or EdDSA key",
        ),
        Ok(set) if set.weak > 0 => Finding::warning(
            "portal.keys",
            format!(
                "{} keys are fit for use; {} RSA keys are shorter than 2048 bits and left out",
                set.len(),
                set.weak
            ),
            "ask the portal's operator which key signs ID tokens",
        ),
        Ok(set) => Finding::ok("portal.keys", format!("{} signing keys are fit for use", set.len())),
        Err(error) => {
            Finding::problem("portal.keys", error.to_string(), "ask the portal's operator about its jwks_uri")
        }
    }
}

fn clock_finding(oidc: &Oidc, theirs: DateTime<Utc>, now: DateTime<Utc>) -> Finding {
    let apart = (theirs - now).abs();
    let seconds = apart.num_seconds();
    // The header has whole seconds, and the answer took a while.
    if apart > oidc.leeway {
        Finding::problem(
            "portal.clock",
            format!("the portal's clock and ours are {seconds} s apart, more than portal.oidc.clock_leeway"),
            "synchronise this host's clock (chrony or systemd-timesyncd), then the portal's",
        )
    } else {
        Finding::ok("portal.clock", format!("the portal's clock and ours are {seconds} s apart"))
    }
}

/// The portal's announcements are never obeyed, but where they contradict the configuration, sign-in will fail.
fn announcements(oidc: &Oidc, provider: &Provider) -> Vec<Finding> {
    let mut findings = Vec::new();
    let allowed = &oidc.config.oidc.allowed_algs;
    if !provider.algorithms.is_empty() && !provider.algorithms.iter().any(|algorithm| allowed.contains(algorithm)) {
        findings.push(Finding::problem(
            "portal.algorithms",
            "the portal announces none of the algorithms of portal.oidc.allowed_algs",
            "ask the portal's operator for one of them; add another asymmetric one only if this build knows it",
        ));
    }
    if !provider.challenge_methods.is_empty() && !provider.challenge_methods.iter().any(|method| method == "S256") {
        findings.push(Finding::warning(
            "portal.pkce",
            "the portal announces code challenge methods without S256",
            "ask the portal's operator to support PKCE with S256 (RFC 7636)",
        ));
    }
    if let Err(reason) = provider.end_session {
        findings.push(Finding::warning(
            "portal.sign_out",
            format!("the portal's end_session_endpoint {reason}; signing out here will leave the portal's session open"),
            "ask the portal's operator for RP-initiated logout; list its host in portal.oidc.allowed_hosts if it is another",
        ));
    }
    findings
}

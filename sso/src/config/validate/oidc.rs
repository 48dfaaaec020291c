//! `[portal.oidc]`.

use std::time::Duration;

use openidconnect::core::CoreJwsSigningAlgorithm;
use secrecy::ExposeSecret;

use super::{algorithm, bounds};
use crate::config::{OidcConfig, TokenEndpointAuthMethod};
use crate::endpoint;

impl OidcConfig {
    pub(super) fn validate(&self, section: &str, problems: &mut Vec<String>) {
        if let Err(reason) = endpoint::parse_issuer(&self.issuer) {
            problems.push(format!("{section}.issuer: {reason}"));
        }
        if self.client_id.is_empty() {
            problems.push(format!("{section}.client_id: is missing; the portal's operator assigns it"));
        }
        let needs_secret = self.token_endpoint_auth_method != TokenEndpointAuthMethod::None;
        if needs_secret && self.client_secret.expose_secret().is_empty() {
            problems.push(format!(
                "{section}.client_secret: is missing; set it, or client_secret_file, or token_endpoint_auth_method = \"none\""
            ));
        }
        if !self.scopes.iter().any(|scope| scope == "openid") {
            problems.push(format!("{section}.scopes: lacks \"openid\", without which the portal sends no ID token"));
        }
        self.validate_algorithms(section, problems);
        for host in &self.allowed_hosts {
            if !endpoint::is_host(host) {
                problems.push(format!("{section}.allowed_hosts: \"{host}\" is not a host or host:port"));
            }
        }
        if self.clock_leeway > Duration::from_mins(10) {
            problems.push(format!("{section}.clock_leeway: is more than 10 minutes; set the clocks instead"));
        }
        bounds(section, (self.timeout, self.request_timeout, self.max_body), problems);
    }

    fn validate_algorithms(&self, section: &str, problems: &mut Vec<String>) {
        if self.allowed_algs.is_empty() {
            problems.push(format!("{section}.allowed_algs: is empty, so no ID token could be accepted"));
        }
        for name in &self.allowed_algs {
            match algorithm(name) {
                None => {
                    problems
                        .push(format!("{section}.allowed_algs: \"{name}\" is not a JWS algorithm this build knows"));
                }
                Some(CoreJwsSigningAlgorithm::None) => {
                    problems.push(format!("{section}.allowed_algs: \"none\" would accept unsigned ID tokens"));
                }
                Some(_) if name.starts_with("HS") && self.client_secret.expose_secret().len() < 32 => {
                    problems.push(format!(
                        "{section}.allowed_algs: \"{name}\" makes client_secret a signing key, and it has fewer than 32 bytes"
                    ));
                }
                Some(_) => {}
            }
        }
    }
}

//! Our server's requests to the portal, in the portal's dialect.

mod draft;

use reqwest::RequestBuilder;
use secrecy::ExposeSecret;

use super::OAuth2;
use super::answer::Token;
use crate::config::{ClientAuth, TokenPlace};
use crate::grant::form_encoded;
use draft::Draft;

/// The values that the code is redeemed with.
pub(super) struct Grant<'a> {
    pub(super) code: &'a str,
    pub(super) redirect: &'a str,
    pub(super) verifier: Option<&'a str>,
}

impl OAuth2 {
    /// Exchanges the code for a token (RFC 6749 §4.1.3).
    pub(super) fn token_request(&self, grant: &Grant<'_>) -> RequestBuilder {
        let section = &self.section;
        let secret = section.client_secret.expose_secret();
        let mut draft = Draft::new(section.token_method, &self.token);
        draft.push("grant_type", "authorization_code");
        draft.push(&section.code_param, grant.code);
        draft.push(&section.redirect_param, grant.redirect);
        if let Some(verifier) = grant.verifier {
            draft.push("code_verifier", verifier);
        }
        for (name, value) in self.further(&section.token_params) {
            draft.put(name, value);
        }
        match section.client_auth {
            ClientAuth::Header => {
                let (id, secret) = (form_encoded(&section.client_id), form_encoded(secret));
                draft.finish(self.http.client()).basic_auth(id, Some(secret))
            }
            ClientAuth::Body => {
                draft.push(&section.client_id_param, &section.client_id);
                draft.push(&section.client_secret_param, secret);
                draft.finish(self.http.client())
            }
            ClientAuth::Query => {
                draft.push_to_query(&section.client_id_param, &section.client_id);
                draft.push_to_query(&section.client_secret_param, secret);
                draft.finish(self.http.client())
            }
        }
    }

    /// Exchanges the token for the person.
    pub(super) fn person_request(&self, token: &Token) -> RequestBuilder {
        let section = &self.section;
        let secret = token.secret();
        let mut draft = Draft::new(section.userinfo_method, &self.userinfo);
        for (name, value) in self.further(&section.userinfo_params) {
            draft.put(name, value);
        }
        match section.userinfo_token {
            TokenPlace::Header => draft.finish(self.http.client()).bearer_auth(secret),
            TokenPlace::Body => {
                draft.push(&section.userinfo_token_param, secret);
                draft.finish(self.http.client())
            }
            TokenPlace::Query => {
                draft.push_to_query(&section.userinfo_token_param, secret);
                draft.finish(self.http.client())
            }
        }
    }
}

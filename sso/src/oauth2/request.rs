//! Our server's requests to the portal, in the portal's dialect.

use reqwest::{Method, RequestBuilder};
use secrecy::ExposeSecret;
use url::Url;

use super::OAuth2;
use super::answer::Token;
use crate::config::{ClientAuth, RequestMethod, TokenPlace};
use crate::grant::form_encoded;

/// The values that the code is redeemed with.
pub(super) struct Grant<'a> {
    pub(super) code: &'a str,
    pub(super) redirect: &'a str,
    pub(super) verifier: Option<&'a str>,
}

/// A request before its parameters are placed.
struct Draft {
    method: RequestMethod,
    url: Url,
    /// Placed by the method: in the form of a POST, in the query of a GET.
    parameters: Vec<(String, String)>,
}

impl Draft {
    fn new(method: RequestMethod, url: &Url) -> Self {
        Self { method, url: url.clone(), parameters: Vec::new() }
    }

    fn push(&mut self, name: &str, value: &str) {
        self.parameters.push((name.to_owned(), value.to_owned()));
    }

    /// Replaces a parameter of equal name; an empty value removes it.
    fn put(&mut self, name: &str, value: &str) {
        self.parameters.retain(|(known, _)| known != name);
        if !value.is_empty() {
            self.push(name, value);
        }
    }

    fn push_to_query(&mut self, name: &str, value: &str) {
        self.url.query_pairs_mut().append_pair(name, value);
    }

    fn finish(mut self, client: &reqwest::Client) -> RequestBuilder {
        match self.method {
            RequestMethod::Post => client.request(Method::POST, self.url).form(&self.parameters),
            RequestMethod::Get => {
                if !self.parameters.is_empty() {
                    self.url.query_pairs_mut().extend_pairs(&self.parameters);
                }
                client.request(Method::GET, self.url)
            }
        }
    }
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

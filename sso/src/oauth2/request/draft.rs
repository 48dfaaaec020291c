//! A request before its parameters are placed.

use reqwest::{Method, RequestBuilder};
use url::Url;

use crate::config::RequestMethod;

/// A request before its parameters are placed.
pub(super) struct Draft {
    method: RequestMethod,
    url: Url,
    /// Placed by the method: in the form of a POST, in the query of a GET.
    parameters: Vec<(String, String)>,
}

impl Draft {
    pub(super) fn new(method: RequestMethod, url: &Url) -> Self {
        Self { method, url: url.clone(), parameters: Vec::new() }
    }

    pub(super) fn push(&mut self, name: &str, value: &str) {
        self.parameters.push((name.to_owned(), value.to_owned()));
    }

    /// Replaces a parameter of equal name; an empty value removes it.
    pub(super) fn put(&mut self, name: &str, value: &str) {
        self.parameters.retain(|(known, _)| known != name);
        if !value.is_empty() {
            self.push(name, value);
        }
    }

    pub(super) fn push_to_query(&mut self, name: &str, value: &str) {
        self.url.query_pairs_mut().append_pair(name, value);
    }

    pub(super) fn finish(mut self, client: &reqwest::Client) -> RequestBuilder {
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

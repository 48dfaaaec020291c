//! A server's request, with query and form kept apart.

use axum::http::{Method, Uri};
use url::form_urlencoded;

use crate::config::RequestMethod;
use crate::simulator::pages::Fields;

pub(super) struct Asked {
    pub(super) method: RequestMethod,
    pub(super) query: Fields,
    pub(super) form: Fields,
}

impl Asked {
    /// None for any other method, a GET with a body, and a parameter that occurs twice.
    pub(super) fn read(method: &Method, uri: &Uri, body: &[u8]) -> Option<Self> {
        let method = match *method {
            Method::POST => RequestMethod::Post,
            Method::GET if body.is_empty() => RequestMethod::Get,
            _ => return None,
        };
        let query = fields(uri.query().unwrap_or_default())?;
        Some(Self { method, query, form: fields(str::from_utf8(body).ok()?)? })
    }

    /// Where the method puts parameters.
    pub(super) fn parameters(&self) -> &Fields {
        match self.method {
            RequestMethod::Post => &self.form,
            RequestMethod::Get => &self.query,
        }
    }

    pub(super) fn anywhere(&self, name: &str) -> Option<&str> {
        self.query.get(name).or_else(|| self.form.get(name)).map(String::as_str)
    }
}

/// The parameters of a query or form; none where one of them occurs twice.
pub(super) fn fields(text: &str) -> Option<Fields> {
    let mut fields = Fields::new();
    for (name, value) in form_urlencoded::parse(text.as_bytes()) {
        if fields.insert(name.into_owned(), value.into_owned()).is_some() {
            return None;
        }
    }
    Some(fields)
}

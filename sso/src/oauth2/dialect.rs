//! The library's request in the portal's dialect.

use url::Url;

use super::OAuth2;
use crate::config::StateCarrier;

impl OAuth2 {
    /// The return address for the browser.
    pub(super) fn redirect(&self, handle: &str) -> Url {
        match self.section.state {
            StateCarrier::Echoed => self.callback_url.clone(),
            StateCarrier::Path => below(&self.callback_url, handle),
        }
    }

    /// The library's request with the portal's own names for its parameters, and the configured further ones.
    pub(super) fn in_dialect(&self, standard: &Url) -> Url {
        let section = &self.section;
        let own = self.authorize.query_pairs().count();
        let mut url = self.authorize.clone();
        let mut query = url.query_pairs_mut();
        for (name, value) in standard.query_pairs().skip(own) {
            let name = match &*name {
                "response_type" if value.is_empty() => continue,
                "state" if section.state == StateCarrier::Path => continue,
                "client_id" => &section.client_id_param,
                "redirect_uri" => &section.redirect_param,
                "state" => &section.state_param,
                other => other,
            };
            query.append_pair(name, &value);
        }
        query.extend_pairs(self.further(&section.authorize_params));
        drop(query);
        url
    }
}

/// `handle` as one more segment of the path. It is base64url, so nothing is encoded.
fn below(callback_url: &Url, handle: &str) -> Url {
    let mut url = callback_url.clone();
    let path = format!("{}/{handle}", callback_url.path().trim_end_matches('/'));
    url.set_path(&path);
    url
}

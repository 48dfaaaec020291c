//! The way of a sign-in: to the login page, and back with a ticket.

use chrono::{DateTime, Utc};
use rand::Rng;
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::json;
use url::Url;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

use super::Jis;
use crate::callback::Callback;
use crate::claims::Claims;
use crate::config::BackEncoding;
use crate::error::{LoginError, bad_callback};
use crate::grant::is_visible_token;
use crate::identity::PortalSession;
use crate::pending::PendingLogin;

/// Longer than any ticket that was observed (64 characters).
const MAX_TICKET: usize = 1024;

/// The return can be checked only against the one-time value itself.
#[derive(Deserialize)]
struct Proof {}

impl Jis {
    pub(super) async fn start(&self, now: DateTime<Utc>) -> Result<(Url, PendingLogin), LoginError> {
        self.http.ready(&self.interface_url, Some(&self.login_url)).await?;
        let mut random = [0; 32];
        rand::rng().fill_bytes(&mut random);
        let handle = URL_SAFE_NO_PAD.encode(random);
        let url = self.login_address(&handle);
        Ok((url, PendingLogin::new(handle, now, &json!({}))))
    }

    pub(super) fn login_address(&self, handle: &str) -> Url {
        let section = &self.config;
        let mut back = self.callback_url.clone();
        back.set_path(&format!("{}/{handle}", back.path().trim_end_matches('/')));
        let back = self.written(&back);
        let mark = if section.login_mark.is_empty() { &section.app_mark } else { &section.login_mark };
        let mut url = self.login_url.clone();
        let mut query = url.query_pairs_mut();
        query.extend_pairs(&section.login_params).append_pair(&section.app_param, mark);
        for parameter in [&section.back_param, &section.goto_param] {
            if !parameter.is_empty() {
                query.append_pair(parameter, &back);
            }
        }
        drop(query);
        url
    }

    /// One of our addresses in the encoding of this generation.
    pub(super) fn written(&self, address: &Url) -> String {
        match self.config.back_encoding {
            BackEncoding::Plain => address.to_string(),
            BackEncoding::Base64 => STANDARD.encode(address.as_str()),
        }
    }

    pub(super) async fn complete(
        &self,
        pending: PendingLogin,
        callback: Callback,
        now: DateTime<Utc>,
    ) -> Result<(Claims, PortalSession), LoginError> {
        let handle = callback.place.as_deref().ok_or(bad_callback("its address holds no one-time value"))?;
        let Proof {} = pending.redeem(handle, now)?;
        // The family has no error for a visitor who cancels: the return is then a plain link.
        let ticket = callback.code.as_deref().ok_or(LoginError::Denied)?;
        if ticket.len() > MAX_TICKET || !is_visible_token(ticket) {
            return Err(bad_callback("its ticket is none"));
        }
        let exchange = async {
            let token = self.redeem_ticket(ticket, now).await?;
            self.person(&token, now).await
        };
        let person = self.http.exchange(exchange).await?;
        let session = PortalSession {
            sid: None,
            sub: None,
            id_token: SecretString::default(),
            end_session_url: self.logout_url.clone(),
            announces_end: false,
        };
        Ok((person, session))
    }
}

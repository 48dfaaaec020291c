//! `[portal.oauth2]`.

use std::collections::BTreeMap;
use std::time::Duration;

use bytesize::ByteSize;
use secrecy::SecretString;
use serde::Deserialize;

use super::claims::list;
use super::dialect::{ClientAuth, RequestMethod, StateCarrier, TokenPlace};
use super::{REQUEST_TIMEOUT, Success, TIMEOUT};
use crate::loose::Charset;

/// `[portal.oauth2]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct OAuth2Config {
    /// The namespace of subjects; empty: `authorize_url`. Set it, and never change it.
    pub issuer: String,
    /// The authorization endpoint, for browsers.
    pub authorize_url: String,
    /// The token endpoint.
    pub token_url: String,
    /// The user information endpoint.
    pub userinfo_url: String,
    /// The sign-out address for browsers; empty if the portal has none.
    pub logout_url: String,
    /// Our client id at the portal.
    pub client_id: String,
    /// Our client secret at the portal.
    pub client_secret: SecretString,
    /// Name of the parameter that holds our client id.
    pub client_id_param: String,
    /// Name of the parameter that holds our client secret.
    pub client_secret_param: String,
    /// Name of the parameter that holds our address.
    pub redirect_param: String,
    /// Name of the parameter that holds the code, in the return and in the token request.
    pub code_param: String,
    /// Name of the parameter that holds our one-time value.
    pub state_param: String,
    /// How the return carries our one-time value.
    pub state: StateCarrier,
    /// `code`, or the province's own word; empty: none is sent.
    pub response_type: String,
    /// The requested scopes; empty: none are sent.
    pub scopes: Vec<String>,
    /// Whether a code challenge is sent (RFC 7636, S256).
    pub pkce: bool,
    /// Further parameters of the authorization request. Here and in the other tables, the value `{client_id}` is replaced by our client id.
    pub authorize_params: BTreeMap<String, String>,
    /// The HTTP method of the token request.
    pub token_method: RequestMethod,
    /// Where the client secret is in that request.
    pub client_auth: ClientAuth,
    /// Further parameters of the token request. They replace those of equal name (`grant_type`); an empty value removes one.
    pub token_params: BTreeMap<String, String>,
    /// Where the access token is in the answer: field names or JSON pointers, first hit wins.
    pub access_token: Vec<String>,
    /// The HTTP method of the user information request.
    pub userinfo_method: RequestMethod,
    /// Where the access token is in that request.
    pub userinfo_token: TokenPlace,
    /// Name of the parameter that holds it there, unless the header does.
    pub userinfo_token_param: String,
    /// Further parameters of the user information request.
    pub userinfo_params: BTreeMap<String, String>,
    /// How to recognise success of a token answer; absent: by the status, and by the absence of an error.
    pub success: Option<Success>,
    /// How to recognise success of a user information answer; absent: as `success`; with an empty pointer: no test.
    pub userinfo_success: Option<Success>,
    /// Values at the pointer of `success`, or in `error`, for a code that is too old or was used before: the visitor starts again.
    pub expired_codes: Vec<String>,
    /// Name of the parameter that holds our address in the sign-out URL; empty: none is sent.
    pub logout_redirect_param: String,
    /// Further parameters of the sign-out URL.
    pub logout_params: BTreeMap<String, String>,
    /// The charset of its answers.
    pub charset: Charset,
    /// The deadline of one exchange.
    #[serde(with = "humantime_serde")]
    pub timeout: Duration,
    /// The deadline of one request of an exchange.
    #[serde(with = "humantime_serde")]
    pub request_timeout: Duration,
    /// The largest answer that is accepted.
    pub max_body: ByteSize,
}

impl Default for OAuth2Config {
    fn default() -> Self {
        Self {
            issuer: String::new(),
            authorize_url: String::new(),
            token_url: String::new(),
            userinfo_url: String::new(),
            logout_url: String::new(),
            client_id: String::new(),
            client_secret: SecretString::default(),
            client_id_param: "client_id".to_owned(),
            client_secret_param: "client_secret".to_owned(),
            redirect_param: "redirect_uri".to_owned(),
            code_param: "code".to_owned(),
            state_param: "state".to_owned(),
            state: StateCarrier::default(),
            response_type: "code".to_owned(),
            scopes: Vec::new(),
            pkce: false,
            authorize_params: BTreeMap::new(),
            token_method: RequestMethod::default(),
            client_auth: ClientAuth::Body,
            token_params: BTreeMap::new(),
            access_token: list(&["access_token", "/data/access_token"]),
            userinfo_method: RequestMethod::Get,
            userinfo_token: TokenPlace::Header,
            userinfo_token_param: "access_token".to_owned(),
            userinfo_params: BTreeMap::new(),
            success: None,
            userinfo_success: None,
            expired_codes: Vec::new(),
            logout_redirect_param: "redirect_uri".to_owned(),
            logout_params: BTreeMap::new(),
            charset: Charset::default(),
            timeout: TIMEOUT,
            request_timeout: REQUEST_TIMEOUT,
            max_body: ByteSize::kib(128),
        }
    }
}

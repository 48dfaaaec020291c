//! The tables below `[portal]`.

use std::collections::BTreeMap;
use std::time::Duration;

use bytesize::ByteSize;
use secrecy::SecretString;
use serde::Deserialize;

/// Where each attribute stands in the portal's answer: lists of field names, or JSON pointers (which begin with `/`).
/// The first one that holds a value is taken.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ClaimsConfig {
    /// The portal's unchanging identifier of the account.
    pub subject: Vec<String>,
    /// The person's name.
    pub name: Vec<String>,
    /// The number of the identity document.
    pub document_number: Vec<String>,
    /// The portal's code for the kind of document.
    pub document_type: Vec<String>,
    /// The portal's code for the real-name level.
    pub level: Vec<String>,
    /// `1` personal, `2` corporate.
    pub user_type: Vec<String>,
}

fn list(names: &[&str]) -> Vec<String> {
    names.iter().map(|&name| name.to_owned()).collect()
}

impl Default for ClaimsConfig {
    fn default() -> Self {
        Self {
            subject: list(&["sub", "uuid", "useridcode", "userid"]),
            name: list(&["name", "cn", "username", "realname", "XM"]),
            document_number: list(&[
                "document_number",
                "papersnumber",
                "papersNumber",
                "idcardnumber",
                "idnum",
                "idCardNo",
                "ZJHM",
                "SFZHM",
            ]),
            document_type: list(&["document_type", "paperstype", "idcardtype"]),
            level: list(&["level", "authlevel", "creditable_level_of_account"]),
            user_type: list(&["user_type", "usertype", "type"]),
        }
    }
}

/// How we identify ourselves at the token endpoint (OpenID Connect Core §9).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenEndpointAuthMethod {
    /// HTTP Basic.
    ClientSecretBasic,
    /// In the posted form.
    ClientSecretPost,
    /// Not at all: a client without a secret, protected by PKCE alone.
    None,
}

/// `[portal.oidc]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct OidcConfig {
    /// The issuer, exactly as the portal's discovery document writes it.
    pub issuer: String,
    /// Our name at the portal.
    pub client_id: String,
    /// Our secret at the portal.
    pub client_secret: SecretString,
    /// What we ask for; must hold `openid`.
    pub scopes: Vec<String>,
    /// How we identify ourselves at the token endpoint.
    pub token_endpoint_auth_method: TokenEndpointAuthMethod,
    /// JWS algorithms an ID token may be signed with. The portal's own announcement is never asked.
    pub allowed_algs: Vec<String>,
    /// Hosts (`host` or `host:port`) besides the issuer's origin on which the portal's endpoints may stand.
    pub allowed_hosts: Vec<String>,
    /// How far the portal's clock may be from ours.
    #[serde(with = "humantime_serde")]
    pub clock_leeway: Duration,
    /// How long one exchange may take altogether.
    #[serde(with = "humantime_serde")]
    pub timeout: Duration,
    /// The largest answer that is read.
    pub max_body: ByteSize,
    /// The least time between two fetches of the portal's keys that an unknown key causes.
    #[serde(with = "humantime_serde")]
    pub jwks_min_refresh: Duration,
}

impl Default for OidcConfig {
    fn default() -> Self {
        Self {
            issuer: String::new(),
            client_id: String::new(),
            client_secret: SecretString::default(),
            scopes: list(&["openid", "profile"]),
            token_endpoint_auth_method: TokenEndpointAuthMethod::ClientSecretBasic,
            allowed_algs: list(&["RS256", "PS256", "ES256", "EdDSA"]),
            allowed_hosts: Vec::new(),
            clock_leeway: Duration::from_mins(1),
            timeout: Duration::from_secs(10),
            max_body: ByteSize::mib(1),
            jwks_min_refresh: Duration::from_secs(10),
        }
    }
}

/// How the token is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TokenMethod {
    /// A posted form.
    #[default]
    Post,
    /// The query of a GET, the secret in it.
    Get,
}

/// What tells a successful answer from a failed one where the status is always 200.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Success {
    /// JSON pointer into the answer.
    pub pointer: String,
    /// What stands there on success.
    pub value: String,
}

/// `[portal.oauth2]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct OAuth2Config {
    /// Where the browser is sent.
    pub authorize_url: String,
    /// Where the code becomes a token.
    pub token_url: String,
    /// Where the token becomes a person.
    pub userinfo_url: String,
    /// Where the browser is sent on sign-out; empty if the portal has none.
    pub logout_url: String,
    /// Our name at the portal.
    pub client_id: String,
    /// Our secret at the portal.
    pub client_secret: SecretString,
    /// How the token is asked for.
    pub token_method: TokenMethod,
    /// `code`, or the province's own word.
    pub response_type: String,
    /// Further parameters of the authorization request.
    pub authorize_params: BTreeMap<String, String>,
    /// What tells success; absent: the status.
    pub success: Option<Success>,
}

impl Default for OAuth2Config {
    fn default() -> Self {
        Self {
            authorize_url: String::new(),
            token_url: String::new(),
            userinfo_url: String::new(),
            logout_url: String::new(),
            client_id: String::new(),
            client_secret: SecretString::default(),
            token_method: TokenMethod::default(),
            response_type: "code".to_owned(),
            authorize_params: BTreeMap::new(),
            success: None,
        }
    }
}

/// `[portal.jis]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct JisConfig {
    /// Where the browser is sent.
    pub login_url: String,
    /// The server-to-server interface.
    pub interface_url: String,
    /// Where the browser is sent on sign-out; empty if the portal has none.
    pub logout_url: String,
    /// Our application mark.
    pub app_mark: String,
    /// Our application word, a secret.
    pub app_word: SecretString,
    /// Name of the parameter that holds the application mark.
    pub app_param: String,
    /// Name of the parameter that holds the way back.
    pub back_param: String,
    /// Name of the parameter that brings the ticket.
    pub ticket_param: String,
    /// The service that answers with the person.
    pub person_service: String,
    /// How `data` is packed: `json` or `aes-ecb-hex`.
    pub data: String,
}

impl Default for JisConfig {
    fn default() -> Self {
        Self {
            login_url: String::new(),
            interface_url: String::new(),
            logout_url: String::new(),
            app_mark: String::new(),
            app_word: SecretString::default(),
            app_param: "appmark".to_owned(),
            back_param: "backUrl".to_owned(),
            ticket_param: "ticket".to_owned(),
            person_service: "findOutsideUserByToken".to_owned(),
            data: "json".to_owned(),
        }
    }
}

//! The tables below `[portal]`.

use std::collections::BTreeMap;
use std::time::Duration;

use bytesize::ByteSize;
use secrecy::SecretString;
use serde::Deserialize;

use crate::loose::Charset;

/// The default deadline of one exchange.
const TIMEOUT: Duration = Duration::from_secs(10);

/// The default deadline of one request: a visitor learns within five seconds that the portal does not answer.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(4);

/// Where each attribute is in the portal's answer: lists of field names, or JSON pointers (which begin with `/`). The first one that holds
/// a value is used.
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

/// How this client authenticates at the token endpoint (OpenID Connect Core §9).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenEndpointAuthMethod {
    /// HTTP Basic.
    ClientSecretBasic,
    /// In the posted form.
    ClientSecretPost,
    /// No authentication: a client without a secret, protected by PKCE alone.
    None,
}

/// `[portal.oidc]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct OidcConfig {
    /// The issuer, exactly as the portal's discovery document writes it.
    pub issuer: String,
    /// Our client id at the portal.
    pub client_id: String,
    /// Our client secret at the portal.
    pub client_secret: SecretString,
    /// The requested scopes; must hold `openid`.
    pub scopes: Vec<String>,
    /// How this client authenticates at the token endpoint.
    pub token_endpoint_auth_method: TokenEndpointAuthMethod,
    /// JWS algorithms an ID token may be signed with. The portal's own announcement is ignored.
    pub allowed_algs: Vec<String>,
    /// Hosts (`host` or `host:port`) besides the issuer's origin that may serve the portal's endpoints.
    pub allowed_hosts: Vec<String>,
    /// The tolerated difference between the portal's clock and ours.
    #[serde(with = "humantime_serde")]
    pub clock_leeway: Duration,
    /// The deadline of one exchange.
    #[serde(with = "humantime_serde")]
    pub timeout: Duration,
    /// The deadline of one request of an exchange.
    #[serde(with = "humantime_serde")]
    pub request_timeout: Duration,
    /// The largest answer that is accepted.
    pub max_body: ByteSize,
    /// The least time between two fetches of the portal's keys that an unknown key causes (a rate limit).
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
            timeout: TIMEOUT,
            request_timeout: REQUEST_TIMEOUT,
            max_body: ByteSize::mib(1),
            jwks_min_refresh: Duration::from_secs(10),
        }
    }
}

/// The HTTP method of a request to the portal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RequestMethod {
    /// A posted form.
    #[default]
    Post,
    /// The query of a GET.
    Get,
}

/// How this client authenticates at the token endpoint of an `oauth2` portal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ClientAuth {
    /// HTTP Basic (RFC 6749 §2.3.1).
    Header,
    /// In the posted form; in the query where the token request is a GET.
    Body,
    /// In the query, whatever the method.
    Query,
}

/// Where the user information request carries the access token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TokenPlace {
    /// `Authorization: Bearer` (RFC 6750 §2.1).
    Header,
    /// In the posted form (RFC 6750 §2.2).
    Body,
    /// In the query (RFC 6750 §2.3).
    Query,
}

/// How the return carries our one-time value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StateCarrier {
    /// As the parameter that the portal echoes.
    #[default]
    Echoed,
    /// In the path of our own address, since the portal echoes nothing.
    Path,
}

/// How to recognise a successful answer where the status is always 200.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Success {
    /// JSON pointer into the answer.
    pub pointer: String,
    /// The value there on success, as text.
    pub value: String,
}

/// `[portal.outage]`: the circuit breaker for an unresponsive portal.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct OutageConfig {
    /// Requests that got no answer, while next to nothing else was answered, that open the breaker; 0: it never opens.
    pub failures: u32,
    /// How long the breaker then fails requests at once, before one request probes the portal.
    #[serde(with = "humantime_serde")]
    pub pause: Duration,
    /// Concurrent exchanges with the portal; a slow portal then holds so many visitors and no more, the rest wait in line.
    pub exchanges: usize,
}

impl Default for OutageConfig {
    fn default() -> Self {
        Self { failures: 5, pause: Duration::from_secs(3), exchanges: 64 }
    }
}

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

/// How our address is encoded in the login URL of a `jis` portal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BackEncoding {
    /// Plain (percent-encoded, as every parameter).
    #[default]
    Plain,
    /// In base64, then percent-encoded.
    Base64,
}

/// The format of `time` in a request to a `jis` portal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TimeFormat {
    /// Milliseconds since 1970.
    #[default]
    Millis,
    /// Seconds since 1970.
    Seconds,
    /// `yyyyMMddHHmmss`, China Standard Time.
    Compact,
}

/// The format of `data` in an answer of a `jis` portal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
pub enum DataFormat {
    /// JSON, plain or as a text that holds it.
    #[default]
    #[serde(rename = "json")]
    Json,
    /// Hexadecimal of AES-128-ECB with PKCS#7 padding under `data_key`.
    #[serde(rename = "aes-ecb-hex")]
    AesEcbHex,
}

impl DataFormat {
    /// Bytes of an AES-128 key.
    pub(crate) const KEY_BYTES: usize = 16;
}

/// The meaning of a `jis` portal's code other than that of success.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Refusal {
    /// The ticket (or token) is wrong, used or too old: the visitor starts again.
    Ticket,
    /// The portal does not accept this service: mark, signature, clock or registered address are wrong.
    Service,
    /// The portal is out of order.
    Outage,
}

/// `[portal.jis]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct JisConfig {
    /// The namespace of subjects; empty: `login_url`. Set it, and never change it.
    pub issuer: String,
    /// The login page, for browsers.
    pub login_url: String,
    /// The server-to-server interface.
    pub interface_url: String,
    /// The sign-out address for browsers; empty if the portal has none.
    pub logout_url: String,
    /// Our application mark.
    pub app_mark: String,
    /// Our application word, a secret.
    pub app_word: SecretString,
    /// Name of the parameter that holds the application mark in the login URL.
    pub app_param: String,
    /// Name of the parameter that holds the return address.
    pub back_param: String,
    /// Name of a second parameter that holds the return address too, as some generations want; empty: none is sent.
    pub goto_param: String,
    /// How the return address is encoded.
    pub back_encoding: BackEncoding,
    /// The value of `app_param`, where the portal's login page knows us by another mark than its interface does (`uuid`); empty:
    /// `app_mark`.
    pub login_mark: String,
    /// Further parameters of the login URL (`userType = "1"`).
    pub login_params: BTreeMap<String, String>,
    /// Name of the parameter that holds the ticket.
    pub ticket_param: String,
    /// Name of the field that holds the application mark in requests to the interface.
    pub interface_app_param: String,
    /// The format of `time`.
    pub time_format: TimeFormat,
    /// The service that turns a ticket into a token.
    pub ticket_service: String,
    /// Name of the ticket in its `params`.
    pub ticket_key: String,
    /// Where the token is in its `data`: field names or JSON pointers, first hit wins.
    pub token: Vec<String>,
    /// The service that answers with the person.
    pub person_service: String,
    /// Name of the token in its `params`.
    pub token_key: String,
    /// How to recognise success.
    pub success: Success,
    /// The meaning of other values there. A code that is not listed: the ticket is not valid, or, in a request for the person, the answer
    /// is unusable.
    pub refusals: BTreeMap<String, Refusal>,
    /// JSON pointer to the packed answer; empty: the answer itself.
    pub data_pointer: String,
    /// The format of the person. The token may have this format too, or be JSON.
    pub data: DataFormat,
    /// The AES key, 16 bytes; empty: the application word.
    pub data_key: SecretString,
    /// Name of the parameter that holds our address in the sign-out URL; empty: none is sent.
    pub logout_back_param: String,
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

impl Default for JisConfig {
    fn default() -> Self {
        Self {
            issuer: String::new(),
            login_url: String::new(),
            interface_url: String::new(),
            logout_url: String::new(),
            app_mark: String::new(),
            app_word: SecretString::default(),
            app_param: "appmark".to_owned(),
            back_param: "backUrl".to_owned(),
            goto_param: String::new(),
            back_encoding: BackEncoding::default(),
            login_mark: String::new(),
            login_params: BTreeMap::new(),
            ticket_param: "ticket".to_owned(),
            interface_app_param: "appmark".to_owned(),
            time_format: TimeFormat::default(),
            ticket_service: "ticketValidate".to_owned(),
            ticket_key: "ticket".to_owned(),
            token: list(&["token", "/token"]),
            person_service: "findOutsideUserByToken".to_owned(),
            token_key: "token".to_owned(),
            success: Success { pointer: "/retcode".to_owned(), value: "000000".to_owned() },
            refusals: BTreeMap::new(),
            data_pointer: "/data".to_owned(),
            data: DataFormat::default(),
            data_key: SecretString::default(),
            logout_back_param: "backUrl".to_owned(),
            logout_params: BTreeMap::new(),
            charset: Charset::default(),
            timeout: TIMEOUT,
            request_timeout: REQUEST_TIMEOUT,
            max_body: ByteSize::kib(128),
        }
    }
}

//! `[portal.jis]`.

use std::collections::BTreeMap;
use std::time::Duration;

use bytesize::ByteSize;
use secrecy::SecretString;
use serde::Deserialize;

use super::claims::list;
use super::packing::{BackEncoding, DataFormat, Refusal, TimeFormat};
use super::{REQUEST_TIMEOUT, Success, TIMEOUT};
use crate::loose::Charset;

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

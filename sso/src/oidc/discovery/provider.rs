//! What a discovery document says, as far as it is used.

use serde_json::{Map, Value};
use url::Url;

use super::Discovery;
use crate::endpoint::Territory;
use crate::error::{LoginError, bad_answer};

/// The endpoints, each on an admitted origin.
#[derive(Debug)]
pub(in crate::oidc) struct Provider {
    pub(in crate::oidc) authorization: Url,
    pub(in crate::oidc) token: Url,
    pub(in crate::oidc) jwks: Url,
    pub(in crate::oidc) userinfo: Option<Url>,
    /// Where the browser ends the portal's session, or why it cannot. A sign-in does not fail for it.
    pub(in crate::oidc) end_session: Result<Url, &'static str>,
    /// Whether the return names the issuer (RFC 9207).
    pub(in crate::oidc) names_itself: bool,
    /// Whether the portal notifies us when it ends a session (Back-Channel Logout 1.0 §2.1).
    pub(in crate::oidc) announces_end: bool,
    /// Announced signing algorithms; for the operator's eyes only.
    pub(in crate::oidc) algorithms: Vec<String>,
    /// Announced PKCE methods; for the operator's eyes only.
    pub(in crate::oidc) challenge_methods: Vec<String>,
}

/// Why a document was not accepted, with the detail that an operator needs.
pub(in crate::oidc) struct Refused {
    pub(in crate::oidc) error: LoginError,
    pub(in crate::oidc) detail: String,
}

impl From<LoginError> for Refused {
    fn from(error: LoginError) -> Self {
        Self { error, detail: error.to_string() }
    }
}

impl Discovery {
    pub(super) fn accept(&self, document: &Map<String, Value>, territory: &Territory) -> Result<Provider, Refused> {
        let issuer = document.get("issuer").and_then(Value::as_str).unwrap_or_default();
        if issuer != self.issuer {
            let shown: String = issuer.chars().take(200).collect();
            return Err(Refused {
                error: bad_answer("its discovery document names another issuer than the configuration"),
                detail: format!(
                    "its discovery document names the issuer {shown:?}, the configuration {:?}",
                    self.issuer
                ),
            });
        }
        let endpoint = |name: &'static str| -> Result<Option<Url>, Refused> {
            let Some(text) = document.get(name).and_then(Value::as_str).filter(|text| !text.is_empty()) else {
                return Ok(None);
            };
            territory.admit(text).map(Some).map_err(|reason| Refused {
                error: bad_answer("its discovery document names an endpoint that must not be used"),
                detail: format!("its {name} {reason}"),
            })
        };
        let needed = |name: &'static str| {
            endpoint(name)?.ok_or_else(|| Refused {
                error: bad_answer("its discovery document lacks an endpoint"),
                detail: format!("its discovery document has no {name}"),
            })
        };
        Ok(Provider {
            authorization: needed("authorization_endpoint")?,
            token: needed("token_endpoint")?,
            jwks: needed("jwks_uri")?,
            userinfo: endpoint("userinfo_endpoint")?,
            end_session: match document.get("end_session_endpoint").and_then(Value::as_str) {
                Some(text) => territory.admit(text),
                None => Err("is not offered"),
            },
            names_itself: document.get("authorization_response_iss_parameter_supported") == Some(&Value::Bool(true)),
            announces_end: document.get("backchannel_logout_supported") == Some(&Value::Bool(true)),
            algorithms: strings(document.get("id_token_signing_alg_values_supported")),
            challenge_methods: strings(document.get("code_challenge_methods_supported")),
        })
    }
}

fn strings(value: Option<&Value>) -> Vec<String> {
    let list = value.and_then(Value::as_array).into_iter().flatten();
    list.filter_map(Value::as_str).map(str::to_owned).collect()
}

//! What a fault applies to and does.

use serde_json::{Value, json};

use super::{Endpoint, Fault};

impl Fault {
    /// The endpoint that it applies to.
    pub fn endpoint(&self) -> Endpoint {
        match self {
            Self::Slow(endpoint)
            | Self::Drip(endpoint)
            | Self::Endless(endpoint)
            | Self::Huge(endpoint)
            | Self::ServerError(endpoint)
            | Self::Redirect(endpoint, _)
            | Self::NotJson(endpoint)
            | Self::Raw(endpoint, _)
            | Self::Dressed(endpoint, _)
            | Self::Patch(endpoint, _)
            | Self::PatchData(endpoint, _)
            | Self::ForeignKey(endpoint)
            | Self::Error(endpoint, _) => *endpoint,
            Self::AuthorizeError(_) | Self::CallbackIssuer(_) => Endpoint::Authorize,
            _ => Endpoint::Token,
        }
    }

    /// The access token in the answer, in place of the real one.
    pub fn access_token(token: &str) -> Self {
        Self::Patch(Endpoint::Token, json!({ "access_token": token }))
    }

    /// No ID token in the answer.
    pub fn missing_id_token() -> Self {
        Self::Patch(Endpoint::Token, json!({ "id_token": null }))
    }

    /// User information about somebody else.
    pub fn foreign_user_info() -> Self {
        Self::Patch(Endpoint::UserInfo, json!({ "sub": "somebody-else" }))
    }

    /// A ticket portal refuses with this code.
    pub fn retcode(endpoint: Endpoint, code: &str) -> Self {
        Self::Patch(endpoint, json!({ "retcode": code, "msg": "请求被拒绝", "data": "" }))
    }

    /// A discovery document that names another token endpoint.
    pub fn swapped_token_endpoint(url: &str) -> Self {
        Self::Patch(Endpoint::Discovery, json!({ "token_endpoint": url }))
    }

    /// The patch of the ID token's claims.
    pub(in crate::simulator) fn claims_patch(&self) -> Option<Value> {
        match self {
            Self::Claims(patch) => Some(patch.clone()),
            Self::WrongNonce => Some(json!({ "nonce": "another-sign-in" })),
            Self::WrongAudience => Some(json!({ "aud": "another-client" })),
            Self::WrongIssuer => Some(json!({ "iss": "https://portal.example" })),
            Self::Expired => {
                let now = chrono::Utc::now().timestamp();
                Some(json!({ "iat": now - 7200, "exp": now - 3600 }))
            }
            _ => None,
        }
    }
}

/// JSON merge patch, RFC 7396.
pub(in crate::simulator) fn merge(target: &mut Value, patch: &Value) {
    let Some(changes) = patch.as_object() else {
        target.clone_from(patch);
        return;
    };
    if !target.is_object() {
        *target = json!({});
    }
    let Some(members) = target.as_object_mut() else { return };
    for (name, change) in changes {
        if change.is_null() {
            members.remove(name);
        } else {
            merge(members.entry(name).or_insert(Value::Null), change);
        }
    }
}

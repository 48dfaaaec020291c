//! Scripted faults: what a broken, odd or hostile portal sends, once each.

use serde_json::{Value, json};

/// Where a request arrives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Endpoint {
    /// `/.well-known/openid-configuration`.
    Discovery,
    /// `/jwks`.
    Keys,
    /// The sign-in form's answer, which sends the browser back.
    Authorize,
    /// `/token`, whatever the province calls it.
    Token,
    /// `/userinfo`, whatever the province calls it.
    UserInfo,
    /// `ticketValidate` of a ticket portal's interface.
    Ticket,
    /// Any other service of a ticket portal's interface.
    Person,
}

/// The odd format of an otherwise correct JSON answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dress {
    /// Called `text/html`.
    Html,
    /// Called `application/json ; charset=UTF-8`.
    SpacedContentType,
    /// Begins with a byte order mark.
    ByteOrderMark,
    /// Comes with status 201.
    Created,
    /// In GBK.
    Gbk,
}

/// One fault. The next request that it fits (of its subject, where it has one) uses it up. Those with an endpoint work at all endpoints for
/// servers. At [`Endpoint::Authorize`] the browser gets them in place of the return; `Patch` changes the parameters of the return (OAuth
/// 2.0 alone).
#[derive(Debug, Clone, PartialEq)]
pub enum Fault {
    /// Does not answer until [`super::Simulator::release`].
    Slow(Endpoint),
    /// Sends a first byte and then nothing, until the connection ends.
    Drip(Endpoint),
    /// Never stops sending; announces no length.
    Endless(Endpoint),
    /// A body of 8 MiB with its length announced.
    Huge(Endpoint),
    /// Status 500.
    ServerError(Endpoint),
    /// Status 307 to the given place.
    Redirect(Endpoint, String),
    /// A page of HTML, called JSON.
    NotJson(Endpoint),
    /// Exactly these bytes, called JSON.
    Raw(Endpoint, Vec<u8>),
    /// A correct answer, oddly dressed.
    Dressed(Endpoint, Dress),
    /// A JSON merge patch (RFC 7396) of the answer: `null` removes a member.
    Patch(Endpoint, Value),
    /// Status 400 with this error code.
    Error(Endpoint, &'static str),
    /// A JSON merge patch of what a ticket portal packs as `data`.
    PatchData(Endpoint, Value),
    /// A ticket portal seals `data` under a key that we do not have.
    ForeignKey(Endpoint),
    /// Sends the browser back with this error code.
    AuthorizeError(&'static str),
    /// Sends the browser back with another `iss`, or none.
    CallbackIssuer(Option<String>),
    /// A JSON merge patch of the ID token's claims.
    Claims(Value),
    /// ID token with another nonce.
    WrongNonce,
    /// ID token for another client.
    WrongAudience,
    /// ID token from another issuer.
    WrongIssuer,
    /// ID token that expired an hour ago.
    Expired,
    /// ID token signed by a key that is never published.
    UnknownKey,
    /// ID token signed by a key that is never published, under the published key's id.
    ForgedKey,
    /// ID token that does not say which key signed it.
    NamelessKey,
    /// The key is changed before the ID token is signed; the key set follows.
    RotatedKey,
    /// The key is changed for an RSA key of 1024 bits before the ID token is signed; the key set follows.
    WeakKey,
    /// ID token whose claims hold this one twice, first with another value.
    RepeatedClaim(&'static str),
    /// ID token whose header names its algorithm twice.
    RepeatedHeader,
    /// Unsigned ID token.
    AlgNone,
    /// ID token with the client secret as HMAC key.
    HmacSecret,
    /// ID token with something else as HMAC key.
    ForgedSecret,
}

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
    pub(super) fn claims_patch(&self) -> Option<Value> {
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
pub(super) fn merge(target: &mut Value, patch: &Value) {
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

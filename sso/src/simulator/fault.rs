//! Scripted faults: what a broken, odd or hostile portal sends, once each.

mod effect;

use serde_json::Value;

pub(super) use effect::merge;

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

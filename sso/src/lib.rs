//! Sign-in through a government portal, whichever protocol it speaks.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use chrono::Utc;
//! use sso::{PendingLogin, Portal, PortalConfig};
//!
//! # let config = PortalConfig::default();
//! let portal = Portal::new(&config, "https://bz.example.gov.cn/sso/callback".parse()?)?;
//!
//! // The visitor wants to sign in: keep `pending` on the server under its handle, bind the handle to the browser.
//! let (to_portal, pending) = portal.begin(Utc::now()).await?;
//! let handle = pending.handle().to_owned();
//! let stored = pending.into_stored();
//! # let _ = (to_portal, handle);
//!
//! // The browser is back: take the stored value out (once), and finish.
//! let callback = portal.receive("", "code=...&state=...")?;
//! let identity = portal.finish(PendingLogin::from_stored(&stored)?, callback, Utc::now()).await?;
//! println!("level {:?}", identity.level);
//! # Ok(())
//! # }
//! ```
//!
//! # Where each check stands
//!
//! What a portal, or someone in its place, sends is hostile input until it has been checked.
//!
//! | check | where |
//! |---|---|
//! | repeated, overlong or impossible parameters of the return | `callback.rs` ([`Portal::receive`]) |
//! | `state`, age of the sign-in | `pending.rs` ([`PendingLogin`] is consumed by it) |
//! | time, size and number of requests; no redirects; JSON whatever it is called | `http.rs`, `http/answer.rs`, `http/exchange.rs` |
//! | endpoints on the issuer's origin or a listed host; https | `endpoint.rs` |
//! | the one-time value from the place where the portal brings it back, and from no other | `oauth2/sign_in.rs` |
//! | errors and failures under status 200 | `oauth2/answer.rs` |
//! | issuer of the discovery document; `iss` of the return (RFC 9207), on error answers too | `oidc/discovery/provider.rs`, `oidc/checked.rs` |
//! | token answer | `oidc/exchange/tokens.rs`, `oauth2/answer.rs` |
//! | access token characters (RFC 6750) | `grant.rs` |
//! | which keys are fit for use, RSA key size, when keys are fetched again | `oidc/keys/set.rs`, `oidc/keys.rs` |
//! | signed tokens: no member twice; algorithm, kind, signature; `iss`, `aud` | `oidc/jws.rs`, `oidc/unique.rs` |
//! | ID tokens: `exp`, `nonce`, `sub`, `azp`, `iat`, `nbf`, `auth_time`, `at_hash` | `oidc/id_token.rs` |
//! | logout tokens: times, `events`, `jti`, `sub` or `sid`, no `nonce` | `oidc/logout.rs` |
//! | `sub` of user information equals that of the ID token | `oidc/exchange.rs` |
//! | one-time value in our own address, ticket; that it is shown only after the sign-in is redeemed | `jis/sign_in.rs` |
//! | code of success, meaning of refusals, token characters, packed data | `jis/answer.rs`, `jis/answer/unpack.rs`, `jis/ask.rs`, `jis/packed.rs` |
//! | odd subjects, control characters in attributes, codes that are not mapped | `claims/check.rs`, `claims.rs` |
//!
//! The feature `simulator` adds a portal of our own for tests and demonstrations; a release build is one without it.

#![warn(missing_docs)]

mod absent;
mod blank;
mod breaker;
mod callback;
mod claims;
pub mod config;
mod driver;
mod endpoint;
mod error;
mod finding;
mod grant;
mod http;
mod identity;
mod jis;
mod loose;
mod oauth2;
mod oidc;
mod pending;
mod portal;
#[cfg(feature = "simulator")]
pub mod simulator;
mod words;

pub use blank::{given_name, given_number, trimmed};
pub use callback::Callback;
pub use config::{ConfigError, DriverName, PortalConfig};
pub use error::LoginError;
pub use finding::{FieldReport, Finding, Severity};
pub use http::install_crypto_provider;
pub use identity::{LogoutNotice, PortalIdentity, PortalSession};
pub use pending::PendingLogin;
pub use portal::Portal;
pub use words::{DocumentType, DocumentTypeWord, UnknownDocumentType, UserType, UserTypeWord};

//! What the portal vouches for.

use std::fmt;

use chrono::{DateTime, Utc};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize, Serializer};
use url::Url;

use crate::words::{DocumentType, UserType};

/// The person whom the portal has signed in. Values are as the portal wrote them, trimmed; codes are mapped. Serialisable for a session
/// that waits for something; the serialised form then holds personal data and a token.
#[derive(Clone, Serialize, Deserialize)]
pub struct PortalIdentity {
    /// The namespace in which the subject is unique.
    pub issuer: String,
    /// The portal's unchanging identifier: 1 to 255 visible characters.
    pub subject: String,
    /// The person's (or company's) name.
    pub name: Option<String>,
    /// The number of the identity document.
    pub document_number: Option<String>,
    /// The kind of document.
    pub document_type: DocumentType,
    /// Real-name level on our own scale; `None` if the portal sent none or one that the configuration does not map.
    pub level: Option<i32>,
    /// Personal, corporate, or not known.
    pub user_type: UserType,
    /// The portal's session, for signing out.
    pub session: PortalSession,
}

impl fmt::Debug for PortalIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PortalIdentity")
            .field("issuer", &self.issuer)
            .field("level", &self.level)
            .field("user_type", &self.user_type)
            .finish_non_exhaustive()
    }
}

/// The portal's side of a session: kept in our own session (serde), needed to end both.
#[derive(Clone, Deserialize, Serialize)]
pub struct PortalSession {
    /// The portal's session id, which a back-channel sign-out names.
    pub sid: Option<String>,
    /// The ID token's subject, which a back-channel sign-out names: not always the subject that the configuration selects.
    #[serde(default)]
    pub sub: Option<String>,
    /// The ID token, which authorises ending the session.
    #[serde(serialize_with = "expose")]
    pub(crate) id_token: SecretString,
    /// Where the browser ends the portal's session, as announced at its beginning. Stored here so that signing out works on every server
    /// and after a restart, also while the portal does not answer.
    pub(crate) end_session_url: Option<Url>,
    /// Whether the portal notifies us when it ends this session (Back-Channel Logout). Where it does not, ours should be short.
    #[serde(default)]
    pub announces_end: bool,
}

impl PortalSession {
    /// A session at a portal that offers no sign-out; for tests and for other ways of signing in.
    pub fn none() -> Self {
        Self { sid: None, sub: None, id_token: SecretString::default(), end_session_url: None, announces_end: false }
    }
}

fn expose<S: Serializer>(secret: &SecretString, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(secret.expose_secret())
}

impl fmt::Debug for PortalSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PortalSession").field("ends_at_portal", &self.end_session_url.is_some()).finish_non_exhaustive()
    }
}

/// The content of a valid logout token (OpenID Connect Back-Channel Logout 1.0 §2.4): whose sessions end. At least one of `subject` and
/// `sid` is there.
#[derive(Clone, PartialEq, Eq)]
pub struct LogoutNotice {
    /// The namespace in which the subject is unique.
    pub issuer: String,
    /// Without a session id: all sessions of this subject end.
    pub subject: Option<String>,
    /// The portal's session that has ended.
    pub sid: Option<String>,
    /// The token's own id: it is accepted once.
    pub id: String,
    /// When the token itself expires, leeway included: until then its id must be remembered.
    pub good_until: DateTime<Utc>,
}

impl fmt::Debug for LogoutNotice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LogoutNotice")
            .field("subject", &self.subject.is_some())
            .field("sid", &self.sid.is_some())
            .finish_non_exhaustive()
    }
}

//! The dialects of OAuth 2.0 in the provinces. What is not publicly documented is a guess of ours, and a harmless one: it is configuration
//! over there.

mod parts;
mod provinces;

use crate::config::{Charset, ClientAuth, RequestMethod, TokenPlace};
use crate::simulator::personas::Telling;
pub use parts::{Names, Paths, Status, TokenFormat};

/// Required parameters, with exactly this value. `{client_id}` is replaced by the client's id.
pub type Demands = Vec<(&'static str, &'static str)>;

/// The dialect of one province. The simulator refuses any other request.
#[derive(Clone, Debug)]
pub struct Shape {
    /// The paths of the endpoints.
    pub paths: Paths,
    /// The names of the parameters.
    pub names: Names,
    /// Whether `state` comes back. If not, addresses below the registered one are accepted as well.
    pub echoes_state: bool,
    /// The required `response_type`.
    pub response_type: &'static str,
    /// Further required parameters of the authorization request.
    pub authorize_demands: Demands,
    /// Whether a code challenge (RFC 7636, S256) is required.
    pub pkce: bool,
    /// The HTTP method of the token request.
    pub token_method: RequestMethod,
    /// Where the client's id and secret are in that request, and nowhere else.
    pub client_auth: ClientAuth,
    /// Further required parameters of the token request.
    pub token_demands: Demands,
    /// The format of the token answer.
    pub token_format: TokenFormat,
    /// The member of the token answer that holds the token; none: the answer itself.
    pub token_at: Option<&'static str>,
    /// The HTTP method of the user information request.
    pub userinfo_method: RequestMethod,
    /// Where the token is in that request, and nowhere else.
    pub userinfo_token: TokenPlace,
    /// Further required parameters of the user information request.
    pub userinfo_demands: Demands,
    /// The member of the person's answer that holds the person; none: the answer itself.
    pub person_at: Option<&'static str>,
    /// Whether that member is a text which holds JSON.
    pub person_packed: bool,
    /// The names and codes of the person's attributes.
    pub telling: Telling,
    /// Further required parameters of the sign-out address.
    pub logout_demands: Demands,
    /// The success and failure codes under status 200; none: as in RFC 6749 §5.2.
    pub status: Option<Status>,
    /// The charset of its answers.
    pub charset: Charset,
}

impl Default for Shape {
    fn default() -> Self {
        Self::standard()
    }
}

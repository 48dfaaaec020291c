//! The dialects of OAuth 2.0 in the provinces. What is not publicly documented is a guess of ours, and a harmless one: it is configuration
//! over there.

use crate::config::{Charset, ClientAuth, RequestMethod, TokenPlace};
use crate::simulator::personas::Telling;

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

/// The format of a token answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenFormat {
    /// RFC 6749 §5.1.
    Json,
    /// `access_token=...&expires_in=...`, as in the drafts before it.
    Form,
}

/// The paths of the endpoints.
#[derive(Clone, Debug)]
pub struct Paths {
    /// The authorization endpoint.
    pub authorize: &'static str,
    /// The token endpoint.
    pub token: &'static str,
    /// The user information endpoint.
    pub userinfo: &'static str,
    /// The sign-out address.
    pub logout: &'static str,
}

/// The names of the parameters.
#[derive(Clone, Debug)]
pub struct Names {
    /// The client's id.
    pub client_id: &'static str,
    /// The client's secret.
    pub client_secret: &'static str,
    /// The return address.
    pub redirect: &'static str,
    /// The code, on its way to the client and back.
    pub code: &'static str,
    /// The echoed one-time value.
    pub state: &'static str,
    /// The access token, where it stands in a form or a query.
    pub token: &'static str,
}

/// The success and failure codes under status 200.
#[derive(Clone, Debug)]
pub struct Status {
    /// The member that holds the code.
    pub member: &'static str,
    /// Its value on success.
    pub good: &'static str,
    /// The code for an unknown or used authorization code.
    pub expired: &'static str,
    /// The code for everything else.
    pub refused: &'static str,
}

impl Default for Shape {
    fn default() -> Self {
        Self::standard()
    }
}

impl Shape {
    /// As RFC 6749 and RFC 6750 have it, with the secret in the form.
    pub fn standard() -> Self {
        Self {
            paths: Paths {
                authorize: "/oauth2/authorize",
                token: "/oauth2/token",
                userinfo: "/oauth2/userinfo",
                logout: "/oauth2/logout",
            },
            names: Names {
                client_id: "client_id",
                client_secret: "client_secret",
                redirect: "redirect_uri",
                code: "code",
                state: "state",
                token: "access_token",
            },
            echoes_state: true,
            response_type: "code",
            authorize_demands: Vec::new(),
            pkce: false,
            token_method: RequestMethod::Post,
            client_auth: ClientAuth::Body,
            token_demands: Vec::new(),
            token_format: TokenFormat::Json,
            token_at: None,
            userinfo_method: RequestMethod::Get,
            userinfo_token: TokenPlace::Header,
            userinfo_demands: Vec::new(),
            person_at: None,
            person_packed: false,
            telling: Telling::default(),
            logout_demands: Vec::new(),
            status: None,
            charset: Charset::Utf8,
        }
    }

    /// 广东省统一身份认证平台, of OpenAM's family: the token by GET with the secret in the query, the person under `userobj`.
    pub fn guangdong() -> Self {
        Self {
            paths: Paths {
                authorize: "/tif/sso/connect/page/oauth2/authorize",
                token: "/tif/sso/connect/page/oauth2/access_token",
                userinfo: "/tif/sso/connect/page/oauth2/tokeninfo",
                logout: "/tif/sso/connect/page/oauth2/logout",
            },
            authorize_demands: vec![("service", "initService"), ("scope", "all")],
            token_method: RequestMethod::Get,
            client_auth: ClientAuth::Query,
            token_demands: vec![("scope", "all")],
            userinfo_token: TokenPlace::Query,
            person_at: Some("userobj"),
            telling: Telling {
                subject: "useridcode",
                name: "cn",
                document_number: "idcardnumber",
                document_type: "idcardtype",
                level: "creditable_level_of_account",
                user_type: "usertype",
                levels: &[("0", "L0"), ("1", "L1"), ("2", "L2"), ("3", "L3")],
                document_types: &[("1", "10")],
            },
            ..Self::standard()
        }
    }

    /// 湖南省互联网+政务服务一体化平台: `response_type=gov`, no `state`, failures under status 200.
    pub fn hunan() -> Self {
        Self {
            paths: Paths {
                authorize: "/oauth2/authorize",
                token: "/oauth2/access_token",
                userinfo: "/oauth2/user_info",
                logout: "/oauth2/logout",
            },
            echoes_state: false,
            response_type: "gov",
            authorize_demands: vec![("scope", "user.read")],
            token_method: RequestMethod::Get,
            client_auth: ClientAuth::Query,
            token_at: Some("data"),
            userinfo_token: TokenPlace::Query,
            person_at: Some("data"),
            person_packed: true,
            telling: Telling {
                subject: "userid",
                name: "XM",
                document_number: "ZJHM",
                document_type: "ZJLX",
                level: "authlevel",
                user_type: "usertype",
                levels: &[],
                document_types: &[("1", "111")],
            },
            logout_demands: vec![("client_id", "{client_id}"), ("response_type", "code")],
            status: Some(Status { member: "code", good: "200", expired: "40001", refused: "40003" }),
            ..Self::standard()
        }
    }
}

//! How provinces speak OAuth 2.0. What is not publicly documented is a guess of ours, and a harmless one: it is configuration over there.

use crate::config::{Charset, ClientAuth, RequestMethod, TokenPlace};
use crate::simulator::personas::Telling;

/// Parameters that must be there, with exactly this value. `{client_id}` stands for the client's name.
pub type Demands = Vec<(&'static str, &'static str)>;

/// How one province speaks it. The simulator refuses what is asked in any other way.
#[derive(Clone, Debug)]
pub struct Shape {
    /// Where everything stands.
    pub paths: Paths,
    /// What parameters are called.
    pub names: Names,
    /// Whether `state` comes back. If not, addresses below the registered one are accepted as well.
    pub echoes_state: bool,
    /// The word it wants as `response_type`.
    pub response_type: &'static str,
    /// What else the authorization request must hold.
    pub authorize_demands: Demands,
    /// Whether a code challenge (RFC 7636, S256) is demanded.
    pub pkce: bool,
    /// How the token is asked for.
    pub token_method: RequestMethod,
    /// Where the client's name and secret stand in that request, and nowhere else.
    pub client_auth: ClientAuth,
    /// What else the token request must hold.
    pub token_demands: Demands,
    /// How the token is answered.
    pub token_format: TokenFormat,
    /// The member of the token answer that holds the token; none: the answer itself.
    pub token_at: Option<&'static str>,
    /// How the person is asked for.
    pub userinfo_method: RequestMethod,
    /// Where the token stands in that request, and nowhere else.
    pub userinfo_token: TokenPlace,
    /// What else the request for the person must hold.
    pub userinfo_demands: Demands,
    /// The member of the person's answer that holds the person; none: the answer itself.
    pub person_at: Option<&'static str>,
    /// Whether that member is a text which holds JSON.
    pub person_packed: bool,
    /// Under which names and codes the person is told.
    pub telling: Telling,
    /// What else the sign-out address must hold.
    pub logout_demands: Demands,
    /// How success and failure are told under status 200; none: as RFC 6749 §5.2 has it.
    pub status: Option<Status>,
    /// In which characters it answers.
    pub charset: Charset,
}

/// How a token is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenFormat {
    /// RFC 6749 §5.1.
    Json,
    /// `access_token=...&expires_in=...`, as in the drafts before it.
    Form,
}

/// Where everything stands.
#[derive(Clone, Debug)]
pub struct Paths {
    /// For browsers.
    pub authorize: &'static str,
    /// The code for a token.
    pub token: &'static str,
    /// The token for a person.
    pub userinfo: &'static str,
    /// For browsers.
    pub logout: &'static str,
}

/// What parameters are called.
#[derive(Clone, Debug)]
pub struct Names {
    /// The client's name.
    pub client_id: &'static str,
    /// The client's secret.
    pub client_secret: &'static str,
    /// Where the browser is sent back to.
    pub redirect: &'static str,
    /// The code, on its way to the client and back.
    pub code: &'static str,
    /// What is echoed.
    pub state: &'static str,
    /// The access token, where it stands in a form or a query.
    pub token: &'static str,
}

/// How success and failure are told under status 200.
#[derive(Clone, Debug)]
pub struct Status {
    /// The member that tells it.
    pub member: &'static str,
    /// Its value on success.
    pub good: &'static str,
    /// For a code that is not known any more.
    pub expired: &'static str,
    /// For everything else.
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

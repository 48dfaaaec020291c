//! The dialects of provinces.

use super::Shape;
use super::parts::{Names, Paths, Status, TokenFormat};
use crate::config::{Charset, ClientAuth, RequestMethod, TokenPlace};
use crate::simulator::personas::Telling;

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

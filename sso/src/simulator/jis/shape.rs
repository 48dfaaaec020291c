//! The dialect of one generation of the family.

use std::collections::BTreeMap;

use crate::config::{BackEncoding, DataFormat, Refusal, TimeFormat};

/// The dialect of one generation of the family. The gateway's configuration is independent of it.
#[derive(Clone, Debug)]
pub struct Shape {
    /// Where browsers sign in.
    pub login_path: &'static str,
    /// The interface for servers.
    pub interface_path: &'static str,
    /// Where browsers sign out.
    pub logout_path: &'static str,
    /// Name of the application's mark at the login page.
    pub app_param: &'static str,
    /// The mark there; empty: the one that the interface knows.
    pub login_mark: &'static str,
    /// Further parameters that the login page demands.
    pub login_params: &'static [(&'static str, &'static str)],
    /// Name of the way back, at sign-in and at sign-out.
    pub back_param: &'static str,
    /// How the way back is written.
    pub back_encoding: BackEncoding,
    /// How the browser comes back.
    pub way_back: WayBack,
    /// Name of the ticket.
    pub ticket_param: &'static str,
    /// Name of the mark in requests to the interface.
    pub interface_app_param: &'static str,
    /// How such requests write the time.
    pub time_format: TimeFormat,
    /// How answers are packed.
    pub packing: Packing,
    /// The key, 16 bytes, where the application's word is none.
    pub data_key: &'static str,
    /// Answers are written in GBK.
    pub gbk: bool,
}

/// How the browser comes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WayBack {
    /// With the ticket in the query.
    Query,
    /// With the ticket in the query twice.
    Twice,
    /// With the ticket twice, pasted with `?` each time.
    SecondMark,
    /// With the ticket pasted with `&`, though there is no query.
    Ampersand,
    /// With `?` and `=` percent-encoded.
    Encoded,
    /// By a form that sends itself.
    Post,
}

/// How answers are packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Packing {
    /// As objects.
    Object,
    /// As texts that hold JSON.
    Text,
    /// The token as a text that holds JSON, the person as hexadecimal of AES-128-ECB.
    PersonSealed,
    /// Both as hexadecimal of AES-128-ECB.
    Sealed,
}

impl Packing {
    pub(super) fn format(self) -> DataFormat {
        match self {
            Self::Object | Self::Text => DataFormat::Json,
            Self::PersonSealed | Self::Sealed => DataFormat::AesEcbHex,
        }
    }
}

impl Default for Shape {
    fn default() -> Self {
        Self::shandong()
    }
}

impl Shape {
    /// Its code of success.
    pub const SUCCESS: &'static str = "000000";
    /// A ticket or token that is not known (any more).
    pub const BAD_TICKET: &'static str = "100101";
    /// An application that is not known.
    pub const BAD_MARK: &'static str = "100201";
    /// A signature that is not right.
    pub const BAD_SIGN: &'static str = "100202";
    /// A time that is too far off.
    pub const BAD_TIME: &'static str = "100203";
    /// A request that cannot be read, or for another service.
    pub const BAD_REQUEST: &'static str = "100301";
    /// Out of order.
    pub const BUSY: &'static str = "100901";

    /// The meaning of these codes.
    pub fn refusals() -> BTreeMap<String, Refusal> {
        [
            (Self::BAD_TICKET, Refusal::Ticket),
            (Self::BAD_MARK, Refusal::Service),
            (Self::BAD_SIGN, Refusal::Service),
            (Self::BAD_TIME, Refusal::Service),
            (Self::BUSY, Refusal::Outage),
        ]
        .map(|(code, meaning)| (code.to_owned(), meaning))
        .into()
    }

    /// Shandong's entrance: `appMark` and `backUrl` as they are, the person sealed under the application's word.
    pub fn shandong() -> Self {
        Self {
            login_path: "/jpaas-jis-sso-server/sso/entrance/auth-center",
            interface_path: "/JIS/sso/interface.do",
            logout_path: "/jpaas-jis-sso-server/sso/logout",
            app_param: "appMark",
            login_mark: "",
            login_params: &[("userType", "1")],
            back_param: "backUrl",
            back_encoding: BackEncoding::Plain,
            way_back: WayBack::Query,
            ticket_param: "ticket",
            interface_app_param: "appmark",
            time_format: TimeFormat::Compact,
            packing: Packing::PersonSealed,
            data_key: "simulator key 16",
            gbk: false,
        }
    }

    /// The login page of the family's other generation: `uuid` and `gotourl` in base64, and a form that comes back.
    pub fn front_login() -> Self {
        Self {
            login_path: "/jis/front/login.do",
            interface_path: "/jis/sso/interface.do",
            logout_path: "/jis/front/logout.do",
            app_param: "uuid",
            login_mark: "simulated-uuid",
            login_params: &[("type", "1")],
            back_param: "gotourl",
            back_encoding: BackEncoding::Base64,
            way_back: WayBack::Post,
            time_format: TimeFormat::Millis,
            packing: Packing::Sealed,
            ..Self::shandong()
        }
    }

    /// An interface that seals nothing and answers with texts that hold JSON; `appmark` and `backUrl` at the login page.
    pub fn open() -> Self {
        Self {
            login_path: "/jis/login",
            interface_path: "/jis/interface",
            logout_path: "/jis/logout",
            app_param: "appmark",
            login_params: &[],
            time_format: TimeFormat::Seconds,
            packing: Packing::Text,
            ..Self::shandong()
        }
    }

    /// The key that answers are sealed under.
    pub(super) fn key<'a>(&'a self, word: &'a str) -> &'a [u8] {
        if word.len() == 16 { word.as_bytes() } else { self.data_key.as_bytes() }
    }
}

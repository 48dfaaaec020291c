//! The generations of the family.

use std::collections::BTreeMap;

use super::{Packing, Shape, WayBack};
use crate::config::{BackEncoding, Refusal, TimeFormat};

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
    pub(in crate::simulator::jis) fn key<'a>(&'a self, word: &'a str) -> &'a [u8] {
        if word.len() == 16 { word.as_bytes() } else { self.data_key.as_bytes() }
    }
}

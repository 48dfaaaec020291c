//! The dialect of one generation of the family.

mod generations;

use crate::config::{BackEncoding, DataFormat, TimeFormat};

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

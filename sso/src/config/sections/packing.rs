//! How a `jis` portal wants its parameters, and packs its answers.

use serde::Deserialize;

/// How our address is encoded in the login URL of a `jis` portal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BackEncoding {
    /// Plain (percent-encoded, as every parameter).
    #[default]
    Plain,
    /// In base64, then percent-encoded.
    Base64,
}

/// The format of `time` in a request to a `jis` portal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TimeFormat {
    /// Milliseconds since 1970.
    #[default]
    Millis,
    /// Seconds since 1970.
    Seconds,
    /// `yyyyMMddHHmmss`, China Standard Time.
    Compact,
}

/// The format of `data` in an answer of a `jis` portal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
pub enum DataFormat {
    /// JSON, plain or as a text that holds it.
    #[default]
    #[serde(rename = "json")]
    Json,
    /// Hexadecimal of AES-128-ECB with PKCS#7 padding under `data_key`.
    #[serde(rename = "aes-ecb-hex")]
    AesEcbHex,
}

impl DataFormat {
    /// Bytes of an AES-128 key.
    pub(crate) const KEY_BYTES: usize = 16;
}

/// The meaning of a `jis` portal's code other than that of success.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Refusal {
    /// The ticket (or token) is wrong, used or too old: the visitor starts again.
    Ticket,
    /// The portal does not accept this service: mark, signature, clock or registered address are wrong.
    Service,
    /// The portal is out of order.
    Outage,
}

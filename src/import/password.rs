//! The manifest's `password` table, and how a scheme with its options is stored beside an account.

use serde::Serialize;

use crate::domain::legacy_password::Scheme;

/// How one source stores passwords.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PasswordColumn {
    /// The word of the manifest.
    pub scheme: String,
    /// How password and salt were joined before hashing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order: Option<String>,
    /// The bytes that were hashed; UTF-8 where absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub charset: Option<String>,
    /// Whether blanks around a password were cut off before hashing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trim: Option<bool>,
    /// The case of an inner hash that was hashed again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hex_case: Option<String>,
}

/// The words of each option.
pub const ORDERS: [&str; 3] = ["password+salt", "salt+password", "md5(password)+salt"];
pub const CHARSETS: [&str; 3] = ["utf-8", "gb18030", "utf-16le"];
pub const HEX_CASES: [&str; 2] = ["lower", "upper"];

impl PasswordColumn {
    /// The scheme, if this version can verify it.
    pub fn known_scheme(&self) -> Option<Scheme> {
        Scheme::parse(&self.scheme).ok()
    }

    /// What `legacy_accounts.password_scheme` holds: the scheme's name alone, or, where an option is set, JSON of all that is set:
    /// `{"scheme":"md5","charset":"gb18030"}`.
    pub fn stored(&self) -> String {
        let plain = self.order.is_none() && self.charset.is_none() && self.trim.is_none() && self.hex_case.is_none();
        if plain {
            return self.scheme.clone();
        }
        match serde_json::to_string(self) {
            Ok(json) => json,
            Err(_) => unreachable!("a struct of strings is always JSON"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scheme_without_options_is_its_name_and_one_with_options_is_json() {
        let mut column =
            PasswordColumn { scheme: "md5".into(), order: None, charset: None, trim: None, hex_case: None };
        assert_eq!(column.stored(), "md5");
        column.charset = Some("gb18030".into());
        column.trim = Some(true);
        assert_eq!(column.stored(), r#"{"scheme":"md5","charset":"gb18030","trim":true}"#);
        assert_eq!(column.known_scheme(), Some(Scheme::Md5));
    }
}

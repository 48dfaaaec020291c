//! `[portal.claims]`: where each attribute is in the portal's answer.

use serde::Deserialize;

/// Where each attribute is in the portal's answer: lists of field names, or JSON pointers (which begin with `/`). The first one that holds
/// a value is used.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ClaimsConfig {
    /// The portal's unchanging identifier of the account.
    pub subject: Vec<String>,
    /// The person's name.
    pub name: Vec<String>,
    /// The number of the identity document.
    pub document_number: Vec<String>,
    /// The portal's code for the kind of document.
    pub document_type: Vec<String>,
    /// The portal's code for the real-name level.
    pub level: Vec<String>,
    /// `1` personal, `2` corporate.
    pub user_type: Vec<String>,
}

pub(super) fn list(names: &[&str]) -> Vec<String> {
    names.iter().map(|&name| name.to_owned()).collect()
}

impl Default for ClaimsConfig {
    fn default() -> Self {
        Self {
            subject: list(&["sub", "uuid", "useridcode", "userid"]),
            name: list(&["name", "cn", "username", "realname", "XM"]),
            document_number: list(&[
                "document_number",
                "papersnumber",
                "papersNumber",
                "idcardnumber",
                "idnum",
                "idCardNo",
                "ZJHM",
                "SFZHM",
            ]),
            document_type: list(&["document_type", "paperstype", "idcardtype"]),
            level: list(&["level", "authlevel", "creditable_level_of_account"]),
            user_type: list(&["user_type", "usertype", "type"]),
        }
    }
}

//! A member of staff's first visit: password and second factor.

use serde::Serialize;

use super::{Desk, ErrorItem, FormField, View};

#[derive(Debug, Clone, Serialize)]
pub struct DeskEnrol {
    pub desk: Desk,
    pub user_name: String,
    pub action: String,
    /// What an app reads from the picture, typed by hand: base 32, in groups of four.
    pub secret: String,
    /// The same without blanks (`data-totp-secret`).
    pub totp_secret: String,
    /// Modules of the picture on each side, the quiet zone included.
    pub picture_side: usize,
    /// The dark modules, as an SVG path.
    pub picture_path: String,
    /// Such as SHA-256, which an app that reads no picture must be told.
    pub digest: &'static str,
    pub passwords: Vec<FormField>,
    pub code: FormField,
    pub errors: Vec<ErrorItem>,
}

impl View for DeskEnrol {
    const TEMPLATE: &'static str = "desk_enrol.html";

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let passwords = |error: Option<&str>| {
            vec![
                FormField::own_password("password", "密码", "new-password")
                    .hint("至少 12 位。")
                    .error(error.map(Into::into)),
                FormField::own_password("password_again", "再次输入密码", "new-password"),
            ]
        };
        let first = Self {
            desk: super::desk::samples::anonymous(),
            user_name: "jinan".into(),
            action: "/review/enrol/sample".into(),
            secret: "JBSW Y3DP".into(),
            totp_secret: "JBSWY3DP".into(),
            picture_side: 10,
            picture_path: "M4 4h1v1h-1z".into(),
            digest: "SHA-256",
            passwords: passwords(None),
            code: FormField::new("code", "动态验证码", "").keys("numeric"),
            errors: Vec::new(),
        };
        let wrong = passwords(Some("密码至少 12 位"));
        let refused = Self { errors: super::desk::samples::errors(&wrong), passwords: wrong, ..first.clone() };
        vec![first, refused]
    }
}

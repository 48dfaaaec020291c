//! 验证码: the captcha of a form of old accounts.

use serde::Serialize;

/// A challenge in its three forms, and the work by which a browser meets it for its visitor. It never holds an answer.
#[derive(Debug, Clone, Serialize)]
pub struct ChallengeField {
    /// Hidden field `challenge`; and the name of its picture and its recording.
    pub id: String,
    /// The form that it is for, such as `login`.
    pub form: &'static str,
    /// Of the work.
    pub salt: String,
    pub pieces: u32,
    pub zero_bits: u32,
    pub rounds: u32,
    /// The picture's size in CSS pixels.
    pub width: u32,
    pub height: u32,
    /// The sum in words, such as 二十三加四等于几.
    pub question: String,
    pub error: Option<String>,
}

#[cfg(test)]
pub(super) mod samples {
    use super::*;

    pub(in crate::views) fn challenge(error: Option<&str>) -> ChallengeField {
        ChallengeField {
            id: "challenge-sample".into(),
            form: "login",
            salt: "5a17".into(),
            pieces: 8,
            zero_bits: 3,
            rounds: 1000,
            width: 160,
            height: 56,
            question: "二十三加四等于几".into(),
            error: error.map(Into::into),
        }
    }
}

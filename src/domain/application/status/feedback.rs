//! 审核结果反馈: the reviewer's message to the applicant.

use crate::domain::form::text::tidy;

/// 审核结果反馈: the reviewer's message to the applicant. Never empty, at most [`Feedback::MAX_CHARS`] characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feedback(String);

/// Why a text cannot be feedback.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FeedbackProblem {
    #[error("请填写审核结果反馈，说明未通过的原因")]
    Empty,
    #[error("审核结果反馈不能超过 {max} 个字，现有 {0} 个字", max = Feedback::MAX_CHARS)]
    TooLong(usize),
    #[error("审核结果反馈含有无法识别的字符，请删除后重新填写")]
    Forbidden,
}

impl Feedback {
    /// In characters.
    pub const MAX_CHARS: usize = 500;

    /// Trims and validates; line breaks are kept, as line feeds.
    pub fn new(text: &str) -> Result<Self, FeedbackProblem> {
        let text = tidy(text).replace("\r\n", "\n");
        if text.is_empty() {
            return Err(FeedbackProblem::Empty);
        }
        if crate::domain::form::text::has_forbidden(&text.replace('\n', "")) {
            return Err(FeedbackProblem::Forbidden);
        }
        match text.chars().count() {
            count if count > Self::MAX_CHARS => Err(FeedbackProblem::TooLong(count)),
            _ => Ok(Self(text)),
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

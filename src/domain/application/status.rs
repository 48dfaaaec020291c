//! 审核状态: which states an application has and which steps lead from one to the next.

use crate::domain::form::text::tidy;
use crate::domain::word::words;

words! {
    /// The state of an application; the word stands in `data-status` too. Steps are methods that take the state and give the next one or
    /// a refusal; there is no other way from one state to another.
    pub enum Status {
        /// 等待审核
        Pending = "pending",
        /// 审核通过; final.
        Approved = "approved",
        /// 审核未过; the applicant may edit it, which makes it pending again.
        Rejected = "rejected",
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    #[error("an approved application cannot be edited")]
    ReadOnly,
    /// Only a pending application can be approved or rejected.
    #[error("only a pending application can be reviewed")]
    NotPending,
}

/// A status word of an old system, read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LegacyStatus {
    pub status: Status,
    /// False where the word was none of the three: the application then counts as pending, and the import reports a finding.
    pub known: bool,
}

impl Status {
    /// The manual's word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Pending => "等待审核",
            Self::Approved => "审核通过",
            Self::Rejected => "审核未过",
        }
    }

    /// Reads the word of an old system; white space around it does not count.
    pub fn from_legacy_word(word: &str) -> LegacyStatus {
        match Self::ALL.into_iter().find(|status| status.word() == word.trim()) {
            Some(status) => LegacyStatus { status, known: true },
            None => LegacyStatus { status: Self::Pending, known: false },
        }
    }

    /// Pending or rejected: it stands in the way of a second application for the same certificate.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Pending | Self::Rejected)
    }

    /// Whether 申请信息维护 is offered.
    pub const fn is_editable(self) -> bool {
        self.is_open()
    }

    /// A new application. [`super::OpenApplications`] tells whether another one for the same certificate is open; a unique index settles
    /// race conditions.
    pub const fn submit() -> Self {
        Self::Pending
    }

    /// Whether 审核结果反馈 is shown: it belongs to a decision, and an edited application that waits again has none.
    pub const fn shows_feedback(self) -> bool {
        !matches!(self, Self::Pending)
    }

    /// The applicant saves 申请信息维护; a rejected application waits for review again.
    pub const fn edit(self) -> Result<Self, Refused> {
        match self {
            Self::Pending | Self::Rejected => Ok(Self::Pending),
            Self::Approved => Err(Refused::ReadOnly),
        }
    }

    pub const fn approve(self) -> Result<Self, Refused> {
        match self {
            Self::Pending => Ok(Self::Approved),
            Self::Approved | Self::Rejected => Err(Refused::NotPending),
        }
    }

    /// The reviewer rejects, which requires feedback for the applicant.
    pub const fn reject(self, _feedback: &Feedback) -> Result<Self, Refused> {
        match self {
            Self::Pending => Ok(Self::Rejected),
            Self::Approved | Self::Rejected => Err(Refused::NotPending),
        }
    }
}

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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use Refused::{NotPending, ReadOnly};
    use Status::{Approved, Pending, Rejected};

    #[test]
    fn every_step_from_every_state_is_settled() {
        let why = Feedback::new("照片不清").unwrap();
        let table = [
            (Pending, Ok(Pending), Ok(Approved), Ok(Rejected)),
            (Rejected, Ok(Pending), Err(NotPending), Err(NotPending)),
            (Approved, Err(ReadOnly), Err(NotPending), Err(NotPending)),
        ];
        for (state, edited, approved, rejected) in table {
            assert_eq!(state.edit(), edited, "edit {state:?}");
            assert_eq!(state.approve(), approved, "approve {state:?}");
            assert_eq!(state.reject(&why), rejected, "reject {state:?}");
            assert_eq!(state.is_editable(), edited.is_ok());
        }
        assert_eq!(Status::submit(), Pending);
        assert_eq!([Pending, Approved, Rejected].map(Status::shows_feedback), [false, true, true]);
    }

    #[test]
    fn open_means_pending_or_rejected() {
        assert!(Pending.is_open() && Rejected.is_open() && !Approved.is_open());
    }

    #[test]
    fn old_words_are_read_and_others_wait_for_review_with_a_flag() {
        let table = [
            ("等待审核", Pending, true),
            ("审核通过\u{3000}", Approved, true),
            (" 审核未过", Rejected, true),
            ("审核不通过", Pending, false),
            ("pending", Pending, false),
            ("", Pending, false),
        ];
        for (word, status, known) in table {
            assert_eq!(Status::from_legacy_word(word), LegacyStatus { status, known }, "{word:?}");
        }
    }

    #[test]
    fn feedback_is_trimmed_bounded_and_never_empty() {
        assert_eq!(Feedback::new(" 请重传照片\r\n谢谢 ").unwrap().as_str(), "请重传照片\n谢谢");
        assert_eq!(Feedback::new(" \u{3000}\n"), Err(FeedbackProblem::Empty));
        assert_eq!(Feedback::new("a\0b"), Err(FeedbackProblem::Forbidden));
        assert_eq!(Feedback::new(&"字".repeat(501)), Err(FeedbackProblem::TooLong(501)));
        assert!(Feedback::new(&"字".repeat(500)).is_ok());
        assert!(FeedbackProblem::TooLong(501).to_string().contains("500 个字，现有 501"));
    }
}

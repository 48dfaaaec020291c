//! 审核状态: which states an application has and which steps lead from one to the next.

mod feedback;

use crate::domain::word::words;
pub use feedback::{Feedback, FeedbackProblem};

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
    /// Only a decision can be taken back.
    #[error("only a decided application can be reopened")]
    NotDecided,
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

    /// Another reviewer takes the decision back.
    pub const fn reopen(self) -> Result<Self, Refused> {
        match self {
            Self::Approved | Self::Rejected => Ok(Self::Pending),
            Self::Pending => Err(Refused::NotDecided),
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

#[cfg(test)]
mod tests;

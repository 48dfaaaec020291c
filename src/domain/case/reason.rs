//! Why an application is refused: reasons of a library, in words for staff and for the applicant; and what staff write to one another.

use serde::{Deserialize, Serialize};

use crate::domain::application::{Feedback, FeedbackProblem};
use crate::domain::form::Field;
use crate::domain::form::text::has_forbidden;

/// A reason of the library, in one version: a decision keeps it as it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    pub code: String,
    pub version: i32,
    /// The field of the form that it is about.
    pub field: Option<Field>,
    /// The applicant can put it right and submit again.
    pub correctable: bool,
    pub for_staff: String,
    pub for_citizen: String,
}

/// 审核结果反馈: the words of every reason, one a line.
///
/// # Errors
/// There is no reason, or more than can be told at once.
pub fn feedback(reasons: &[Reason]) -> Result<Feedback, FeedbackProblem> {
    Feedback::new(&reasons.iter().map(|reason| reason.for_citizen.as_str()).collect::<Vec<_>>().join("\n"))
}

/// What staff write to one another; never shown to citizens.
#[derive(Clone, PartialEq, Eq)]
pub struct Comment(String);

impl Comment {
    /// In characters.
    pub const LONGEST: usize = 500;

    /// `None`: blank.
    ///
    /// # Errors
    /// Longer than [`Self::LONGEST`], or with control characters other than line breaks, those of direction among them.
    pub fn new(text: &str) -> Result<Option<Self>, CommentProblem> {
        let text = text.trim().replace("\r\n", "\n");
        if text.is_empty() {
            return Ok(None);
        }
        if text.chars().count() > Self::LONGEST {
            return Err(CommentProblem::TooLong);
        }
        if text.lines().any(has_forbidden) { Err(CommentProblem::Control) } else { Ok(Some(Self(text))) }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Comment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Comment(…)")
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommentProblem {
    TooLong,
    Control,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_is_trimmed_and_bounded() {
        let read = |text: &str| Comment::new(text).map(|comment| comment.map(|comment| comment.as_str().to_owned()));
        assert_eq!(read("  \r\n "), Ok(None));
        assert_eq!(read(" 照片\r\n不清楚 "), Ok(Some("照片\n不清楚".to_owned())));
        for odd in ["a\u{7}", "a\u{202e}b", "a\rb"] {
            assert_eq!(read(odd), Err(CommentProblem::Control));
        }
        assert_eq!(read(&"长".repeat(Comment::LONGEST + 1)), Err(CommentProblem::TooLong));
        assert!(read(&"长".repeat(Comment::LONGEST)).is_ok());
    }
}

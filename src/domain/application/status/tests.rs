#![allow(clippy::unwrap_used)]
use super::*;
use Refused::{NotDecided, NotPending, ReadOnly};
use Status::{Approved, Pending, Rejected};

#[test]
fn every_step_from_every_state_is_settled() {
    let why = Feedback::new("照片不清").unwrap();
    let table = [
        (Pending, Ok(Pending), Ok(Approved), Ok(Rejected), Err(NotDecided)),
        (Rejected, Ok(Pending), Err(NotPending), Err(NotPending), Ok(Pending)),
        (Approved, Err(ReadOnly), Err(NotPending), Err(NotPending), Ok(Pending)),
    ];
    for (state, edited, approved, rejected, reopened) in table {
        assert_eq!(state.edit(), edited, "edit {state:?}");
        assert_eq!(state.approve(), approved, "approve {state:?}");
        assert_eq!(state.reject(&why), rejected, "reject {state:?}");
        assert_eq!(state.reopen(), reopened, "reopen {state:?}");
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

//! 审核: an application on its way through the levels of review. A city recommends, the province decides; the second is another person.
//!
//! Sources: both manuals (等待审核, 审核通过, 审核未过, 审核结果反馈); what a city and the province do, after DFE-Digital/apply-for-qualified-teacher-status
//! (assessor and reviewer) and unboxed/bops (recommendation and review).

mod difference;
mod hold;
mod level;
mod reason;
mod step;
mod urgency;

pub use difference::{Compared, Likeness, compare};
pub use hold::{Hold, HoldProblem};
pub use level::{Level, Levels, responsible_city};
pub use reason::{Comment, CommentProblem, Reason, feedback};
pub use step::{Act, Outcome, Recommendation, Standing, Step, Unfit, step};
pub use urgency::{Terms, Urgency};

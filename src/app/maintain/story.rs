//! What staff did with an application, as its owner reads it: steps and days, reasons at their fields, and nobody's name.

use chrono::{DateTime, Utc};

use crate::app::AppError;
use crate::app::review::reasons_of;
use crate::app::tx::Tx;
use crate::db::cases::{Act, ActWord};
use crate::domain::application::Status;
use crate::domain::case::{Level, Reason};
use crate::ids::ApplicationId;

/// Empty for an old application that was never edited here.
#[derive(Clone, Debug, Default)]
pub struct Story {
    /// Oldest first.
    pub steps: Vec<Step>,
    /// Where it waits; `None`: it does not.
    pub waits_at: Option<Level>,
    /// Of the refusal, while it stands.
    pub reasons: Vec<Reason>,
}

/// Something that its owner may know of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    pub at: DateTime<Utc>,
    pub what: StepWord,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepWord {
    Submitted,
    Edited,
    /// A city has recommended; what, its owner is not told.
    Examined,
    Approved,
    Rejected,
    /// The province decides again.
    Reopened,
}

impl StepWord {
    /// Notes, holds, and what goes back and forth between staff, is theirs.
    const fn of(act: ActWord) -> Option<Self> {
        match act {
            ActWord::Entered => Some(Self::Submitted),
            ActWord::Edited => Some(Self::Edited),
            ActWord::RecommendApproval | ActWord::RecommendRefusal => Some(Self::Examined),
            ActWord::Approved => Some(Self::Approved),
            ActWord::Rejected => Some(Self::Rejected),
            ActWord::Reopened => Some(Self::Reopened),
            ActWord::Returned | ActWord::TakenOver | ActWord::Held | ActWord::Resumed | ActWord::Noted => None,
        }
    }
}

impl Story {
    /// Of an application, in this version and state.
    pub(super) fn of(tx: &mut Tx<'_>, id: ApplicationId, version: i32, status: Status) -> Result<Self, AppError> {
        if version == 0 {
            return Ok(Self::default());
        }
        let acts = Act::of_case(tx.conn, id)?;
        let refused = acts.iter().rev().find(|act| act.act == ActWord::Rejected);
        let refused = refused.filter(|_| status == Status::Rejected);
        let step = |act: &Act| StepWord::of(act.act).map(|what| Step { at: act.at, what });
        Ok(Self {
            steps: acts.iter().filter_map(step).collect(),
            waits_at: acts.last().filter(|_| status == Status::Pending).map(|_| level(&acts)),
            reasons: refused.map(reasons_of).transpose()?.unwrap_or_default(),
        })
    }
}

/// Where it waits after what was done.
fn level(acts: &[Act]) -> Level {
    acts.iter().fold(Level::City, |before, act| match act.act {
        ActWord::Entered | ActWord::Edited | ActWord::Reopened => act.level,
        ActWord::RecommendApproval | ActWord::RecommendRefusal => Level::Province,
        ActWord::Returned => Level::City,
        _ => before,
    })
}

//! What an answer to an application leads to: one function over where it stands, who answers, and what.

use super::level::Level;
use crate::domain::word::words;
use crate::ids::StaffId;

words! {
    /// What a reviewer answers.
    pub enum Outcome {
        Approve = "approve",
        Reject = "reject",
        /// Back to the city, with a comment.
        Return = "return",
    }
}

/// What a city recommends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recommendation {
    pub by: StaffId,
    pub approve: bool,
}

/// Where an application that waits stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    pub level: Level,
    /// Stands at the province only, and only where a city was asked.
    pub recommendation: Option<Recommendation>,
}

/// One answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Act {
    pub by: StaffId,
    pub outcome: Outcome,
    /// Reasons of the library are named.
    pub has_reasons: bool,
    /// A comment for the other level is written.
    pub has_comment: bool,
}

/// What an answer leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The province is next.
    Recommend { approve: bool },
    /// The applicant is told.
    Decide { approve: bool },
    /// The city is next, again.
    Return,
}

/// Why an answer cannot be taken so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// Whoever recommends does not decide.
    OwnRecommendation,
    /// A refusal has a reason of the library.
    ReasonNeeded,
    /// An approval has none.
    ReasonsWithApproval,
    /// Whoever returns it, or decides otherwise than was recommended, says why.
    CommentNeeded,
    /// Nobody recommended anything.
    NothingToReturn,
    /// Their words are more than 审核结果反馈 holds.
    TooManyReasons,
}

/// Applies an answer.
///
/// # Errors
/// What is missing or contradictory in it, the person before the words.
pub fn step(standing: Standing, act: Act) -> Result<Step, Unfit> {
    let recommendation = standing.recommendation;
    if recommendation.is_some_and(|recommendation| recommendation.by == act.by) {
        return Err(Unfit::OwnRecommendation);
    }
    let approve = match act.outcome {
        Outcome::Return => {
            return match (recommendation, act.has_comment) {
                (None, _) => Err(Unfit::NothingToReturn),
                (_, false) => Err(Unfit::CommentNeeded),
                (Some(_), true) => Ok(Step::Return),
            };
        }
        Outcome::Approve if act.has_reasons => return Err(Unfit::ReasonsWithApproval),
        Outcome::Reject if !act.has_reasons => return Err(Unfit::ReasonNeeded),
        outcome => outcome == Outcome::Approve,
    };
    if standing.level == Level::City {
        return Ok(Step::Recommend { approve });
    }
    let changes = recommendation.is_some_and(|recommendation| recommendation.approve != approve);
    if changes && !act.has_comment { Err(Unfit::CommentNeeded) } else { Ok(Step::Decide { approve }) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Outcome::{Approve, Reject, Return};

    #[test]
    fn a_city_recommends_and_the_province_decides() {
        let [city, province] = [StaffId::generate(), StaffId::generate()];
        let at_city = Standing { level: Level::City, recommendation: None };
        let alone = Standing { level: Level::Province, recommendation: None };
        let after =
            |approve| Standing { level: Level::Province, recommendation: Some(Recommendation { by: city, approve }) };
        // where it stands, who, outcome, reasons, comment, what follows
        for (standing, by, outcome, has_reasons, has_comment, expected) in [
            (at_city, city, Approve, false, false, Ok(Step::Recommend { approve: true })),
            (at_city, city, Reject, true, false, Ok(Step::Recommend { approve: false })),
            (at_city, city, Reject, false, true, Err(Unfit::ReasonNeeded)),
            (at_city, city, Approve, true, false, Err(Unfit::ReasonsWithApproval)),
            (at_city, city, Return, false, true, Err(Unfit::NothingToReturn)),
            (after(true), province, Approve, false, false, Ok(Step::Decide { approve: true })),
            (after(true), province, Reject, true, false, Err(Unfit::CommentNeeded)),
            (after(true), province, Reject, true, true, Ok(Step::Decide { approve: false })),
            (after(false), province, Approve, false, false, Err(Unfit::CommentNeeded)),
            (after(false), province, Approve, false, true, Ok(Step::Decide { approve: true })),
            (after(false), province, Reject, true, false, Ok(Step::Decide { approve: false })),
            (after(true), province, Return, false, false, Err(Unfit::CommentNeeded)),
            (after(true), province, Return, false, true, Ok(Step::Return)),
            (after(true), city, Approve, false, false, Err(Unfit::OwnRecommendation)),
            (after(true), city, Return, false, true, Err(Unfit::OwnRecommendation)),
            (alone, province, Approve, false, false, Ok(Step::Decide { approve: true })),
            (alone, province, Reject, true, false, Ok(Step::Decide { approve: false })),
            (alone, province, Return, false, true, Err(Unfit::NothingToReturn)),
        ] {
            let act = Act { by, outcome, has_reasons, has_comment };
            assert_eq!(step(standing, act), expected, "{standing:?} {act:?}");
        }
    }
}

//! L5: when a pair of person and account needs a review task, and when not again.

use chrono::{DateTime, Utc};

use super::Kind;

/// The history of a person and an account.
#[derive(Clone, Debug, Default)]
pub struct History {
    /// Whether they are linked, and whether the link is frozen.
    pub standing: Option<Standing>,
    /// The last undoing of their link.
    pub undone: Option<Undone>,
    /// The tasks about the pair: when each was answered, `None` where it is open.
    pub answers: Vec<Option<DateTime<Utc>>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    Shown,
    /// The citizen said that the account is not theirs, which has a task of its own.
    Frozen,
}

#[derive(Clone, Copy, Debug)]
pub struct Undone {
    pub at: DateTime<Utc>,
    pub by_answer: bool,
}

impl History {
    /// The kind of task to open, if any. A frozen pair has its own task; what a reviewer has answered since the pair was last undone, or
    /// undone by an answer, is not asked again.
    pub fn question(&self) -> Option<Kind> {
        match (self.standing, self.undone) {
            (Some(Standing::Frozen), _) => return None,
            (None, Some(undone)) if undone.by_answer => return None,
            _ => {}
        }
        let stands = self.standing.is_some();
        let settles = |answered: &Option<DateTime<Utc>>| match answered {
            None => true,
            Some(at) => !stands && self.undone.is_none_or(|undone| undone.at <= *at),
        };
        if self.answers.iter().any(settles) {
            return None;
        }
        Some(if stands { Kind::AccountChanged } else { Kind::AccountTaken })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hour(hour: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + chrono::Duration::hours(hour)
    }

    const fn undone(at: DateTime<Utc>, by_answer: bool) -> Undone {
        Undone { at, by_answer }
    }

    #[test]
    fn staff_are_asked_once_and_again_only_after_something_new() {
        use Kind::{AccountChanged, AccountTaken};
        use Standing::{Frozen, Shown};
        for (case, standing, undone, answers, question) in [
            ("never asked, never linked", None, None, vec![], Some(AccountTaken)),
            ("linked, and the row changed", Some(Shown), None, vec![], Some(AccountChanged)),
            ("frozen", Some(Frozen), None, vec![], None),
            ("open already", None, None, vec![None], None),
            ("open about the link that stands", Some(Shown), None, vec![None], None),
            ("answered, never linked", None, None, vec![Some(hour(1))], None),
            (
                "answered long ago, linked since, and the row changed",
                Some(Shown),
                None,
                vec![Some(hour(1))],
                Some(AccountChanged),
            ),
            ("undone by staff, nobody asked", None, Some(undone(hour(2), false)), vec![], Some(AccountTaken)),
            ("undone by an answer", None, Some(undone(hour(2), true)), vec![], None),
            (
                "answered before it was undone",
                None,
                Some(undone(hour(2), false)),
                vec![Some(hour(1))],
                Some(AccountTaken),
            ),
            ("answered after it was undone", None, Some(undone(hour(2), false)), vec![Some(hour(3))], None),
            (
                "undone by an answer, linked again, row changed",
                Some(Shown),
                Some(undone(hour(2), true)),
                vec![],
                Some(AccountChanged),
            ),
        ] {
            assert_eq!(History { standing, undone, answers }.question(), question, "{case}");
        }
    }
}

//! L5: when reviewers are asked about a pair of person and account, and when not again.

use chrono::{DateTime, Utc};

use super::Kind;

/// What happened between a person and an account so far.
#[derive(Clone, Debug, Default)]
pub struct History {
    /// Whether their link stands, and is frozen.
    pub standing: Option<Standing>,
    /// The undoing of their link that came last.
    pub undone: Option<Undone>,
    /// The questions about the pair: when each was answered, `None` where it is open.
    pub answers: Vec<Option<DateTime<Utc>>>,
}

/// A link that stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Shown to its person.
    Shown,
    /// The citizen said that it is not theirs: that has a question of its own.
    Frozen,
}

/// The undoing of a link.
#[derive(Clone, Copy, Debug)]
pub struct Undone {
    /// When.
    pub at: DateTime<Utc>,
    /// Whether a reviewer's answer did it.
    pub by_answer: bool,
}

impl History {
    /// What the reviewers are asked, if anything. A frozen pair has its own question; what a reviewer has answered since the pair was last
    /// undone, or undone by an answer, is not asked again.
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

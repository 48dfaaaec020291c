//! Who made or undid a link, or answered a task: a value, with one place that writes and reads its stored text.

use serde::{Serialize, Serializer};
use std::borrow::Cow;
use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

const SIGN_IN: &str = "sign-in";
const CITIZEN: &str = "citizen";
const PROOF: &str = "proof";
const REQUEST: &str = "request";
/// The prefix of a task's number.
const TASK: &str = "task ";
/// The prefix of a staff name that would otherwise be read as another actor.
const STAFF: &str = "staff:";

/// Who made a link, or undid it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkActor {
    /// The rules, at a sign-in.
    SignIn,
    /// The rules, after a citizen's request.
    Citizen,
    /// The old password, or the rules after it.
    Proof,
    /// The rules, after a request for manual verification.
    Request,
    /// A reviewer's answer: the task's number.
    Task(i64),
    /// A member of staff, by account name.
    Staff(String),
}

impl LinkActor {
    pub fn word(&self) -> Cow<'_, str> {
        match self {
            Self::SignIn => SIGN_IN.into(),
            Self::Citizen => CITIZEN.into(),
            Self::Proof => PROOF.into(),
            Self::Request => REQUEST.into(),
            Self::Task(number) => format!("{TASK}{number}").into(),
            // Most rows store a bare name.
            Self::Staff(name) if Self::read(name) == Self::Staff(name.clone()) => name.into(),
            Self::Staff(name) => format!("{STAFF}{name}").into(),
        }
    }

    /// Reads the text of a column: a text that is no other actor is a staff name.
    fn read(text: &str) -> Self {
        match text {
            SIGN_IN => Self::SignIn,
            CITIZEN => Self::Citizen,
            PROOF => Self::Proof,
            REQUEST => Self::Request,
            _ => {
                task(text).map_or_else(|| Self::Staff(text.strip_prefix(STAFF).unwrap_or(text).to_owned()), Self::Task)
            }
        }
    }

    pub const fn is_task(&self) -> bool {
        matches!(self, Self::Task(_))
    }
}

/// The number of `task 12`, written as this program writes it.
fn task(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(TASK)?;
    digits.parse().ok().filter(|number: &i64| number.to_string() == digits)
}

impl fmt::Display for LinkActor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.word())
    }
}

impl FromStr for LinkActor {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self::read(text))
    }
}

impl Serialize for LinkActor {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.word())
    }
}

#[cfg(test)]
mod tests {
    use super::LinkActor::{self, Citizen, Proof, Request, SignIn, Staff, Task};
    use proptest::prelude::*;

    #[test]
    fn the_stored_texts_stay_as_they_are() {
        let staff = |name: &str| Staff(name.to_owned());
        for (text, actor) in [
            ("sign-in", SignIn),
            ("citizen", Citizen),
            ("proof", Proof),
            ("request", Request),
            ("task 12", Task(12)),
            ("li", staff("li")),
            ("uid:0", staff("uid:0")),
            ("task twelve", staff("task twelve")),
            ("task 012", staff("task 012")),
            // Names that would otherwise be read as another actor.
            ("staff:proof", staff("proof")),
            ("staff:task 12", staff("task 12")),
            ("staff:staff:li", staff("staff:li")),
        ] {
            assert_eq!((actor.to_string().as_str(), text.parse()), (text, Ok(actor)));
        }
    }

    proptest! {
        #[test]
        fn a_name_is_never_read_as_anything_else(name in "(staff:|task |proof|[a-z0-9 ]){0,3}") {
            let actor = Staff(name);
            prop_assert_eq!(actor.to_string().parse::<LinkActor>(), Ok(actor));
        }

        #[test]
        fn every_tasks_number_is_read_back(number: i64) {
            prop_assert_eq!(Task(number).to_string().parse::<LinkActor>(), Ok(Task(number)));
        }
    }
}

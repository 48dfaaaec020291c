//! Who made or undid a link, or answered a task: a value, with one place that writes and reads its stored text.

use serde::{Serialize, Serializer};
use std::borrow::Cow;
use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

const SIGN_IN: &str = "sign-in";
const ACCOUNT: &str = "account";
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
    /// The password of an account, at a sign-in by it.
    Account,
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
            Self::Account => ACCOUNT.into(),
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
            ACCOUNT => Self::Account,
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
mod tests;

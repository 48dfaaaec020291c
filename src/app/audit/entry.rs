//! One entry of the audit log: what happened, whose act it was, and what it is about.

use std::fmt;

use super::event::Event;
use crate::ids::{AccountId, ApplicationId, LinkId, PersonId, TaskId};

/// One entry of the log.
#[derive(Clone, Debug)]
pub struct Entry {
    pub event: Event,
    /// Who did it.
    pub actor: Actor,
    pub about: About,
}

impl Entry {
    /// What a citizen did with an application of theirs.
    pub fn of_citizen(event: Event, person: PersonId, application: ApplicationId) -> Self {
        let about = About { person: Some(person), application: Some(application), ..About::default() };
        Self { event, actor: Actor::Citizen, about }
    }
}

/// Whose act it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// The rules, while somebody signed in.
    SignIn,
    /// The signed-in citizen named in [`About`].
    Citizen,
    /// A member of staff, by account name.
    Staff(String),
    /// The import of legacy data.
    Import,
    /// This program itself.
    Service,
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SignIn => f.write_str("sign-in"),
            Self::Citizen => f.write_str("citizen"),
            Self::Staff(name) => write!(f, "staff:{name}"),
            Self::Import => f.write_str("import"),
            Self::Service => f.write_str("service"),
        }
    }
}

/// What an event is about; whatever does not apply stays `None`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct About {
    pub person: Option<PersonId>,
    pub account: Option<AccountId>,
    pub link: Option<LinkId>,
    pub task: Option<TaskId>,
    pub application: Option<ApplicationId>,
}

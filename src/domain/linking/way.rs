//! By which door somebody came in.

use serde::{Deserialize, Serialize};

use super::{Door, Subject};
use crate::ids::AccountId;

/// How a visitor signed in: what a session, a proof and the audit log are bound to.
///
/// Flattened into what holds it; a portal's account stands there under the name that it had when there was no other way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Way {
    /// By the portal, with this account there: the portal vouches for who it is.
    #[serde(rename = "subject")]
    Portal(Subject),
    /// By the password of an old or registered account: nothing but knowledge of it.
    #[serde(rename = "account")]
    Account(AccountId),
}

impl Way {
    /// The portal's account, where it was the portal.
    pub const fn subject(&self) -> Option<&Subject> {
        match self {
            Self::Portal(subject) => Some(subject),
            Self::Account(_) => None,
        }
    }

    /// The door of the person who comes so.
    pub const fn door(&self) -> Door {
        match self {
            Self::Portal(_) => Door::Portal,
            Self::Account(_) => Door::Account,
        }
    }

    /// As pages and reports name it.
    pub fn as_str(&self) -> &'static str {
        self.door().as_str()
    }
}

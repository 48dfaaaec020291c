//! Accounts as a way in: sign-in by password, registration, recovery, and what their owners change (LINKING.md A1-A9, 局部版手册).
//!
//! An account is opened by what was chosen here, else by what was imported ([`Credentials`]). Whose data it reaches is [`decide`]'s to say.
//!
//! [`decide`]: crate::domain::linking::decide
//! [`Credentials`]: crate::db::account_credentials::Credentials

mod address;
mod check;
mod confirm;
mod desk;
mod enter;
mod known;
mod link;
mod open;
mod password;
mod pending;
mod profile;
mod recover;
mod register;
mod renewal;
mod session;

use crate::ids::{AccountId, PersonId};

pub use check::{Checked, Detail};
pub use confirm::Confirmed;
pub use desk::{FoundAccount, Issued, find};
pub use known::{Registered, accounts_under, counting_as_one, is_known, lockout_key, register};
pub use open::DoorAnswer;
pub use password::{ChangedPassword, Owner};
pub use pending::Unconfirmed;
pub use profile::Profile;
pub use recover::Recovered;
pub use register::{Registering, Registration};
pub use session::OpenDoor;

pub(in crate::app) use enter::Entering;

/// What a session by an account begins with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    pub person: PersonId,
    /// As the account bears it, for the header.
    pub name: String,
    /// The first sign-in of this person ends on 承接清单.
    pub first: bool,
    /// The account whose password was right.
    pub account: AccountId,
}

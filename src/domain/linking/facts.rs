//! What a decision depends on: the identity, persons with their aliases, accounts.

use chrono::NaiveDate;

use crate::domain::document;
use crate::ids::{AccountId, AliasId, PersonId};

use super::identity::Identity;
use super::words::Rule;

/// One (number, name) pair.
#[derive(Clone, Debug)]
pub struct Alias {
    pub number: document::Number,
    /// The name as given.
    pub name: String,
    /// Set where the pair came from a proof or a reviewer and not from the portal: a link that needs the pair is undone with it.
    pub granted: Option<AliasId>,
}

/// A person with the pairs proven to be theirs.
#[derive(Clone, Debug)]
pub struct Person {
    pub id: PersonId,
    pub aliases: Vec<Alias>,
}

/// One account of an old system, found by the number of the identity or of an alias.
#[derive(Clone, Debug)]
pub struct Account {
    pub id: AccountId,
    /// `system:key`.
    pub label: String,
    /// The number as imported, or as typed at the registration.
    pub number: document::Number,
    /// The name as imported.
    pub name: String,
    /// Whether the account is linked.
    pub state: AccountState,
}

/// Whether an account is linked, as seen from the person who signs in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AccountState {
    Free,
    /// To this person, by this rule.
    Linked {
        person: PersonId,
        /// The rule stored with the link.
        rule: Rule,
        /// Whether a later import changed the row's number or name since it was linked.
        changed: bool,
    },
    /// Its password leads to another account's person, seen from an account's person: open to proof, and nobody's equal. For whoever comes through
    /// the portal such an account is free.
    Opened {
        by: PersonId,
    },
    /// The link between this person and the account was undone or frozen: only a reviewer may link them again.
    Barred {
        person: PersonId,
    },
}

/// What somebody comes with.
#[derive(Clone, Debug)]
pub enum Claim {
    /// What the portal vouches for.
    Portal(Identity),
    /// The password of an account.
    Account(Opened),
}

/// The account whose password was right, or which its person opened before.
#[derive(Clone, Debug)]
pub struct Opened {
    /// One of [`Facts::accounts`].
    pub account: AccountId,
    /// Old systems whose accounts were one account (`access.shared_systems`).
    pub shared_systems: Vec<String>,
}

/// Everything a decision depends on.
#[derive(Clone, Debug)]
pub struct Facts {
    pub claim: Claim,
    /// `portal.minimum_level`.
    pub minimum_level: i32,
    /// Today in China: birth dates after it are impossible.
    pub today: NaiveDate,
    /// The person this (issuer, subject) belongs to, and the number the portal vouched for at that time. For an account the person whose it is
    /// already, and the account's number.
    pub known: Option<(Person, document::Number)>,
    /// Everyone who has an alias under the identity's number; read only where the subject is not known.
    pub holders: Vec<Person>,
    /// The aliases of everyone else whom a portal vouched for, under any number of the person who signs in.
    pub rivals: Vec<Alias>,
    /// Every account under the number of the identity or of an alias of `known` or `holders`, and every account linked to
    /// the person who signs in.
    pub accounts: Vec<Account>,
}

impl Account {
    /// The system of an account that was registered here and not imported: only what somebody typed. No import may bear its name.
    pub const REGISTERED: &'static str = "registered";

    pub fn system(&self) -> &str {
        self.label.split_once(':').map_or(self.label.as_str(), |(system, _)| system)
    }

    pub fn is_registered(&self) -> bool {
        self.system() == Self::REGISTERED
    }
}

impl Facts {
    /// What the portal vouches for; `None` where nobody is vouched for.
    pub const fn identity(&self) -> Option<&Identity> {
        match &self.claim {
            Claim::Portal(identity) => Some(identity),
            Claim::Account(_) => None,
        }
    }
}

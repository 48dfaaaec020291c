//! What a comparison looked at: stored, sealed, with every link (DESIGN.md §4.2).

use serde::{Deserialize, Serialize};
use std::fmt;

use super::{Account, Alias, Subject};
use crate::domain::document::{Number, Relation as NumberRelation, Upgrade};
use crate::domain::name::{self, Relation};

/// What was done to one side before it equalled the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Transformation {
    /// A 15-digit number was upgraded to 18.
    Upgrade15To18,
    /// A 15-digit number was upgraded, with a sequence (996-999) that leaves the century open.
    Upgrade15To18Ambiguous,
    /// Names were compared by their fold keys.
    NameFolded,
    /// A placeholder was allowed to stand for lost characters.
    NameUnclear,
    NameDiffers,
}

/// Both sides of a comparison. Holds personal data: it is stored sealed and never printed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// `system:key`.
    pub account: String,
    /// The account's canonical number.
    pub account_number: String,
    /// The account's name as imported.
    pub account_name: String,
    /// The alias's canonical number; empty where the link is kept although no alias fits any more.
    pub alias_number: String,
    pub alias_name: String,
    /// What made the two sides equal, or kept them apart.
    pub transformations: Vec<Transformation>,
    /// The portal account of the sign-in, where the link was made during one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub portal: Option<Subject>,
}

impl Evidence {
    pub(super) fn of(account: &Account, alias: &Alias) -> Self {
        let upgrade = match account.number.relation(&alias.number) {
            NumberRelation::Same(Upgrade::From15) => Some(Transformation::Upgrade15To18),
            NumberRelation::Same(Upgrade::From15Ambiguous) => Some(Transformation::Upgrade15To18Ambiguous),
            _ => None,
        };
        let name = match name::relation(&account.name, &alias.name) {
            Relation::Same => None,
            Relation::Folded => Some(Transformation::NameFolded),
            Relation::Unclear => Some(Transformation::NameUnclear),
            Relation::Different => Some(Transformation::NameDiffers),
        };
        Self {
            alias_number: alias.number.canonical().to_owned(),
            alias_name: alias.name.clone(),
            transformations: upgrade.into_iter().chain(name).collect(),
            ..Self::none(account)
        }
    }

    /// Whether the account's row still has the number and name that were linked.
    pub fn describes(&self, number: &Number, name: &str) -> bool {
        let same_name = self.account_name.trim() == name.trim()
            || matches!(name::relation(&self.account_name, name), Relation::Same | Relation::Folded);
        self.account_number == number.canonical() && same_name
    }

    pub(super) fn none(account: &Account) -> Self {
        Self {
            account: account.label.clone(),
            account_number: account.number.canonical().to_owned(),
            account_name: account.name.clone(),
            alias_number: String::new(),
            alias_name: String::new(),
            transformations: Vec::new(),
            portal: None,
        }
    }
}

impl fmt::Debug for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Evidence")
            .field("account", &self.account)
            .field("transformations", &self.transformations)
            .finish_non_exhaustive()
    }
}

//! 人工核实: the tasks for reviewers, and the grounds of each.

mod again;
mod grounds;

use super::name;
use super::word::words;

pub use again::{History, Standing, Undone};
pub use grounds::{Basis, Grounds, MOST_OF_A_SORT};

words! {
    pub enum Kind {
        /// R1: the portal vouches for another number than before. Is it the same human?
        NumberChanged = "number_changed",
        /// R2: another subject under the number of a person. Is it the same human?
        NumberTaken = "number_taken",
        /// L5: the account fits, and is another person's, fits another as well, or was undone for this one. Is it theirs?
        AccountTaken = "account_taken",
        /// A later import changed the number or name of a linked account's row. Is it still theirs?
        AccountChanged = "account_changed",
        /// An account under another number, claimed by number and old password. Is it theirs?
        Claim = "claim",
        /// The citizen states what is missing. Is it theirs?
        Request = "request",
        /// The citizen says that a linked account is not theirs. Is that so?
        NotMine = "not_mine",
        /// A later import changed an old application that its owner edited here. Which of the old system's changes are to be adopted?
        ApplicationChanged = "application_changed",
    }
}

impl Kind {
    /// The kind of an open task about a pair when another kind is raised about it: that an account is not theirs takes precedence over
    /// everything, and a right password over a request.
    #[must_use]
    pub const fn with(self, further: Self) -> Self {
        match (self, further) {
            (_, Self::NotMine) => Self::NotMine,
            (Self::Request, Self::Claim) => Self::Claim,
            (kind, _) => kind,
        }
    }

    /// What approving and refusing mean, for the reviewer.
    pub const fn meaning(self) -> (&'static str, &'static str) {
        match self {
            Self::NumberChanged => (
                "同一人，证件号码已变更：接受新号码，原业务数据仍归其名下",
                "不是同一人：该门户账户与原使用人脱离，下次登录按新用户处理",
            ),
            Self::NumberTaken => {
                ("同一人：该门户账户并入已有使用人", "不是同一人：该门户账户成为新的使用人，不得到已有使用人的任何数据")
            }
            Self::AccountTaken | Self::AccountChanged => {
                ("原账户属于该使用人：关联（原有关联先撤销）", "原账户不属于该使用人：不关联")
            }
            Self::Claim | Self::Request => {
                ("属于该使用人：关联原账户，或承认证书上的姓名和号码", "不能认定属于该使用人：不关联")
            }
            Self::NotMine => ("确实不是本人的：撤销关联", "是本人的：解除冻结"),
            Self::ApplicationChanged => {
                ("已按旧系统的变化处理完毕：本系统中的申请不因此改动", "旧系统的变化无须处理：本系统中的申请不变")
            }
        }
    }
}

words! {
    /// The state of a task; the word stands in `data-status` too.
    pub enum Status {
        Open = "open",
        Approved = "approved",
        Refused = "refused",
    }
}

words! {
    /// How the name of a claimed account compares with the person's: the best of all pairs.
    pub enum NameMatch {
        /// Equal as stored.
        Same = "same",
        /// Equal after folding.
        Folded = "folded",
        /// Equal except for lost characters.
        Unclear = "unclear",
        /// Another name: the claim is flagged.
        Different = "different",
    }
}

impl NameMatch {
    /// Compares an account's name with every name of a person.
    pub fn best<'a>(account: &str, names: impl Iterator<Item = &'a str>) -> Self {
        let relation = |name| match name::relation(account, name) {
            name::Relation::Same => Self::Same,
            name::Relation::Folded => Self::Folded,
            name::Relation::Unclear => Self::Unclear,
            name::Relation::Different => Self::Different,
        };
        names.map(relation).min().unwrap_or(Self::Different)
    }
}

#[cfg(test)]
mod tests;

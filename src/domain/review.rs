//! 人工核实: the tasks for reviewers, and the grounds of each.

use serde::{Deserialize, Serialize};

use super::document::DocumentType;
use super::linking::Evidence;
use super::name;
use super::word::words;

mod again;

pub use again::{History, Standing, Undone};

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
                "不是同一人：该门户账号与原使用人脱离，下次登录按新用户处理",
            ),
            Self::NumberTaken => {
                ("同一人：该门户账号并入已有使用人", "不是同一人：该门户账号成为新的使用人，不得到已有使用人的任何数据")
            }
            Self::AccountTaken | Self::AccountChanged => {
                ("原账号属于该使用人：关联（原有关联先撤销）", "原账号不属于该使用人：不关联")
            }
            Self::Claim | Self::Request => {
                ("属于该使用人：关联原账号，或承认证书上的姓名和号码", "不能认定属于该使用人：不关联")
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

/// One ground of a task. Holds personal data: stored sealed, shown to reviewers only.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "basis", rename_all = "snake_case")]
pub enum Basis {
    /// What the portal vouches for (R1, R2).
    Portal {
        number: String,
        name: String,
        /// Where the portal gave one.
        document_type: Option<DocumentType>,
    },
    /// An account beside the alias that it was compared with (L5, changed rows, 不是我的).
    Comparison {
        evidence: Evidence,
    },
    /// A right old password for an account under another number.
    Password {
        /// The number that was typed.
        number: String,
        /// How the account's name compares with the person's.
        name: NameMatch,
    },
    /// What the citizen says is missing.
    Words {
        /// 旧证件号码.
        old_number: String,
        /// 旧姓名.
        old_name: String,
        exam: String,
        year: String,
        note: String,
    },
    /// An import changed an old application that its owner had edited here.
    Changed {
        system: String,
        /// The application's key there.
        key: String,
        /// The batch that brought the change.
        batch: String,
    },
}

/// All grounds of a task, oldest first.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Grounds {
    pub bases: Vec<Basis>,
}

/// The most grounds of one sort that are kept for one task.
pub const MOST_OF_A_SORT: usize = 10;

impl Grounds {
    pub fn of(basis: Basis) -> Self {
        Self { bases: vec![basis] }
    }

    /// Adds a ground, unless it is a duplicate. Returns whether the grounds hold it now: ten of each sort are kept, so that no sort crowds
    /// out another.
    pub fn add(&mut self, basis: Basis) -> bool {
        let sort = std::mem::discriminant(&basis);
        if self.bases.contains(&basis) {
            return true;
        }
        let has_room =
            self.bases.iter().filter(|known| std::mem::discriminant(*known) == sort).count() < MOST_OF_A_SORT;
        if has_room {
            self.bases.push(basis);
        }
        has_room
    }

    /// What the portal vouched for.
    pub fn portal(&self) -> Option<(&str, &str, Option<DocumentType>)> {
        self.bases.iter().find_map(|basis| match basis {
            Basis::Portal { number, name, document_type } => Some((&**number, &**name, *document_type)),
            _ => None,
        })
    }
}

/// Prints the kinds of the grounds, never their content.
impl std::fmt::Debug for Grounds {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Grounds").field("bases", &self.bases.len()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_of_a_persons_names_counts() {
        for (account, names, best) in [
            ("测试", &["别人", "测试"][..], NameMatch::Same),
            ("阿依•买", &["阿依·买"], NameMatch::Folded),
            ("测?", &["别人", "测试"], NameMatch::Unclear),
            ("测?", &["别人"], NameMatch::Different),
            ("测试", &[], NameMatch::Different),
        ] {
            assert_eq!(NameMatch::best(account, names.iter().copied()), best, "{account}");
        }
    }

    #[test]
    fn ten_grounds_of_a_sort_are_kept_each_once_and_none_is_printed() {
        let mut grounds = Grounds::default();
        let password = |at: usize| Basis::Password { number: format!("37010219750820331X{at}"), name: NameMatch::Same };
        for at in 0..10 {
            assert!(grounds.add(password(at)));
        }
        assert!(grounds.add(password(3)) && !grounds.add(password(10)));
        let said = String::new;
        assert!(grounds.add(Basis::Words {
            old_number: said(),
            old_name: said(),
            exam: said(),
            year: said(),
            note: said()
        }));
        assert_eq!(grounds.bases.len(), 11);
        assert!(!format!("{grounds:?}").contains("3701"));
    }
}

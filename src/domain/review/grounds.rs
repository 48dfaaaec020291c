//! What a review task rests on.

use serde::{Deserialize, Serialize};

use super::NameMatch;
use crate::domain::document::DocumentType;
use crate::domain::linking::Evidence;

/// One ground of a task. Holds personal data: stored sealed, shown to reviewers only.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "basis", rename_all = "snake_case")]
pub enum Basis {
    /// What the portal vouches for (R1, R2).
    Portal { number: String, name: String, document_type: Option<DocumentType> },
    /// An account beside the alias that it was compared with (L5, changed rows, 不是我的).
    Comparison { evidence: Evidence },
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
    /// A request that was refused, to which this one adds.
    Earlier {
        /// The number of its task.
        task: i64,
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

//! What administrators and reviewers see of links and questions. Masked, unless a full view is asked for, which is audited.

use serde::Serialize;

use crate::app::AppError;
use crate::app::audit::{self, About, Actor, Entry, Event, Viewed};
use crate::app::tx::Tx;
use crate::domain::{document, name};

mod links;
mod task_detail;
mod tasks;

pub use links::{LinkDetail, LinkLine, link, links};
pub use task_detail::{Candidate, GrantedPair, Ground, Holder, TaskDetail, task};
pub use tasks::{TaskLine, attachments, tasks};

/// Whether numbers and names are shown as they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sight {
    /// `110101********1233`, `张*`.
    Masked,
    /// As they are.
    Full,
}

impl Sight {
    fn number(self, number: &str) -> String {
        if self == Self::Full { number.to_owned() } else { document::mask(number) }
    }

    /// What a citizen typed where no number belongs: a year is shown, anything longer in digits is not.
    fn words(self, text: &str) -> String {
        let mut shown: Vec<char> = text.chars().collect();
        if self == Self::Masked {
            for run in shown.chunk_by_mut(|one, next| one.is_numeric() == next.is_numeric()) {
                if run.len() > 4 && run.iter().all(|c| c.is_numeric()) {
                    run.fill('*');
                }
            }
        }
        shown.into_iter().collect()
    }

    fn name(self, name: &str) -> String {
        if self == Self::Full { name.to_owned() } else { name::mask(name) }
    }
}

/// Who looks, and how closely.
#[derive(Clone, Debug)]
pub struct Viewer {
    /// For the audit log.
    pub by: String,
    pub sight: Sight,
}

impl Viewer {
    /// A look at full numbers is told, last of all in the transaction.
    fn tell(&self, tx: &mut Tx<'_>, what: Viewed, about: About) -> Result<(), AppError> {
        if self.sight == Sight::Full {
            let entry = Entry { event: Event::NumberViewed { what }, actor: Actor::Staff(self.by.clone()), about };
            audit::record(tx, &[entry])?;
        }
        Ok(())
    }
}

/// A number with its name.
#[derive(Clone, Debug, Serialize)]
pub struct Pair {
    /// Masked or full.
    pub number: String,
    /// Masked or full.
    pub name: String,
}

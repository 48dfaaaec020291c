//! In what a key file and a database differ, in words for operators.

use std::fmt;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Difference {
    LookUp {
        /// The database's.
        recorded: String,
        /// The key file's.
        held: String,
    },
    /// A sealing key of a known id with other bytes.
    Sealing(String),
    /// Not one sealing key that the database knows.
    NoSealing {
        /// The database's.
        recorded: Vec<String>,
        /// The key file's.
        held: Vec<String>,
    },
    /// No check values yet, and what is stored does not open.
    Unopened {
        /// Of so many stored values that were tried.
        tried: usize,
        /// So many do not open.
        failed: usize,
        /// Keys that sealed them and that the file lacks.
        missing: Vec<String>,
    },
    /// No check values yet, and stored look-up values are not what the look-up key makes of what they are of.
    Unfound {
        /// The key file's.
        held: String,
        /// Of so many stored values that were tried.
        tried: usize,
        /// So many differ.
        failed: usize,
    },
}

/// A key file that is not the database's: nothing may be written with it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the keys are not those of this database: {}", listed(.0))]
pub struct KeyMismatch(pub Vec<Difference>);

impl KeyMismatch {
    pub const NEXT_STEP: &'static str = "Name the key file that belongs to this database as vault.keys_file, or restore it from its backup; where \
         the file is right, correct database.url. Nothing was written; `buzheng doctor` looks at all of it.";
}

fn listed(differences: &[Difference]) -> String {
    differences.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LookUp { recorded, held } if recorded == held => {
                write!(f, "look-up key {held} has other bytes than the one that this database was written with")
            }
            Self::LookUp { recorded, held } => {
                write!(f, "the look-up key is {held}, and this database was written with look-up key {recorded}")
            }
            Self::Sealing(id) => {
                write!(f, "sealing key {id} has other bytes than the one that this database was written with")
            }
            Self::NoSealing { recorded, held } => write!(
                f,
                "the file holds sealing key {}, and this database was written with sealing key {}",
                held.join(", "),
                recorded.join(", ")
            ),
            Self::Unopened { tried, failed, missing } => {
                write!(f, "{failed} of {tried} stored values that were tried do not open")?;
                if !missing.is_empty() {
                    write!(f, " (sealed with sealing key {}, which the file lacks)", missing.join(", "))?;
                }
                Ok(())
            }
            Self::Unfound { held, tried, failed } => write!(
                f,
                "{failed} of {tried} stored look-up values that were tried are not made with the file's look-up key {held}"
            ),
        }
    }
}

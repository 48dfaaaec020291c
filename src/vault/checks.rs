//! Check values: what a database keeps of the keys that wrote it, so that another installation's are told before they do harm.

use std::fmt;

use super::{LookUp, Purpose, SUITE_STANDARD, Suite, Vault};

/// What is sealed, or hashed, to make a check value. Never changed.
const CONSTANT: &str = "buzheng key check";

/// Which key a check value is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyUse {
    /// A sealing key, current or former.
    Sealing,
    /// The look-up key.
    LookUp,
}

/// Tells a key from every other one, and nothing about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckValue {
    /// As the key file writes it: 8 hexadecimal digits.
    pub key_id: String,
    /// Of which use.
    pub of: KeyUse,
    /// The constant, sealed or hashed.
    pub value: Vec<u8>,
}

/// One way in which a key file is not that of a database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Difference {
    /// Another look-up key.
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
    /// What to do about it.
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

impl Vault {
    /// Of every key of the file.
    pub fn check_values(&self) -> Vec<CheckValue> {
        let sealing = self.0.sealing.iter().map(|(id, suite)| {
            let mut value = vec![SUITE_STANDARD];
            value.extend(id.to_be_bytes());
            suite.seal(Purpose::KeyCheck.label(), CONSTANT.as_bytes(), &mut value);
            CheckValue { key_id: hex_id(*id), of: KeyUse::Sealing, value }
        });
        sealing.chain([self.look_up_check()]).collect()
    }

    /// Holds the keys against what a database recorded. A sealing key that was added is no difference, as long as one of the recorded ones is
    /// there too; neither is one that was taken away: `buzheng doctor` names the rows that it sealed.
    pub fn compare(&self, recorded: &[CheckValue]) -> Result<(), KeyMismatch> {
        let of = |wanted| recorded.iter().filter(move |check| check.of == wanted);
        let held = self.sealing_ids();
        let mut differences = Vec::new();
        let own = self.look_up_check();
        if let Some(other) = of(KeyUse::LookUp).find(|check| check.value != own.value) {
            differences.push(Difference::LookUp { recorded: other.key_id.clone(), held: own.key_id });
        }
        let known: Vec<_> = of(KeyUse::Sealing).filter(|check| held.contains(&check.key_id)).collect();
        let differing = known
            .iter()
            .filter(|check| self.open(Purpose::KeyCheck, &check.value).ok().as_deref() != Some(CONSTANT.as_bytes()));
        differences.extend(differing.map(|check| Difference::Sealing(check.key_id.clone())));
        let recorded: Vec<_> = of(KeyUse::Sealing).map(|check| check.key_id.clone()).collect();
        if known.is_empty() && !recorded.is_empty() {
            differences.push(Difference::NoSealing { recorded, held });
        }
        if differences.is_empty() { Ok(()) } else { Err(KeyMismatch(differences)) }
    }

    /// The ids of the sealing keys, the current one first.
    pub fn sealing_ids(&self) -> Vec<String> {
        self.0.sealing.iter().map(|(id, _)| hex_id(*id)).collect()
    }

    /// The id of the look-up key.
    pub fn look_up_id(&self) -> String {
        hex_id(self.0.look_up_id)
    }

    fn look_up_check(&self) -> CheckValue {
        CheckValue { key_id: self.look_up_id(), of: KeyUse::LookUp, value: self.look_up(LookUp::KeyCheck, &[CONSTANT]) }
    }
}

/// The id of the key that sealed a value, as its header tells it.
pub fn sealed_with(sealed: &[u8]) -> Option<String> {
    let id = sealed.get(1..5)?;
    Some(hex::encode(id))
}

fn hex_id(id: u32) -> String {
    format!("{id:08x}")
}

#[cfg(test)]
mod tests;

//! Check values: what a database keeps of its keys, so that another installation's keys are refused before they do harm.

mod mismatch;

use super::{LookUp, Purpose, SUITE_STANDARD, Suite, Vault};

pub use mismatch::{Difference, KeyMismatch};

/// Sealed, or hashed, to make a check value. Never changed.
const CONSTANT: &str = "buzheng key check";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyUse {
    /// Current or former.
    Sealing,
    LookUp,
}

/// Identifies a key without revealing it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckValue {
    /// As the key file writes it: 8 hexadecimal digits.
    pub key_id: String,
    pub of: KeyUse,
    pub value: Vec<u8>,
}

impl Vault {
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

    /// The current key first.
    pub fn sealing_ids(&self) -> Vec<String> {
        self.0.sealing.iter().map(|(id, _)| hex_id(*id)).collect()
    }

    pub fn look_up_id(&self) -> String {
        hex_id(self.0.look_up_id)
    }

    fn look_up_check(&self) -> CheckValue {
        CheckValue { key_id: self.look_up_id(), of: KeyUse::LookUp, value: self.look_up(LookUp::KeyCheck, &[CONSTANT]) }
    }
}

/// The key id in a sealed value's header.
pub fn sealed_with(sealed: &[u8]) -> Option<String> {
    let id = sealed.get(1..5)?;
    Some(hex::encode(id))
}

fn hex_id(id: u32) -> String {
    format!("{id:08x}")
}

#[cfg(test)]
mod tests;

//! The result of a verification.

mod differences;
mod page;

use serde::{Serialize, Serializer};
use std::collections::BTreeMap;
use std::path::PathBuf;

use super::compare::{ColumnSum, Passwords};
use super::finding::Code;
use super::report::SourceReport;
pub(super) use differences::{Differences, Spot};

#[derive(Debug)]
pub struct Verification {
    pub report: Verified,
    /// Blocking findings that were not accepted: these sources were not read completely.
    pub refused: Vec<Code>,
    /// The list of differences, where there are any.
    pub list: Option<PathBuf>,
}

#[derive(Clone, Debug, Serialize)]
pub struct Verified {
    pub batch: String,
    pub sources: Vec<VerifiedSource>,
}

/// One source: a source's report, where inserted means not stored, and updated means stored with other content.
#[derive(Clone, Debug, Serialize)]
pub struct VerifiedSource {
    #[serde(flatten)]
    pub source: SourceReport,
    #[serde(flatten)]
    pub details: Details,
}

/// Further results.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Details {
    pub columns: Vec<ColumnSum>,
    /// Stored by this batch, and in none of its files.
    pub extra: u64,
    /// Rows that later batches gave other content, by batch: no differences.
    pub rewritten: BTreeMap<String, u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub passwords: Option<Passwords>,
}

impl Serialize for ColumnSum {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;
        let mut object = serializer.serialize_struct("ColumnSum", 5)?;
        object.serialize_field("column", self.column)?;
        object.serialize_field("source_digest", &format!("{:032x}", self.source))?;
        object.serialize_field("stored_digest", &format!("{:032x}", self.stored))?;
        object.serialize_field("equal", &self.equal)?;
        object.serialize_field("different", &self.different)?;
        object.end()
    }
}

impl Details {
    /// Adds the results of more rows.
    pub(super) fn add(&mut self, columns: Vec<ColumnSum>, passwords: Passwords) {
        for sum in columns {
            match self.columns.iter_mut().find(|known| known.column == sum.column) {
                None => self.columns.push(sum),
                Some(known) => {
                    known.source = known.source.wrapping_add(sum.source);
                    known.stored = known.stored.wrapping_add(sum.stored);
                    known.equal += sum.equal;
                    known.different += sum.different;
                }
            }
        }
        if passwords != Passwords::default() {
            let all = self.passwords.get_or_insert_default();
            all.compared += passwords.compared;
            all.wrapped += passwords.wrapped;
            all.replaced += passwords.replaced;
        }
    }
}

impl VerifiedSource {
    fn rewritten(&self) -> u64 {
        self.details.rewritten.values().sum()
    }

    /// The number of rows that differ.
    pub fn differences(&self) -> u64 {
        let counts = &self.source.counts;
        counts.inserted + (counts.updated - self.rewritten()) + self.details.extra
    }
}

impl Verified {
    /// Whether nothing differs.
    pub fn is_equal(&self) -> bool {
        self.sources.iter().all(|source| source.differences() == 0)
    }
}

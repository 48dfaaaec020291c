//! The parts of a story: sources, findings, stored rows.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use crate::import::finding::Severity;
use crate::import::kind::Kind;
use crate::import::report::Counts;

/// One source as it was reported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    pub system: String,
    pub kind: Kind,
    pub file: String,
    #[serde(flatten)]
    pub counts: Counts,
    pub findings: Vec<Finding>,
    /// Other members that the reporting version wrote, such as how the source was read.
    #[serde(flatten)]
    pub more: BTreeMap<String, serde_json::Value>,
}

/// One finding as it was reported, by whatever version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    pub code: String,
    pub severity: Severity,
    pub count: u64,
    pub first_rows: Vec<u64>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub details: Vec<String>,
}

/// Rows of one system and kind. Exams belong to no system: its name is empty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Stored {
    pub system: String,
    pub kind: Kind,
    /// Inserted and updated rows of the last complete run.
    pub written: u64,
    /// Rows as this batch wrote them.
    pub standing: u64,
    /// Rows that a later batch replaced.
    pub replaced: u64,
    /// Standing and replaced, minus written: positive where earlier runs of the batch wrote some; negative where rows are missing.
    pub difference: i64,
}

/// Accounts that the batch wrote.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Standing {
    pub all: u64,
    pub linked: u64,
    pub unwrapped: u64,
}

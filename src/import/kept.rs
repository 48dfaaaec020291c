//! The list of rows that a rollback keeps: a CSV file without personal data, safe to open in a spreadsheet.

mod writing;

use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::Write;
use std::io::{self, BufReader, Seek};
use std::path::PathBuf;

pub use writing::KeptError;
pub(super) use writing::Writing;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    Linked,
    Asked,
    Applied,
    Edited,
    Needed,
    LaterBatch,
}

impl Reason {
    pub const ALL: [Self; 6] = [Self::Linked, Self::Asked, Self::Applied, Self::Edited, Self::Needed, Self::LaterBatch];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Linked => "linked",
            Self::Asked => "asked",
            Self::Applied => "applied",
            Self::Edited => "edited",
            Self::Needed => "needed",
            Self::LaterBatch => "later_batch",
        }
    }

    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Linked => "账户导入后有人关联，或关联被冻结、撤销",
            Self::Asked => "有人工核实的问题涉及该账户",
            Self::Applied => "已有人据此提交补证申请",
            Self::Edited => "原申请已由本人在本系统中修改，或账户、照片属于这样的申请",
            Self::Needed => "留下的证书或原申请属于这项考试",
            Self::LaterBatch => "后来的批次又改写了该行；应先回滚后来的批次",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    pub system: String,
    pub kind: String,
    /// A masked key: see the list of rejected rows.
    pub key: String,
    pub reason: String,
}

/// The finished list. Its rows are read on demand: there may be millions.
#[derive(Debug)]
pub struct KeptList {
    file: File,
    /// `None` where the list was not to be kept.
    pub path: Option<PathBuf>,
}

impl KeptList {
    /// Reads the rows from the first.
    pub fn rows(&mut self) -> io::Result<impl Iterator<Item = io::Result<Kept>> + '_> {
        self.file.flush()?;
        self.file.rewind()?;
        let reader = csv::Reader::from_reader(BufReader::new(&self.file));
        Ok(reader.into_deserialize::<Kept>().map(|row| row.map_err(io::Error::from)))
    }
}

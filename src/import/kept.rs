//! The list of rows that a rollback keeps: a CSV file without personal data, safe to open in a spreadsheet.

use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Seek, Write};
use std::path::{Path, PathBuf};

use super::output::Unfinished;
use super::rejected::{harmless_parts, neutral};
use crate::db::rollback::KeptRow;

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

    /// The meaning, for administrators.
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Linked => "账号导入后有人关联，或关联被冻结、撤销",
            Self::Asked => "有人工核实的问题涉及该账号",
            Self::Applied => "已有人据此提交补证申请",
            Self::Edited => "原申请已由本人在本系统中修改，或账号、照片属于这样的申请",
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

/// Why the list cannot be written, or not be renamed.
#[derive(Debug, thiserror::Error)]
pub enum KeptError {
    #[error("无法写入保留清单 {}：{source}；没有改动任何数据，请检查该文件夹是否存在、可写，或用 --out 指定另一个文件夹", path.display())]
    Write { path: PathBuf, source: io::Error },
    #[error("批次已经回滚，但保留清单无法改名为 {}：{source}；清单的内容在 {} 中", path.display(), kept.display())]
    Place { path: PathBuf, kept: PathBuf, source: io::Error },
}

/// The list, while it is written. It is renamed when it is complete.
#[derive(Debug)]
pub(super) struct Writing {
    writer: csv::Writer<BufWriter<File>>,
    unfinished: Option<Unfinished>,
    path: PathBuf,
}

impl Writing {
    /// Creates `<batch>.kept.csv` in a folder, which is created if need be; without a folder, a temporary file.
    pub(super) fn create(folder: Option<&Path>, batch: &str) -> Result<Self, KeptError> {
        let path = folder.unwrap_or(Path::new("")).join(format!("{batch}.kept.csv"));
        let fail = |source| KeptError::Write { path: path.clone(), source };
        let unfinished = folder.map(|_| Unfinished::create(&path)).transpose().map_err(fail)?;
        let file = unfinished.as_ref().map_or_else(tempfile::tempfile, Unfinished::file).map_err(fail)?;
        let mut writer = csv::Writer::from_writer(BufWriter::new(file));
        writer.write_record(["system", "kind", "key", "reason"]).map_err(|error| fail(error.into()))?;
        Ok(Self { writer, unfinished, path })
    }

    pub(super) fn add(&mut self, row: &KeptRow) -> Result<(), KeptError> {
        // Keys of exams hold a separator that is a control character.
        let key = harmless_parts(&row.key, " ");
        let cells = [neutral(&row.system), row.kind.clone(), key, row.reason.clone()];
        self.writer.write_record(cells).map_err(|error| self.fail(error.into()))
    }

    /// Flushes the list to disk: the last step that can fail before the rows themselves change.
    pub(super) fn settle(&mut self) -> Result<(), KeptError> {
        let settled = self.writer.flush().and_then(|()| self.writer.get_ref().get_ref().sync_all());
        settled.map_err(|error| self.fail(error))
    }

    /// Renames the list.
    pub(super) fn finish(self) -> Result<KeptList, KeptError> {
        let Self { writer, unfinished, path } = self;
        let placed = unfinished.map(Unfinished::finish_or_keep).transpose();
        let place = placed.map_err(|(source, kept)| KeptError::Place { path: path.clone(), kept, source })?;
        // Nothing is left to flush after `settle`.
        let fail = |source| KeptError::Place { path: path.clone(), kept: path.clone(), source };
        let file = writer.into_inner().map_err(|error| fail(error.into_error()))?;
        let file = file.into_inner().map_err(|error| fail(error.into_error()))?;
        Ok(KeptList { file, path: place })
    }

    fn fail(&self, source: io::Error) -> KeptError {
        KeptError::Write { path: self.path.clone(), source }
    }
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

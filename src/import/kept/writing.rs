//! Writing the list.

use std::fs::File;
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};

use super::KeptList;
use crate::db::rollback::KeptRow;
use crate::import::output::Unfinished;
use crate::import::rejected::{harmless_parts, neutral};

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
pub(in crate::import) struct Writing {
    writer: csv::Writer<BufWriter<File>>,
    unfinished: Option<Unfinished>,
    path: PathBuf,
}

impl Writing {
    /// Creates `<batch>.kept.csv` in a folder, which is created if need be; without a folder, a temporary file.
    pub(in crate::import) fn create(folder: Option<&Path>, batch: &str) -> Result<Self, KeptError> {
        let path = folder.unwrap_or(Path::new("")).join(format!("{batch}.kept.csv"));
        let fail = |source| KeptError::Write { path: path.clone(), source };
        let unfinished = folder.map(|_| Unfinished::create(&path)).transpose().map_err(fail)?;
        let file = unfinished.as_ref().map_or_else(tempfile::tempfile, Unfinished::file).map_err(fail)?;
        let mut writer = csv::Writer::from_writer(BufWriter::new(file));
        writer.write_record(["system", "kind", "key", "reason"]).map_err(|error| fail(error.into()))?;
        Ok(Self { writer, unfinished, path })
    }

    pub(in crate::import) fn add(&mut self, row: &KeptRow) -> Result<(), KeptError> {
        // Keys of exams hold a separator that is a control character.
        let key = harmless_parts(&row.key, " ");
        let cells = [neutral(&row.system), row.kind.clone(), key, row.reason.clone()];
        self.writer.write_record(cells).map_err(|error| self.fail(error.into()))
    }

    /// Flushes the list to disk: the last step that can fail before the rows themselves change.
    pub(in crate::import) fn settle(&mut self) -> Result<(), KeptError> {
        let settled = self.writer.flush().and_then(|()| self.writer.get_ref().get_ref().sync_all());
        settled.map_err(|error| self.fail(error))
    }

    /// Renames the list.
    pub(in crate::import) fn finish(self) -> Result<KeptList, KeptError> {
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

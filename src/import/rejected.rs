//! The list of rejected rows: a CSV file without personal data, safe to open in a spreadsheet.

mod key;

use std::fs::File;
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};

use super::finding::Code;
use super::output::Unfinished;
use super::source::Rejection;
use key::is_serial;
pub(super) use key::{harmless, harmless_parts, neutral};

/// Collects the list. It is renamed when it is complete: a list with that name is one of a whole run.
#[derive(Debug)]
pub struct RejectedList {
    writer: csv::Writer<BufWriter<File>>,
    unfinished: Unfinished,
    path: PathBuf,
}

/// Why the list cannot be written.
#[derive(Debug, thiserror::Error)]
#[error("无法写入清单 {}：{source}；请检查该文件夹是否存在、可写，或用 --out 指定另一个文件夹", path.display())]
pub struct ListError {
    path: PathBuf,
    source: io::Error,
}

impl ListError {
    pub(super) const fn new(path: PathBuf, source: io::Error) -> Self {
        Self { path, source }
    }
}

impl RejectedList {
    /// Creates `<batch>.rejected.csv` in a folder, which is created if need be.
    pub fn create(folder: &Path, batch: &str) -> Result<Self, ListError> {
        let path = folder.join(format!("{batch}.rejected.csv"));
        let fail = |source| ListError { path: path.clone(), source };
        let unfinished = Unfinished::create(&path).map_err(fail)?;
        let mut writer = csv::Writer::from_writer(BufWriter::new(unfinished.file().map_err(fail)?));
        writer.write_record(["source", "row", "key", "code", "message"]).map_err(|error| fail(error.into()))?;
        Ok(Self { writer, unfinished, path })
    }

    pub fn add(&mut self, source: &str, rejection: &Rejection) -> Result<(), ListError> {
        let Rejection { row, key, code } = rejection;
        // If a row did not split as its header says, the key may be a piece of any column.
        let key = match code {
            Code::UnclosedQuote | Code::LineTooLong => String::new(),
            Code::ColumnCount if !is_serial(key) => String::new(),
            _ => harmless(key),
        };
        let cells = [neutral(source), row.to_string(), key, code.as_str().into(), code.meaning().into()];
        self.writer.write_record(cells).map_err(|error| ListError { path: self.path.clone(), source: error.into() })
    }

    /// Renames the list.
    pub fn finish(mut self) -> Result<PathBuf, ListError> {
        let done = self.writer.flush().and_then(|()| self.unfinished.finish());
        done.map_err(|source| ListError { path: self.path, source })
    }
}

#[cfg(test)]
mod tests;

//! The list of differences.

use std::fs::{self, File};
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};

use crate::import::compare::Fault;
use crate::import::kind::Kind;
use crate::import::output::Unfinished;
use crate::import::rejected::{ListError, harmless_parts, neutral};

/// The list of differences: CSV without values, safe to open in a spreadsheet. It is renamed when it is complete, and exists only where
/// there is a difference; a former list of the batch is deleted.
#[derive(Debug)]
pub(in crate::import) struct Differences {
    path: PathBuf,
    writer: Option<csv::Writer<BufWriter<File>>>,
    unfinished: Option<Unfinished>,
}

/// The place of a difference.
#[derive(Clone, Copy, Debug)]
pub(in crate::import) struct Spot<'a> {
    pub system: &'a str,
    pub kind: Kind,
    pub key: &'a str,
    /// Empty where the row as a whole is meant.
    pub column: &'a str,
}

impl Differences {
    pub(in crate::import) fn new(folder: &Path, batch: &str) -> Self {
        Self { path: folder.join(format!("{batch}.differences.csv")), writer: None, unfinished: None }
    }

    pub(in crate::import) fn add(&mut self, spot: Spot<'_>, fault: Fault) -> Result<(), ListError> {
        let Spot { system, kind, key, column } = spot;
        // The key of a combination of exams has several parts.
        let key = harmless_parts(key, "/");
        let cells = [&neutral(system), kind.as_str(), &key, column, fault.as_str()];
        let written = self.open().and_then(|writer| Ok(writer.write_record(cells)?));
        written.map_err(|error| self.failed(error))
    }

    fn open(&mut self) -> io::Result<&mut csv::Writer<BufWriter<File>>> {
        if self.writer.is_none() {
            let unfinished = self.unfinished.insert(Unfinished::create(&self.path)?);
            let mut writer = csv::Writer::from_writer(BufWriter::new(unfinished.file()?));
            writer.write_record(["system", "kind", "key", "column", "difference"])?;
            self.writer = Some(writer);
        }
        self.writer.as_mut().ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn failed(&self, source: io::Error) -> ListError {
        ListError::new(self.path.clone(), source)
    }

    pub(in crate::import) fn finish(mut self) -> Result<Option<PathBuf>, ListError> {
        let done = match (&mut self.writer, self.unfinished.take()) {
            (Some(writer), Some(unfinished)) => writer.flush().and_then(|()| unfinished.finish().map(Some)),
            _ => match fs::remove_file(&self.path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
                _ => Ok(None),
            },
        };
        done.map_err(|error| self.failed(error))
    }
}

//! A delimited file as rows with named columns.

use indicatif::ProgressBar;
use std::io::{self, Read};
use std::path::PathBuf;
use std::sync::Arc;

use super::encoding::{self, Told};
use super::layout::Layout;
use super::records::{Records, Refused};
use super::row::Row;
use super::{Item, Items, NoTable, Rejection};
use crate::import::finding::{Code, Tally};
use crate::import::kind::Target;
use crate::import::manifest;

/// A file that was looked at.
#[derive(Debug)]
pub(super) struct Delimited {
    path: PathBuf,
    told: Told,
    size: u64,
    layout: Arc<Layout>,
}

impl Delimited {
    /// Reads the header.
    pub(super) fn open(source: &manifest::Source, tally: &mut Tally) -> Result<Self, NoTable> {
        let path = source.path.clone();
        let told = encoding::tell(&path, source.encoding)?;
        if told.guessed {
            tally.source(Code::EncodingGuessed, told.encoding.as_str());
        }
        if told.foreign_mark {
            tally.source(Code::ForeignByteOrderMark, told.encoding.as_str());
        }
        let bytes = encoding::open(&path, told, &ProgressBar::hidden())?;
        let records = Records::open(bytes, told.encoding, b',')?;
        let layout = Arc::new(Layout::new(records.headers().to_vec(), source, tally));
        Ok(Self { size: path.metadata()?.len(), path, told, layout })
    }

    pub(super) fn size(&self) -> u64 {
        self.size
    }

    pub(super) fn layout(&self) -> &Layout {
        &self.layout
    }

    pub(super) fn rows(&self, progress: &ProgressBar) -> io::Result<Rows<Box<dyn Read + Send>>> {
        let bytes = encoding::open(&self.path, self.told, progress)?;
        let records = Records::open(bytes, self.told.encoding, b',').map_err(|reason| match reason {
            NoTable::Io(error) => error,
            _ => changed(),
        })?;
        if records.headers() != self.layout.headers {
            return Err(changed());
        }
        Ok(Rows { records, layout: Arc::clone(&self.layout) })
    }
}

fn changed() -> io::Error {
    io::Error::other("文件在读取期间被改动")
}

/// Reads rows one after the other.
#[derive(Debug)]
pub(super) struct Rows<R> {
    records: Records<R>,
    layout: Arc<Layout>,
}

impl<R: Read> Rows<R> {
    /// The key of a rejected row. Where the columns do not agree with the header, only a first column is still what it seems.
    fn key(&self, refused: &Refused) -> String {
        let at = self.layout.at(Target::Key).filter(|at| *at == 0 || refused.code != Code::ColumnCount);
        at.filter(|_| refused.split).and_then(|at| self.records.field(at)).unwrap_or_default()
    }
}

impl<R: Read + Send> Items for Rows<R> {
    type Input = Row;

    fn next(&mut self) -> io::Result<Option<Item<Row>>> {
        let Some(record) = self.records.advance()? else { return Ok(None) };
        Ok(Some(match record {
            Ok(record) => Item::Row(Row::new(record, &self.layout)),
            Err(refused) => {
                let (row, key, code) = (refused.line, self.key(&refused), refused.code);
                Item::Rejected(Rejection { row, key, code })
            }
        }))
    }
}

#[cfg(test)]
#[path = "delimited_tests.rs"]
mod tests;

//! A delimited file as rows with named columns.

mod rows;

use indicatif::ProgressBar;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::encoding::{self, Told};
use super::items::NoTable;
use super::layout::Layout;
use super::records::Records;
use crate::import::finding::{Code, Tally};
use crate::import::manifest;
use crate::import::report::EncodingFound;
pub(super) use rows::Rows;

/// The most bytes that are searched for a header.
const HEADER: u64 = 64 * 1024;

/// A file that was examined.
#[derive(Debug)]
pub(super) struct Delimited {
    path: PathBuf,
    told: Told,
    delimiter: u8,
    size: u64,
    layout: Arc<Layout>,
}

impl Delimited {
    pub(super) fn open(source: &manifest::Source, tally: &mut Tally) -> Result<Self, NoTable> {
        let path = source.path.clone();
        let told = encoding::tell(&path, source.encoding)?;
        if told.guessed {
            tally.source(Code::EncodingGuessed, told.encoding.as_str());
        }
        if told.foreign_mark {
            tally.source(Code::ForeignByteOrderMark, told.encoding.as_str());
        }
        let delimiter = match source.delimiter.or_else(|| by_name(&path)) {
            Some(delimiter) => delimiter,
            None => by_header(&path, told, tally)?,
        };
        let bytes = encoding::open(&path, told, &ProgressBar::hidden())?;
        let records = Records::open(bytes, told.encoding, delimiter)?;
        let layout = Arc::new(Layout::new(records.headers().to_vec(), source, tally));
        Ok(Self { size: path.metadata()?.len(), path, told, delimiter, layout })
    }

    pub(super) fn size(&self) -> u64 {
        self.size
    }

    pub(super) fn encoding(&self) -> EncodingFound {
        EncodingFound { name: self.told.encoding.as_str(), guessed: self.told.guessed }
    }

    pub(super) fn delimiter(&self) -> &'static str {
        if self.delimiter == b'\t' { "tab" } else { "comma" }
    }

    pub(super) fn layout(&self) -> &Layout {
        &self.layout
    }

    pub(super) fn rows(&self, progress: &ProgressBar) -> io::Result<Rows<Box<dyn Read + Send>>> {
        let bytes = encoding::open(&self.path, self.told, progress)?;
        let records = Records::open(bytes, self.told.encoding, self.delimiter).map_err(|reason| match reason {
            NoTable::Io(error) => error,
            _ => changed(),
        })?;
        if records.headers() != self.layout.headers {
            return Err(changed());
        }
        Ok(Rows { records, layout: Arc::clone(&self.layout) })
    }
}

fn by_name(path: &Path) -> Option<u8> {
    let extension = path.extension()?.to_str()?.to_ascii_lowercase();
    matches!(extension.as_str(), "tsv" | "tab").then_some(b'\t')
}

/// A header has a tab between any two columns, or a comma. `.csv` promises commas: only tabs are reported.
fn by_header(path: &Path, told: Told, tally: &mut Tally) -> io::Result<u8> {
    let mut start = Vec::new();
    encoding::open(path, told, &ProgressBar::hidden())?.take(HEADER).read_to_end(&mut start)?;
    let header = start.split(|byte| matches!(byte, b'\n' | b'\r')).find(|line| !line.is_empty()).unwrap_or_default();
    let count = |delimiter: u8| memchr::memchr_iter(delimiter, header).count();
    if count(b'\t') <= count(b',') {
        return Ok(b',');
    }
    tally.source(Code::DelimiterGuessed, "tab");
    Ok(b'\t')
}

fn changed() -> io::Error {
    io::Error::other("文件在读取期间被改动")
}

#[cfg(test)]
#[path = "delimited_tests.rs"]
mod tests;

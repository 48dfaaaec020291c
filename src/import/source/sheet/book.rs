//! Opening a workbook, and the progress of reading it.

use calamine::{Reader, Xlsx};
use indicatif::ProgressBar;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use crate::import::source::items::NoTable;
use crate::import::source::open::open_file;

pub(super) fn unreadable(reason: &str) -> NoTable {
    NoTable::Workbook(reason.to_owned())
}

pub(super) type Book = Xlsx<BufReader<Counted>>;

pub(super) fn open_book(path: &Path, progress: ProgressBar) -> Result<Book, NoTable> {
    let file = BufReader::new(Counted { file: open_file(path)?, progress });
    Xlsx::new(file).map_err(|error| unreadable(&error.to_string()))
}

/// A file that reports how much of it was read. Parts of an archive are found by seeking, which is no progress.
pub(super) struct Counted {
    file: File,
    progress: ProgressBar,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(buffer)?;
        self.progress.inc(count as u64);
        Ok(count)
    }
}

impl Seek for Counted {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}

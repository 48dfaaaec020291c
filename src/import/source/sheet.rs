//! A sheet of a workbook (.xlsx), read as a stream of cells.

mod book;
mod cell;
mod hidden;
mod look;
mod rows;
mod shown;
mod vet;

use indicatif::ProgressBar;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread;

use super::feed::{Feed, Stop};
use super::items::NoTable;
use super::layout::Layout;
use super::open::open_file;
use super::record::Assembly;
use crate::import::finding::{Code, Tally};
use crate::import::manifest;
use book::{open_book, unreadable};
use look::{Looked, look, texts};
use rows::{Look, each_row, item};

/// A sheet that was examined.
#[derive(Debug)]
pub(super) struct Sheet {
    path: PathBuf,
    name: String,
    size: u64,
    layout: Arc<Layout>,
}

impl Sheet {
    /// Reads the whole sheet once: a malformed structure is reported now, and not in the middle of the import.
    pub(super) fn open(source: &manifest::Source, tally: &mut Tally) -> Result<Self, NoTable> {
        vet::workbook(open_file(&source.path)?)?;
        let (path, wanted) = (source.path.clone(), source.sheet.clone());
        // A thread contains panics: the reader is a library's, and the file is untrusted.
        let looked = thread::Builder::new().spawn(move || look(&path, wanted.as_deref()))?.join();
        let Looked { name, headers, header_row, hidden_rows, hidden_columns } =
            looked.unwrap_or_else(|_| Err(unreadable("结构无法理解")))?;
        let layout = Arc::new(Layout::new(headers, source, tally));
        for row in hidden_rows {
            tally.row(Code::HiddenRow, row);
        }
        for column in hidden_columns {
            tally.row_with(Code::HiddenColumn, header_row, layout.shown(column));
        }
        Ok(Self { size: source.path.metadata()?.len(), path: source.path.clone(), name, layout })
    }

    pub(super) fn size(&self) -> u64 {
        self.size
    }

    pub(super) fn layout(&self) -> &Layout {
        &self.layout
    }

    pub(super) fn rows(&self, progress: &ProgressBar) -> io::Result<Feed> {
        let (path, name, layout) = (self.path.clone(), self.name.clone(), Arc::clone(&self.layout));
        let progress = progress.clone();
        Feed::start(move |mouth| {
            let failed = |error: NoTable| Stop::Failed(io::Error::other(error.to_string()));
            let mut book = open_book(&path, progress).map_err(failed)?;
            let mut header = None;
            let mut assembly = Assembly::default();
            let is_1904 = book.has_1904_epoch();
            each_row(&mut book, &name, |number, cells, formats| {
                if header.is_some() {
                    let look = Look { formats, is_1904 };
                    return mouth.give(item(number, cells, look, &layout, &mut assembly));
                }
                let same = texts(cells) == layout.headers;
                header = Some(());
                if same { Ok(()) } else { Err(io::Error::other("文件在读取期间被改动").into()) }
            })
        })
    }
}

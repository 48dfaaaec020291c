//! Sources behind one door: judged once, read as often as need be.

use indicatif::ProgressBar;
use std::fs::File;
use std::io;
use std::path::Path;

use super::delimited::Delimited;
use super::folder::FolderInput;
use super::layout::Layout;
use super::{Items, NoTable, Row};
use crate::import::finding::{Code, Tally};
use crate::import::kind::Kind;
use crate::import::manifest;

/// A source that waits for its turn.
#[derive(Debug)]
pub enum Input {
    Table(TableInput),
    Folder(FolderInput),
    /// Cannot be read.
    Nothing,
}

/// A table wherever it lies.
#[derive(Debug)]
pub struct TableInput(Delimited);

/// Opens every source of a manifest; whatever is wrong with one is a finding about it, and the others are opened all the same.
pub fn open_all(sources: &[manifest::Source], tallies: &mut [Tally]) -> Vec<Input> {
    sources.iter().zip(tallies).map(|(source, tally)| open(source, tally)).collect()
}

fn open(source: &manifest::Source, tally: &mut Tally) -> Input {
    if let Some(Err(unknown)) = &source.password {
        tally.source(Code::UnknownScheme, &unknown.0);
    }
    let opened = if source.kind == Kind::Photos {
        FolderInput::open(&source.path, tally).map(Input::Folder).map_err(NoTable::from)
    } else {
        Delimited::open(source, tally).map(|table| Input::Table(TableInput(table)))
    };
    opened.unwrap_or_else(|reason| {
        tally.source(Code::UnreadableFile, &reason.to_string());
        Input::Nothing
    })
}

impl TableInput {
    /// Bytes to read, for the progress bar.
    pub fn size(&self) -> u64 {
        self.0.size()
    }

    /// Which column means what.
    pub fn layout(&self) -> &Layout {
        self.0.layout()
    }

    /// The rows from the first one on, the same ones every time; `progress` is told of what is read of [`Self::size`].
    pub fn rows(&mut self, progress: &ProgressBar) -> io::Result<Box<dyn Items<Input = Row> + '_>> {
        Ok(Box::new(self.0.rows(progress)?))
    }
}

/// Opens a file that can be read to its end and again from its beginning. Opening a pipe would wait for ever for its other end.
pub(super) fn open_file(path: &Path) -> io::Result<File> {
    let refuse = || Err(io::Error::new(io::ErrorKind::InvalidInput, "不是普通文件"));
    if !path.metadata()?.is_file() {
        return refuse();
    }
    let file = File::open(path)?;
    if file.metadata()?.is_file() { Ok(file) } else { refuse() }
}

//! Opening of sources. Whatever is wrong with one is a finding about it, and the others are opened all the same.

use indicatif::ProgressBar;
use std::io::Read;

use crate::import::finding::{Code, Tally};
use crate::import::kind::Kind;
use crate::import::manifest::Source;
use crate::import::source::encoding;
use crate::import::source::folder::Folder;
use crate::import::source::table::Table;

/// A source that waits for its turn.
pub(super) enum Opened {
    Table(Box<Table<Box<dyn Read>>>),
    Folder(Folder),
    /// Cannot be read.
    Nothing,
}

pub(super) fn open(source: &Source, progress: &ProgressBar, tally: &mut Tally) -> Opened {
    if let Some(Err(unknown)) = &source.password {
        tally.source(Code::UnknownScheme, &unknown.0);
    }
    let opened =
        if source.kind == Kind::Photos { open_folder(source, tally) } else { open_table(source, progress, tally) };
    opened.unwrap_or_else(|reason| {
        tally.source(Code::UnreadableFile, &reason);
        Opened::Nothing
    })
}

fn open_folder(source: &Source, tally: &mut Tally) -> Result<Opened, String> {
    Folder::open(&source.path, tally).map(Opened::Folder).map_err(|error| error.to_string())
}

fn open_table(source: &Source, progress: &ProgressBar, tally: &mut Tally) -> Result<Opened, String> {
    let size = source.path.metadata().map_err(|error| error.to_string())?.len();
    let opened = encoding::open(&source.path, source.encoding, progress).map_err(|error| error.to_string())?;
    progress.inc_length(size);
    if opened.guessed {
        tally.source(Code::EncodingGuessed, opened.encoding.as_str());
    }
    if opened.foreign_mark {
        tally.source(Code::ForeignByteOrderMark, opened.encoding.as_str());
    }
    let table = Table::open(opened.bytes, opened.encoding, source, tally).map_err(|error| error.to_string())?;
    Ok(Opened::Table(Box::new(table)))
}

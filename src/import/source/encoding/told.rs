//! Determining the encoding of a file, and opening it.

use indicatif::ProgressBar;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use super::guess::{guess, is_utf16be, read_up_to};
use super::utf16::FromUtf16Le;
use super::{Declared, Encoding};
use crate::import::source::open::open_file;

/// The result of [`tell`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Told {
    pub encoding: Encoding,
    /// Whether the encoding was detected, not declared.
    pub guessed: bool,
    /// The file begins with a byte order mark of another encoding than the declared one.
    pub foreign_mark: bool,
    /// The length of the byte order mark.
    mark: u64,
}

/// Determines the encoding of a file.
pub fn tell(path: &Path, declared: Declared) -> io::Result<Told> {
    let mut file = open_file(path)?;
    let mut head = [0; 4];
    let filled = read_up_to(&mut file, &mut head)?;
    if head[..filled].starts_with(&[0xfe, 0xff]) {
        return Err(is_utf16be());
    }
    let (found, mark) = byte_order_mark(&head[..filled]);
    let encoding = match (declared, found) {
        (Declared::Fixed(encoding), _) | (Declared::Auto, Some(encoding)) => encoding,
        (Declared::Auto, None) => guess(&mut file)?,
    };
    let foreign_mark = found.is_some_and(|found| found != encoding);
    Ok(Told { encoding, guessed: declared == Declared::Auto && found.is_none(), foreign_mark, mark })
}

/// Opens a file for splitting, past its byte order mark, as bytes that can be split and decoded field by field; `progress` is advanced by
/// every byte read.
pub fn open(path: &Path, told: Told, progress: &ProgressBar) -> io::Result<Box<dyn Read + Send>> {
    let mut file = open_file(path)?;
    file.seek(SeekFrom::Start(told.mark))?;
    let file = progress.wrap_read(file);
    Ok(match told.encoding {
        Encoding::Utf16Le => Box::new(FromUtf16Le::new(file)),
        Encoding::Utf8 | Encoding::Gb18030 => Box::new(file),
    })
}

fn byte_order_mark(head: &[u8]) -> (Option<Encoding>, u64) {
    match head {
        [0xef, 0xbb, 0xbf, ..] => (Some(Encoding::Utf8), 3),
        [0xff, 0xfe, ..] => (Some(Encoding::Utf16Le), 2),
        [0x84, 0x31, 0x95, 0x33] => (Some(Encoding::Gb18030), 4),
        _ => (None, 0),
    }
}

//! Where rows come from: delimited files of several encodings, and folders of photos.
//!
//! Everything here takes hostile input: memory is bounded whatever the file holds, and a row that cannot be read costs that row only.

pub mod encoding;
pub mod folder;
pub mod records;
pub mod split;
pub mod table;

pub use encoding::{Declared, Encoding};

use std::io;

use super::finding::Code;

/// One row of a source, or why it is none.
#[derive(Debug)]
pub enum Item<I> {
    Row(I),
    Rejected(Rejection),
}

/// A source past its opening.
pub trait Items {
    type Input;

    /// The next row; `None` at the end.
    fn next(&mut self) -> io::Result<Option<Item<Self::Input>>>;
}

/// A row that is left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejection {
    pub row: u64,
    /// As found; empty where it cannot be told or might be another column's value.
    pub key: String,
    pub code: Code,
}

//! Where rows come from: delimited files of several encodings, workbooks, live databases, and folders of photos.
//!
//! Everything here takes hostile input: memory is bounded whatever the file holds, and a row that cannot be read costs that row only.
//! A source is judged as a whole once, when it is opened, and may then be read from its first row as often as need be.

mod database;
mod delimited;
pub mod encoding;
mod feed;
pub mod folder;
pub mod input;
pub mod layout;
pub mod records;
pub mod row;
mod sheet;
pub mod split;

pub use encoding::{Declared, Encoding};
pub use folder::{PhotoFile, PhotoKey};
pub use input::{Input, TableInput, open_all};
pub use row::Row;

use std::io;
use std::sync::Arc;

use super::finding::Code;
use super::kind::Target;
use crate::domain::form::text::tidy;
use layout::Layout;
use row::Record;

/// One row of a source, or why it is none.
#[derive(Debug)]
pub enum Item<I> {
    Row(I),
    Rejected(Rejection),
}

impl Item<Row> {
    /// A row of a file, unless it is no data.
    fn of(record: Record, layout: &Arc<Layout>) -> Self {
        if layout.is_header(&record) {
            let key = layout.at(Target::Key).map_or("", |at| tidy(record.field(at))).to_owned();
            return Self::Rejected(Rejection { row: record.line, key, code: Code::RepeatedHeader });
        }
        Self::Row(Row::new(record, layout))
    }
}

/// A source past its opening.
pub trait Items: Send {
    type Input;

    /// The next row; `None` at the end.
    fn next(&mut self) -> io::Result<Option<Item<Self::Input>>>;
}

impl<T: Items + ?Sized> Items for Box<T> {
    type Input = T::Input;

    fn next(&mut self) -> io::Result<Option<Item<T::Input>>> {
        (**self).next()
    }
}

/// A row that is left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejection {
    pub row: u64,
    /// As found; empty where it cannot be told or might be another column's value.
    pub key: String,
    pub code: Code,
}

/// Why a source has no rows to give, as a person may read it.
#[derive(Debug, thiserror::Error)]
pub enum NoTable {
    #[error("{0}")]
    Io(#[from] io::Error),
    #[error("{0}")]
    Database(String),
    #[error("工作簿不能读取：{0}")]
    Workbook(String),
    #[error("文件是空的")]
    Empty,
    #[error("表头不能按 {0} 解码")]
    Encoding(&'static str),
    #[error("表头过长、列数过多，或有未闭合的引号")]
    Header,
}

//! The interface of every source: its rows one by one, or why it has none.

use std::io;
use std::sync::Arc;

use super::layout::Layout;
use super::record::Record;
use super::row::Row;
use crate::domain::form::text::tidy;
use crate::import::finding::Code;
use crate::import::kind::Target;

/// One row of a source, or why it was rejected.
#[derive(Debug)]
pub enum Item<I> {
    Row(I),
    Rejected(Rejection),
}

impl Item<Row> {
    /// A row of a file, unless it is no data.
    pub(super) fn of(record: Record, layout: &Arc<Layout>) -> Self {
        if layout.is_header(&record) {
            let key = layout.at(Target::Key).map_or("", |at| tidy(record.field(at))).to_owned();
            return Self::Rejected(Rejection { row: record.line, key, code: Code::RepeatedHeader });
        }
        Self::Row(Row::new(record, layout))
    }
}

/// An opened source.
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

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejection {
    pub row: u64,
    /// As found; empty where it is unknown or might be another column's value.
    pub key: String,
    pub code: Code,
}

/// Why a source has no rows, for a person to read.
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

//! The rows of a delimited file.

use std::io::{self, Read};
use std::sync::Arc;

use crate::import::finding::Code;
use crate::import::kind::Target;
use crate::import::source::items::{Item, Items, Rejection};
use crate::import::source::layout::Layout;
use crate::import::source::records::{Records, Refused};
use crate::import::source::row::Row;

#[derive(Debug)]
pub(in crate::import::source) struct Rows<R> {
    pub(super) records: Records<R>,
    pub(super) layout: Arc<Layout>,
}

impl<R: Read> Rows<R> {
    /// The key of a rejected row. Where the columns do not match the header, only a first column may still be what it seems.
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
            Ok(record) => Item::of(record, &self.layout),
            Err(refused) => {
                let (row, key, code) = (refused.line, self.key(&refused), refused.code);
                Item::Rejected(Rejection { row, key, code })
            }
        }))
    }
}

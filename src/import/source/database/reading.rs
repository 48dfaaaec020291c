//! Reading the rows of a result.

use indicatif::ProgressBar;
use mysql::Value;
use mysql::prelude::Queryable;
use std::io;
use std::sync::Arc;

use super::cells::{Cells, cell};
use super::query::ask_for_results;
use super::session::{Session, explain};
use crate::domain::form::text::tidy;
use crate::import::finding::Code;
use crate::import::kind::Target;
use crate::import::source::encoding::Encoding;
use crate::import::source::feed::{Mouth, Stop};
use crate::import::source::items::{Item, Rejection};
use crate::import::source::layout::Layout;
use crate::import::source::record::Assembly;
use crate::import::source::row::Row;
use crate::import::source::split::MAX_RECORD;

pub(super) struct Reading {
    pub(super) encoding: Encoding,
    pub(super) count: Option<u64>,
    pub(super) layout: Arc<Layout>,
    pub(super) progress: ProgressBar,
}

impl Reading {
    pub(super) fn read(&self, session: &mut Session, query: &str, mouth: &mut Mouth) -> Result<(), Stop> {
        let failed = |error: mysql::Error| Stop::Failed(io::Error::other(explain(&error)));
        ask_for_results(&mut session.conn, self.encoding, session.charset).map_err(failed)?;
        let result = session.conn.query_iter(query).map_err(failed)?;
        let columns = result.columns();
        let columns: Option<Vec<Cells>> =
            columns.as_ref().iter().map(|column| Cells::of(column, self.encoding)).collect();
        let Some(columns) = columns.filter(|columns| columns.len() == self.layout.headers.len()) else {
            return Err(io::Error::other("表的列在读取期间被改动").into());
        };
        let (mut number, mut assembly) = (0, Assembly::default());
        for row in result {
            number += 1;
            mouth.give(self.item(number, &row.map_err(failed)?.unwrap(), &columns, &mut assembly))?;
        }
        match self.count {
            Some(count) if count != number => Err(io::Error::other(format!(
                "数据库只给出 {number} 行，而 COUNT(*) 是 {count} 行；请检查数据库和中间代理对行数的限制，以及该表是否正在被改动（MyISAM 表没有快照，请停机后导入）"
            ))
            .into()),
            _ => Ok(()),
        }
    }

    fn item(&self, number: u64, values: &[Value], columns: &[Cells], assembly: &mut Assembly) -> Item<Row> {
        assembly.clear();
        let bytes: usize = values.iter().map(length).sum();
        self.progress.inc(bytes as u64);
        let decoded = if bytes > MAX_RECORD {
            Err(Code::LineTooLong)
        } else {
            let mut cells = values.iter().zip(columns);
            cells.try_for_each(|(value, column)| assembly.push(|text| cell(value, *column, text)))
        };
        match decoded.and_then(|()| assembly.finish(number)) {
            Ok(record) => Item::Row(Row::new(record, &self.layout)),
            Err(code) => Item::Rejected(Rejection { row: number, key: self.key(values, columns), code }),
        }
    }

    fn key(&self, values: &[Value], columns: &[Cells]) -> String {
        let mut key = String::new();
        let Some(at) = self.layout.at(Target::Key) else { return key };
        match cell(&values[at], columns[at], &mut key) {
            Ok(()) => tidy(&key).to_owned(),
            Err(_) => String::new(),
        }
    }
}

fn length(value: &Value) -> usize {
    if let Value::Bytes(bytes) = value { bytes.len() } else { 0 }
}

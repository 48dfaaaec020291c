//! A live MySQL or MariaDB database. Sources of one server are read on one connection, in one read-only transaction with one snapshot.

mod cells;
mod charset;
mod links;
mod query;
mod reading;
mod session;

use indicatif::ProgressBar;
use mysql::prelude::Queryable;
use std::io;
use std::sync::Arc;

use super::encoding::{Declared, Encoding};
use super::feed::Feed;
use super::items::NoTable;
use super::layout::Layout;
use super::split::MAX_FIELDS;
use crate::domain::form::text::tidy;
use crate::import::finding::Tally;
use crate::import::manifest::mysql::Rows;
use crate::import::manifest::{self, Mysql};
use crate::import::report::EncodingFound;
pub(super) use links::Links;
use links::{Link, hold};
use query::{ask_for_results, count, find_foreign, refuse_foreign, table_size, whole_table};
use reading::Reading;
use session::explain;

/// A table or a query that was examined.
pub(super) struct Database {
    link: Link,
    query: Arc<str>,
    encoding: Encoding,
    size: u64,
    /// The number of rows, where the server can count them.
    count: Option<u64>,
    layout: Arc<Layout>,
}

impl Database {
    /// Reads the columns.
    pub(super) fn open(
        source: &manifest::Source,
        mysql: &Mysql,
        links: &mut Links,
        tally: &mut Tally,
    ) -> Result<Self, NoTable> {
        let link = links.to(mysql)?;
        let failed = |error: mysql::Error| NoTable::Database(explain(&error));
        let mut session = hold(&link)?;
        let session_charset = session.charset;
        let conn = &mut session.conn;
        let encoding = match source.encoding {
            Declared::Fixed(Encoding::Gb18030) => Encoding::Gb18030,
            _ => Encoding::Utf8,
        };
        ask_for_results(conn, encoding, session_charset).map_err(failed)?;
        let (query, size) = match &mysql.rows {
            Rows::Query(query) => (query.clone(), 0),
            Rows::Table(name) => (whole_table(conn, name).map_err(failed)?, table_size(conn, name).map_err(failed)?),
        };
        let statement = conn.prep(&query).map_err(failed)?;
        let headers: Vec<String> =
            statement.columns().iter().map(|column| tidy(&column.name_str()).to_owned()).collect();
        let foreign = find_foreign(&statement.columns(), encoding);
        conn.close(statement).map_err(failed)?;
        if let Some((column, collation)) = foreign {
            return Err(NoTable::Database(refuse_foreign(conn, &column, collation).map_err(failed)?));
        }
        let count = count(conn, &query).map_err(failed)?;
        drop(session);
        if headers.is_empty() {
            return Err(NoTable::Empty);
        }
        if headers.len() > MAX_FIELDS {
            return Err(NoTable::Header);
        }
        let layout = Arc::new(Layout::new(headers, source, tally));
        Ok(Self { link, query: query.into(), encoding, size, count, layout })
    }

    pub(super) fn size(&self) -> u64 {
        self.size
    }

    /// The encoding of the results.
    pub(super) fn encoding(&self) -> EncodingFound {
        EncodingFound { name: self.encoding.as_str(), guessed: false }
    }

    pub(super) fn layout(&self) -> &Layout {
        &self.layout
    }

    /// The result of the query, in the transaction's snapshot. A second reading on the same connection waits for the end of the first.
    pub(super) fn rows(&self, progress: &ProgressBar) -> io::Result<Feed> {
        let (link, query, layout) = (Arc::clone(&self.link), Arc::clone(&self.query), Arc::clone(&self.layout));
        let reading = Reading { encoding: self.encoding, count: self.count, layout, progress: progress.clone() };
        Feed::start(move |mouth| {
            let mut session = hold(&link)?;
            reading.read(&mut session, &query, mouth)
        })
    }
}

impl std::fmt::Debug for Database {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Database").field("layout", &self.layout).finish_non_exhaustive()
    }
}

//! A live MySQL or MariaDB database. Sources of one server are read on one connection, in one read-only transaction with one snapshot.

mod charset;
mod session;

use indicatif::ProgressBar;
use mysql::consts::ColumnType;
use mysql::prelude::Queryable;
use mysql::{Conn, Value};
use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard};

use super::encoding::{Declared, Encoding};
use super::feed::{Feed, Mouth, Stop};
use super::items::{Item, NoTable, Rejection};
use super::layout::Layout;
use super::record::Draft;
use super::row::Row;
use super::split::{MAX_FIELDS, MAX_RECORD};
use crate::domain::form::text::tidy;
use crate::import::finding::{Code, Tally};
use crate::import::kind::Target;
use crate::import::manifest::mysql::Rows;
use crate::import::manifest::{self, Mysql};
use crate::import::report::EncodingFound;
use charset::{Bytes, Charset};
use session::{Session, explain};

type Link = Arc<Mutex<Session>>;

/// One connection to each server, or why it failed.
#[derive(Default)]
pub(super) struct Links(BTreeMap<String, Result<Link, String>>);

impl Links {
    fn to(&mut self, mysql: &Mysql) -> Result<Link, NoTable> {
        let known = self.0.entry(format!("{:?}", mysql.server()));
        let link = known.or_insert_with(|| Session::open(mysql).map(|session| Arc::new(Mutex::new(session))));
        link.clone().map_err(NoTable::Database)
    }
}

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

fn hold(link: &Link) -> io::Result<MutexGuard<'_, Session>> {
    link.lock().map_err(|_| io::Error::other("与数据库的连接已中断"))
}

/// Requests texts as they are stored, so that each column states its charset, or all of them in UTF-8.
fn ask_for_results(conn: &mut Conn, encoding: Encoding, utf8: &str) -> mysql::Result<()> {
    let results = if encoding == Encoding::Gb18030 { "NULL" } else { utf8 };
    conn.query_drop(format!("SET character_set_results = {results}"))
}

/// The first column whose character set is not supported, with its collation.
fn find_foreign(columns: &[mysql::Column], encoding: Encoding) -> Option<(String, u16)> {
    let column = columns.iter().find(|column| Cells::of(column, encoding).is_none())?;
    Some((column.name_str().into_owned(), column.character_set()))
}

fn refuse_foreign(conn: &mut Conn, column: &str, collation: u16) -> mysql::Result<String> {
    let query = "SELECT CHARACTER_SET_NAME FROM information_schema.COLLATIONS WHERE ID = ?";
    let name: Option<String> = conn.exec_first(query, (collation,))?;
    let name = name.unwrap_or_else(|| format!("编号 {collation}"));
    Ok(format!(
        "列 {column} 的字符集（{name}）不能按 encoding = \"gb18030\" 读取；请改用 query，写 CONVERT({column} USING utf8mb4) AS {column}；其中其实是 GBK 字节的，写 CAST({column} AS BINARY) AS {column}；不需要的列请略去"
    ))
}

/// Ordered by the primary key, where there is one, so that every reading has the same order.
fn whole_table(conn: &mut Conn, name: &[String]) -> mysql::Result<String> {
    let table: Vec<String> = name.iter().map(|part| quoted(part)).collect();
    let table = table.join(".");
    let keys: Vec<mysql::Row> = conn.query(format!("SHOW KEYS FROM {table} WHERE Key_name = 'PRIMARY'"))?;
    let columns: Vec<String> =
        keys.iter().filter_map(|key| key.get::<String, _>("Column_name")).map(|column| quoted(&column)).collect();
    let order = if columns.is_empty() { String::new() } else { format!(" ORDER BY {}", columns.join(", ")) };
    Ok(format!("SELECT * FROM {table}{order}"))
}

/// Approximate, in bytes.
fn table_size(conn: &mut Conn, name: &[String]) -> mysql::Result<u64> {
    let (database, table) = match name {
        [database, table] => (Some(database), table),
        _ => (None, &name[0]),
    };
    let query = "SELECT COALESCE(DATA_LENGTH, 0) FROM information_schema.TABLES \
                 WHERE TABLE_SCHEMA = COALESCE(?, DATABASE()) AND TABLE_NAME = ?";
    Ok(conn.exec_first(query, (database, table))?.unwrap_or(0))
}

/// The number of rows of a query, in the transaction's snapshot. Limits of a session or a proxy silently cut rows off, but do not affect a
/// count. `None` where two columns of the query have one name, which a subquery may not.
fn count(conn: &mut Conn, query: &str) -> mysql::Result<Option<u64>> {
    const ER_DUP_FIELDNAME: u16 = 1060;
    let query = query.trim_end().trim_end_matches(';');
    match conn.query_first(format!("SELECT COUNT(*) FROM ({query}) AS counted")) {
        Err(mysql::Error::MySqlError(error)) if error.code == ER_DUP_FIELDNAME => Ok(None),
        counted => counted,
    }
}

fn quoted(name: &str) -> String {
    format!("`{}`", name.replace('`', "``"))
}

struct Reading {
    encoding: Encoding,
    count: Option<u64>,
    layout: Arc<Layout>,
    progress: ProgressBar,
}

/// How a column's bytes are read.
#[derive(Clone, Copy)]
struct Cells {
    kind: ColumnType,
    bytes: Bytes,
}

impl Cells {
    /// `None` where the column has a character set that is not supported.
    fn of(column: &mysql::Column, encoding: Encoding) -> Option<Self> {
        let charset =
            if encoding == Encoding::Gb18030 { Charset::of(column.character_set()) } else { Charset::Whatever };
        let bytes = match charset {
            // Its collation says binary, but it is always utf8mb4.
            _ if column.column_type() == ColumnType::MYSQL_TYPE_JSON => Bytes::As(Encoding::Utf8),
            Charset::Known(bytes) => bytes,
            Charset::Whatever => Bytes::As(encoding),
            Charset::Foreign => return None,
        };
        Some(Self { kind: column.column_type(), bytes })
    }
}

impl Reading {
    fn read(&self, session: &mut Session, query: &str, mouth: &mut Mouth) -> Result<(), Stop> {
        let failed = |error: mysql::Error| Stop::Failed(io::Error::other(explain(&error)));
        ask_for_results(&mut session.conn, self.encoding, session.charset).map_err(failed)?;
        let result = session.conn.query_iter(query).map_err(failed)?;
        let columns = result.columns();
        let columns: Option<Vec<Cells>> =
            columns.as_ref().iter().map(|column| Cells::of(column, self.encoding)).collect();
        let Some(columns) = columns.filter(|columns| columns.len() == self.layout.headers.len()) else {
            return Err(io::Error::other("表的列在读取期间被改动").into());
        };
        let (mut number, mut draft) = (0, Draft::default());
        for row in result {
            number += 1;
            mouth.give(self.item(number, &row.map_err(failed)?.unwrap(), &columns, &mut draft))?;
        }
        match self.count {
            Some(count) if count != number => Err(io::Error::other(format!(
                "数据库只给出 {number} 行，而 COUNT(*) 是 {count} 行；请检查数据库和中间代理对行数的限制，以及该表是否正在被改动（MyISAM 表没有快照，请停机后导入）"
            ))
            .into()),
            _ => Ok(()),
        }
    }

    fn item(&self, number: u64, values: &[Value], columns: &[Cells], draft: &mut Draft) -> Item<Row> {
        draft.clear();
        let bytes: usize = values.iter().map(length).sum();
        self.progress.inc(bytes as u64);
        let decoded = if bytes > MAX_RECORD {
            Err(Code::LineTooLong)
        } else {
            let mut cells = values.iter().zip(columns);
            cells.try_for_each(|(value, column)| draft.push(|text| cell(value, *column, text)))
        };
        match decoded.and_then(|()| draft.finish(number)) {
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

/// Results are text, except bits.
fn cell(value: &Value, column: Cells, text: &mut String) -> Result<(), Code> {
    match value {
        Value::NULL => Ok(()),
        Value::Bytes(bytes) if column.kind == ColumnType::MYSQL_TYPE_BIT => {
            let bits = bytes.iter().fold(0, |bits: u64, byte| bits << 8 | u64::from(*byte));
            text.push_str(&bits.to_string());
            Ok(())
        }
        Value::Bytes(bytes) => column.bytes.decode_into(bytes, text).ok_or(Code::MalformedBytes),
        other => {
            text.push_str(other.as_sql(true).trim_matches('\''));
            Ok(())
        }
    }
}

fn length(value: &Value) -> usize {
    if let Value::Bytes(bytes) = value { bytes.len() } else { 0 }
}

impl std::fmt::Debug for Database {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Database").field("layout", &self.layout).finish_non_exhaustive()
    }
}

//! A live MySQL or MariaDB database. Sources of one server are read on one connection, in one transaction that sees the data of one
//! moment and cannot write.

use indicatif::ProgressBar;
use mysql::consts::ColumnType;
use mysql::prelude::Queryable;
use mysql::{Conn, OptsBuilder, SslOpts, Value};
use secrecy::ExposeSecret;
use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use super::encoding::{Declared, Encoding};
use super::feed::{Feed, Mouth, Stop};
use super::layout::Layout;
use super::row::{Draft, Row};
use super::split::{MAX_FIELDS, MAX_RECORD};
use super::{Item, NoTable, Rejection};
use crate::domain::form::text::tidy;
use crate::import::finding::{Code, Tally};
use crate::import::kind::Target;
use crate::import::manifest::mysql::Rows;
use crate::import::manifest::{self, Mysql};
use crate::import::report::EncodingFound;

const CONNECT: Duration = Duration::from_secs(10);
/// How long a server may sort before its first row.
const READ: Duration = Duration::from_mins(30);

/// What every session begins with. While rows are hashed and written here, the server waits: longer than it is used to.
const BEGIN: &[&str] = &[
    "SET NAMES utf8mb4",
    "SET SESSION wait_timeout = 604800",
    "SET SESSION net_write_timeout = 86400",
    "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ",
    "SET SESSION TRANSACTION READ ONLY",
    "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
];

type Link = Arc<Mutex<Conn>>;

/// One connection to each server, or why there is none.
#[derive(Default)]
pub(super) struct Links(BTreeMap<String, Result<Link, String>>);

impl Links {
    fn to(&mut self, mysql: &Mysql) -> Result<Link, NoTable> {
        let known = self.0.entry(format!("{:?}", mysql.server()));
        let link = known
            .or_insert_with(|| connect(mysql).map(|conn| Arc::new(Mutex::new(conn))).map_err(|error| explain(&error)));
        link.clone().map_err(NoTable::Database)
    }
}

fn connect(mysql: &Mysql) -> mysql::Result<Conn> {
    let ssl = mysql.ssl_ca.clone().map(|ca| SslOpts::default().with_root_cert_path(Some(ca)));
    let options = OptsBuilder::new()
        .ip_or_hostname(Some(mysql.host.clone()))
        .tcp_port(mysql.port)
        .user(Some(mysql.user.clone()))
        .pass(mysql.password.as_ref().map(|password| password.expose_secret().to_owned()))
        .db_name(Some(mysql.database.clone()))
        .prefer_socket(false)
        .ssl_opts(ssl)
        .tcp_connect_timeout(Some(CONNECT))
        // Between its two readings a connection is silent for hours, and what lies between forgets it.
        .tcp_keepalive_time_ms(Some(60_000))
        .read_timeout(Some(READ))
        .write_timeout(Some(READ));
    let mut conn = Conn::new(options)?;
    for statement in BEGIN {
        conn.query_drop(statement)?;
    }
    Ok(conn)
}

/// The reason, without who asked: a refused sign-in names the account.
fn explain(error: &mysql::Error) -> String {
    match error {
        mysql::Error::MySqlError(error) if matches!(error.code, 1044 | 1045 | 1698) => {
            format!("数据库拒绝了该用户（错误 {}）；请检查用户名、密码和 SELECT 权限", error.code)
        }
        mysql::Error::MySqlError(error) => format!("数据库报错 {}：{}", error.code, error.message),
        mysql::Error::IoError(error) => format!("无法连接数据库（{error}）"),
        mysql::Error::DriverError(error) => format!("无法连接数据库（{error}）"),
        other => format!("无法读取数据库（{other}）"),
    }
}

/// A table or a query that was looked at.
pub(super) struct Database {
    link: Link,
    query: Arc<str>,
    encoding: Encoding,
    size: u64,
    layout: Arc<Layout>,
}

impl Database {
    /// Asks for the columns.
    pub(super) fn open(
        source: &manifest::Source,
        mysql: &Mysql,
        links: &mut Links,
        tally: &mut Tally,
    ) -> Result<Self, NoTable> {
        let link = links.to(mysql)?;
        let failed = |error: mysql::Error| NoTable::Database(explain(&error));
        let mut conn = hold(&link)?;
        let (query, size) = match &mysql.rows {
            Rows::Query(query) => (query.clone(), 0),
            Rows::Table(name) => {
                (whole_table(&mut conn, name).map_err(failed)?, table_size(&mut conn, name).map_err(failed)?)
            }
        };
        let statement = conn.prep(&query).map_err(failed)?;
        let headers: Vec<String> =
            statement.columns().iter().map(|column| tidy(&column.name_str()).to_owned()).collect();
        conn.close(statement).map_err(failed)?;
        drop(conn);
        if headers.is_empty() {
            return Err(NoTable::Empty);
        }
        if headers.len() > MAX_FIELDS {
            return Err(NoTable::Header);
        }
        let encoding = match source.encoding {
            Declared::Fixed(Encoding::Gb18030) => Encoding::Gb18030,
            _ => Encoding::Utf8,
        };
        let layout = Arc::new(Layout::new(headers, source, tally));
        Ok(Self { link, query: query.into(), encoding, size, layout })
    }

    pub(super) fn size(&self) -> u64 {
        self.size
    }

    /// What the bytes of the results are.
    pub(super) fn encoding(&self) -> EncodingFound {
        EncodingFound { name: self.encoding.as_str(), guessed: false }
    }

    pub(super) fn layout(&self) -> &Layout {
        &self.layout
    }

    /// The result of the query, in the transaction's moment. A second reading on the same connection waits for the end of the first.
    pub(super) fn rows(&self, progress: &ProgressBar) -> io::Result<Feed> {
        let (link, query, layout) = (Arc::clone(&self.link), Arc::clone(&self.query), Arc::clone(&self.layout));
        let reading = Reading { encoding: self.encoding, layout, progress: progress.clone() };
        Feed::start(move |mouth| {
            let mut conn = hold(&link)?;
            reading.read(&mut conn, &query, mouth)
        })
    }
}

fn hold(link: &Link) -> io::Result<MutexGuard<'_, Conn>> {
    link.lock().map_err(|_| io::Error::other("与数据库的连接已中断"))
}

/// By the primary key, where there is one, so that every reading has the same order.
fn whole_table(conn: &mut Conn, name: &[String]) -> mysql::Result<String> {
    let table: Vec<String> = name.iter().map(|part| quoted(part)).collect();
    let table = table.join(".");
    let keys: Vec<mysql::Row> = conn.query(format!("SHOW KEYS FROM {table} WHERE Key_name = 'PRIMARY'"))?;
    let columns: Vec<String> =
        keys.iter().filter_map(|key| key.get::<String, _>("Column_name")).map(|column| quoted(&column)).collect();
    let order = if columns.is_empty() { String::new() } else { format!(" ORDER BY {}", columns.join(", ")) };
    Ok(format!("SELECT * FROM {table}{order}"))
}

/// About, in bytes.
fn table_size(conn: &mut Conn, name: &[String]) -> mysql::Result<u64> {
    let (database, table) = match name {
        [database, table] => (Some(database), table),
        _ => (None, &name[0]),
    };
    let query = "SELECT COALESCE(DATA_LENGTH, 0) FROM information_schema.TABLES \
                 WHERE TABLE_SCHEMA = COALESCE(?, DATABASE()) AND TABLE_NAME = ?";
    Ok(conn.exec_first(query, (database, table))?.unwrap_or(0))
}

fn quoted(name: &str) -> String {
    format!("`{}`", name.replace('`', "``"))
}

struct Reading {
    encoding: Encoding,
    layout: Arc<Layout>,
    progress: ProgressBar,
}

impl Reading {
    fn read(&self, conn: &mut Conn, query: &str, mouth: &mut Mouth) -> Result<(), Stop> {
        let failed = |error: mysql::Error| Stop::Failed(io::Error::other(explain(&error)));
        // `binary`: as stored, whatever the column's character set claims.
        let results = if self.encoding == Encoding::Gb18030 { "binary" } else { "utf8mb4" };
        conn.query_drop(format!("SET character_set_results = {results}")).map_err(failed)?;
        let result = conn.query_iter(query).map_err(failed)?;
        let columns: Vec<ColumnType> = result.columns().as_ref().iter().map(mysql::Column::column_type).collect();
        if columns.len() != self.layout.headers.len() {
            return Err(io::Error::other("表的列在读取期间被改动").into());
        }
        let (mut number, mut draft) = (0, Draft::default());
        for row in result {
            number += 1;
            mouth.give(self.item(number, &row.map_err(failed)?.unwrap(), &columns, &mut draft))?;
        }
        Ok(())
    }

    fn item(&self, number: u64, values: &[Value], columns: &[ColumnType], draft: &mut Draft) -> Item<Row> {
        draft.clear();
        let bytes: usize = values.iter().map(length).sum();
        self.progress.inc(bytes as u64);
        let decoded = if bytes > MAX_RECORD {
            Err(Code::LineTooLong)
        } else {
            let mut cells = values.iter().zip(columns);
            cells.try_for_each(|(value, kind)| draft.push(|text| self.cell(value, *kind, text)))
        };
        match decoded.and_then(|()| draft.finish(number)) {
            Ok(record) => Item::Row(Row::new(record, &self.layout)),
            Err(code) => Item::Rejected(Rejection { row: number, key: self.key(values, columns), code }),
        }
    }

    fn key(&self, values: &[Value], columns: &[ColumnType]) -> String {
        let mut key = String::new();
        let Some(at) = self.layout.at(Target::Key) else { return key };
        match self.cell(&values[at], columns[at], &mut key) {
            Ok(()) => tidy(&key).to_owned(),
            Err(_) => String::new(),
        }
    }

    /// Results come as text, but for bits.
    fn cell(&self, value: &Value, kind: ColumnType, text: &mut String) -> Result<(), Code> {
        match value {
            Value::NULL => Ok(()),
            Value::Bytes(bytes) if kind == ColumnType::MYSQL_TYPE_BIT => {
                let bits = bytes.iter().fold(0, |bits: u64, byte| bits << 8 | u64::from(*byte));
                text.push_str(&bits.to_string());
                Ok(())
            }
            Value::Bytes(bytes) => self.encoding.decode_into(bytes, text).ok_or(Code::MalformedBytes),
            other => {
                text.push_str(other.as_sql(true).trim_matches('\''));
                Ok(())
            }
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

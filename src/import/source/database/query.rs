//! Queries about a table or a query: its order, size and columns.

use mysql::Conn;
use mysql::prelude::Queryable;

use super::cells::Cells;
use crate::import::source::encoding::Encoding;

/// Requests texts as they are stored, so that each column states its charset, or all of them in UTF-8.
pub(super) fn ask_for_results(conn: &mut Conn, encoding: Encoding, utf8: &str) -> mysql::Result<()> {
    let results = if encoding == Encoding::Gb18030 { "NULL" } else { utf8 };
    conn.query_drop(format!("SET character_set_results = {results}"))
}

/// The first column whose character set is not supported, with its collation.
pub(super) fn find_foreign(columns: &[mysql::Column], encoding: Encoding) -> Option<(String, u16)> {
    let column = columns.iter().find(|column| Cells::of(column, encoding).is_none())?;
    Some((column.name_str().into_owned(), column.character_set()))
}

pub(super) fn refuse_foreign(conn: &mut Conn, column: &str, collation: u16) -> mysql::Result<String> {
    let query = "SELECT CHARACTER_SET_NAME FROM information_schema.COLLATIONS WHERE ID = ?";
    let name: Option<String> = conn.exec_first(query, (collation,))?;
    let name = name.unwrap_or_else(|| format!("编号 {collation}"));
    Ok(format!(
        "列 {column} 的字符集（{name}）不能按 encoding = \"gb18030\" 读取；请改用 query，写 CONVERT({column} USING utf8mb4) AS {column}；其中其实是 GBK 字节的，写 CAST({column} AS BINARY) AS {column}；不需要的列请略去"
    ))
}

/// Ordered by the primary key, where there is one, so that every reading has the same order.
pub(super) fn whole_table(conn: &mut Conn, name: &[String]) -> mysql::Result<String> {
    let table: Vec<String> = name.iter().map(|part| quoted(part)).collect();
    let table = table.join(".");
    let keys: Vec<mysql::Row> = conn.query(format!("SHOW KEYS FROM {table} WHERE Key_name = 'PRIMARY'"))?;
    let columns: Vec<String> =
        keys.iter().filter_map(|key| key.get::<String, _>("Column_name")).map(|column| quoted(&column)).collect();
    let order = if columns.is_empty() { String::new() } else { format!(" ORDER BY {}", columns.join(", ")) };
    Ok(format!("SELECT * FROM {table}{order}"))
}

/// Approximate, in bytes.
pub(super) fn table_size(conn: &mut Conn, name: &[String]) -> mysql::Result<u64> {
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
pub(super) fn count(conn: &mut Conn, query: &str) -> mysql::Result<Option<u64>> {
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

//! A live MySQL or MariaDB database as a source.

use secrecy::SecretString;
use std::path::PathBuf;

/// The server's address, and what to read.
#[derive(Clone, Debug)]
pub struct Mysql {
    pub host: String,
    pub port: u16,
    pub user: String,
    pub password: Option<SecretString>,
    pub database: String,
    /// PEM of the authority that signed the server's certificate; without it the connection is not encrypted.
    pub ssl_ca: Option<PathBuf>,
    pub rows: Rows,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rows {
    /// A table, or one of another database: `db.table`.
    Table(Vec<String>),
    Query(String),
}

impl Mysql {
    /// The identity of the server: sources that share it share a snapshot.
    pub fn server(&self) -> (&str, u16, &str, &str) {
        (&self.host, self.port, &self.user, &self.database)
    }
}

/// Functions that read a file of the server, or make it wait, lock or spin.
const REFUSED_FUNCTIONS: [&str; 4] = ["load_file", "sleep", "get_lock", "benchmark"];

/// Whether a query in lower case calls a function, whose name may be quoted.
fn calls(query: &str, function: &str) -> bool {
    query.match_indices(function).any(|(at, _)| {
        let is_of_a_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$');
        let rest = query[at + function.len()..].trim_start_matches(['`', '"']).trim_start();
        rest.starts_with('(') && !query[..at].ends_with(is_of_a_name)
    })
}

/// Whether a text is a query that only reads. The transaction is READ ONLY besides; this refuses what that allows: locks, files on the
/// server, further statements, and functions that keep the server busy.
pub fn reads_only(query: &str) -> Result<(), &'static str> {
    let words: Vec<String> = query
        .split(|c: char| !c.is_alphanumeric() && c != '_')
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    let has = |wanted: &[&str]| words.windows(wanted.len()).any(|found| found == wanted);
    if !matches!(words.first().map(String::as_str), Some("select" | "with")) {
        return Err("只能以 SELECT 或 WITH 开头");
    }
    if ["--", "#", "/*"].iter().any(|comment| query.contains(comment)) {
        return Err("不能含注释");
    }
    if query.trim_end().trim_end_matches(';').contains(';') {
        return Err("只能有一条语句");
    }
    if has(&["into"]) || has(&["for", "update"]) || has(&["for", "share"]) || has(&["in", "share", "mode"]) {
        return Err("不能含 INTO、FOR UPDATE、FOR SHARE 或 LOCK IN SHARE MODE");
    }
    let query = query.to_lowercase();
    if REFUSED_FUNCTIONS.iter().any(|name| calls(&query, name)) {
        return Err("不能调用 LOAD_FILE、SLEEP、GET_LOCK 或 BENCHMARK");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_queries_that_read_pass() {
        for good in [
            "SELECT * FROM zh_account",
            " select id, `into_date` from t where x = 'a'; ",
            "WITH a AS (SELECT 1) SELECT * FROM a",
            "SELECT sleep, `benchmark`, sleep_time(1), t.get_lock AS g FROM t",
        ] {
            assert_eq!(reads_only(good), Ok(()), "{good}");
        }
        for bad in [
            "",
            "DELETE FROM t",
            "CALL p()",
            "SELECT 1; DROP TABLE t",
            "SELECT * INTO OUTFILE '/tmp/x' FROM t",
            "SELECT * FROM t FOR  UPDATE",
            "SELECT * FROM t LOCK IN SHARE MODE",
            "SELECT /*!50000 1 INTO @x */ FROM t",
            "SELECT 1 -- x",
            "SELECT load_file('/etc/hostname')",
            "SELECT Load_File ('/etc/hostname')",
            "SELECT `load_file`('/etc/hostname')",
            "SELECT id FROM t WHERE SLEEP\n(5) = 0",
            "SELECT sleep, sleep(5) FROM t",
            "SELECT get_lock('x', 5)",
            "SELECT 1 + BENCHMARK(1000000, md5('x'))",
        ] {
            assert!(reads_only(bad).is_err(), "{bad}");
        }
    }
}

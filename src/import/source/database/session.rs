//! A session on an old server: with settings of its own whatever the server's are, and a read-only transaction.

mod begin;

use mysql::prelude::Queryable;
use mysql::{Conn, OptsBuilder, SslOpts};
use secrecy::ExposeSecret;
use std::time::Duration;

use crate::import::manifest::mysql::Mysql;
use begin::begin;

const CONNECT: Duration = Duration::from_secs(10);
/// The deadline for a server to sort before its first row.
const READ: Duration = Duration::from_mins(30);

/// Settings of the server or of the user that truncate rows or texts, change them, or end the session while rows are hashed and written.
/// `DEFAULT` would be the server's setting, so each has an explicit value.
const SETTINGS: &[&str] = &[
    "sql_select_limit = 18446744073709551615",
    "max_join_size = 18446744073709551615",
    "sql_big_selects = 1",
    "group_concat_max_len = 4194304",
    "sql_mode = ''",
    "sql_auto_is_null = 0",
    "time_zone = '+08:00'",
    "lc_time_names = 'en_US'",
    "max_execution_time = 0",
    "max_statement_time = 0",
    "wait_timeout = 604800",
    "net_write_timeout = 86400",
    "idle_transaction_timeout = 0",
    "idle_readonly_transaction_timeout = 0",
];

const ER_UNKNOWN_CHARACTER_SET: u16 = 1115;
const ER_PARSE_ERROR: u16 = 1064;
const ER_UNKNOWN_SYSTEM_VARIABLE: u16 = 1193;

/// A connection within its transaction.
pub(super) struct Session {
    pub(super) conn: Conn,
    /// The server's name of the charset that covers every character.
    pub(super) charset: &'static str,
}

impl Session {
    /// Opens the session, or returns the reason.
    pub(super) fn open(mysql: &Mysql) -> Result<Self, String> {
        let failed = |error: mysql::Error| explain(&error);
        let mut conn = connect(mysql).map_err(failed)?;
        let charset = name_charset(&mut conn).map_err(failed)?;
        for setting in SETTINGS {
            match conn.query_drop(format!("SET SESSION {setting}")) {
                // Settings differ between MySQL, MariaDB and their versions; a missing one does no harm.
                Err(error) if has_code(&error, ER_UNKNOWN_SYSTEM_VARIABLE) => {}
                done => done.map_err(failed)?,
            }
        }
        conn.query_drop("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ").map_err(failed)?;
        begin(&mut conn)?;
        Ok(Self { conn, charset })
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
        // Between its two readings a connection is idle for hours, and a firewall would drop it.
        .tcp_keepalive_time_ms(Some(60_000))
        .read_timeout(Some(READ))
        .write_timeout(Some(READ));
    Conn::new(options)
}

/// MySQL before 5.5 has only the UTF-8 of three bytes, and stores no other.
fn name_charset(conn: &mut Conn) -> mysql::Result<&'static str> {
    match conn.query_drop("SET NAMES utf8mb4") {
        Err(error) if has_code(&error, ER_UNKNOWN_CHARACTER_SET) => conn.query_drop("SET NAMES utf8").map(|()| "utf8"),
        done => done.map(|()| "utf8mb4"),
    }
}

fn has_code(error: &mysql::Error, code: u16) -> bool {
    matches!(error, mysql::Error::MySqlError(error) if error.code == code)
}

/// The reason without the user: a refused sign-in names the account.
pub(super) fn explain(error: &mysql::Error) -> String {
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

#[cfg(test)]
mod tests;

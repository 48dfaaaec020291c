//! Beginning a transaction that cannot write.

use mysql::Conn;
use mysql::prelude::Queryable;

use super::{ER_PARSE_ERROR, explain, has_code};

/// Begins a read-only transaction. MySQL before 5.6 and MariaDB before 10.0 have none: there the user must lack the privilege to write.
pub(super) fn begin(conn: &mut Conn) -> Result<(), String> {
    let read_only = ["SET SESSION TRANSACTION READ ONLY", "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY"];
    match read_only.iter().try_for_each(|statement| conn.query_drop(statement)) {
        Err(error) if has_code(&error, ER_PARSE_ERROR) => {}
        done => return done.map_err(|error| explain(&error)),
    }
    let failed = |error: mysql::Error| explain(&error);
    let grants: Vec<String> = conn.query("SHOW GRANTS FOR CURRENT_USER()").map_err(failed)?;
    if !grants.iter().all(|grant| only_reads(grant)) {
        let version: Option<String> = conn.query_first("SELECT VERSION()").map_err(failed)?;
        let version = version.unwrap_or_default();
        return Err(format!(
            "该数据库的版本（{version}）没有只读事务（MySQL 5.6、MariaDB 10.0 起才有），而该用户不只有 SELECT 权限；\
             请另建一个只有 SELECT 权限的用户（GRANT SELECT ON 库.* TO '用户'@'主机'），或导出为文件后导入"
        ));
    }
    conn.query_drop("START TRANSACTION WITH CONSISTENT SNAPSHOT").map_err(failed)
}

/// Whether a line of `SHOW GRANTS` grants only reading.
pub(super) fn only_reads(grant: &str) -> bool {
    let Some(rest) = grant.strip_prefix("GRANT ") else { return false };
    // A role may hold any privilege; `WITH GRANT OPTION` may grant one later.
    let Some((privileges, rest)) = rest.split_once(" ON ") else { return false };
    let mut depth = 0;
    let privileges = privileges.split(|c: char| {
        depth += i32::from(c == '(') - i32::from(c == ')');
        c == ',' && depth == 0
    });
    let name = |privilege: &str| privilege.split('(').next().unwrap_or_default().trim().to_uppercase();
    let reads =
        |privilege: &str| matches!(name(privilege).as_str(), "SELECT" | "USAGE" | "SHOW VIEW" | "SHOW DATABASES");
    privileges.into_iter().all(reads) && !rest.to_uppercase().contains("WITH GRANT OPTION")
}

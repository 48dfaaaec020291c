//! Whether a statement is one that [`super::Db::read`] is for.

/// What writes, locks, or stays in the session, wherever it stands in a statement.
const OTHERWISE: [&str; 9] =
    ["insert", "update", "delete", "merge", "truncate", "share", "nextval", "setval", "set_config"];

/// Whether a statement reads and does nothing else, as far as its words tell. They stand outside of quotes.
pub(super) fn only_reads(statement: &str) -> bool {
    let statement = statement.split(" -- binds: ").next().unwrap_or_default();
    let unquoted: String = statement.split(['\'', '"']).step_by(2).collect::<Vec<_>>().join(" ").to_lowercase();
    let mut words =
        unquoted.split(|letter: char| !letter.is_alphanumeric() && letter != '_').filter(|word| !word.is_empty());
    let is_query = matches!(words.next(), Some("select" | "with"));
    is_query && !words.any(|word| OTHERWISE.contains(&word) || word.contains("_advisory_"))
}

#[cfg(test)]
mod tests {
    use super::only_reads;

    #[test]
    fn queries_only_read() {
        for statement in [
            "SELECT 1",
            r#"SELECT "exams"."id", "exams"."updated_at" FROM "exams" WHERE ("exams"."code" = $1) -- binds: ["UPDATE"]"#,
            r#"(SELECT "update" FROM t) -- binds: []"#,
            "WITH a AS (SELECT 'delete' AS word) SELECT word FROM a",
        ] {
            assert!(only_reads(statement), "{statement}");
        }
    }

    #[test]
    fn what_writes_or_locks_or_stays_does_not_only_read() {
        for statement in [
            "",
            "BEGIN",
            "SAVEPOINT diesel_savepoint_1",
            "SET lock_timeout = '1s'",
            "INSERT INTO t VALUES (1)",
            "WITH a AS (UPDATE t SET n = 1 RETURNING n) SELECT n FROM a",
            "select id from t for no key update",
            "SELECT id FROM t FOR KEY SHARE",
            "SELECT pg_advisory_xact_lock($1) -- binds: [1]",
            "SELECT pg_try_advisory_lock(1)",
            "SELECT nextval('s')",
            "SELECT set_config('a.b', '1', false)",
        ] {
            assert!(!only_reads(statement), "{statement}");
        }
    }
}

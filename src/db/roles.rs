//! What the role of the running service may do, where another role owns the schema.

use diesel::connection::SimpleConnection;
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{Bool, Text};

#[derive(QueryableByName)]
struct Names {
    #[diesel(sql_type = Text)]
    role: String,
    #[diesel(sql_type = Text)]
    schema: String,
}

#[derive(QueryableByName)]
struct Allowed {
    #[diesel(sql_type = Bool)]
    allowed: bool,
}

/// The role of this connection.
pub fn current(conn: &mut PgConnection) -> QueryResult<String> {
    diesel::select(diesel::dsl::sql::<Text>("current_user::text")).get_result(conn)
}

/// Gives `role` exactly what the service needs of the schema of this connection, whose role owns it: rows of every table, and of the audit
/// log no more than adding and reading.
pub fn grant(conn: &mut PgConnection, role: &str) -> QueryResult<()> {
    let Names { role, schema } = sql_query("SELECT quote_ident($1) AS role, quote_ident(current_schema()) AS schema")
        .bind::<Text, _>(role)
        .get_result(conn)?;
    conn.transaction(|conn| {
        conn.batch_execute(&format!(
            "GRANT USAGE ON SCHEMA {schema} TO {role};
             REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {role};
             GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {role};
             GRANT USAGE ON ALL SEQUENCES IN SCHEMA {schema} TO {role};
             REVOKE UPDATE, DELETE ON audit_events FROM {role};
             REVOKE DELETE ON audit_head FROM {role};
             REVOKE UPDATE, DELETE ON key_checks FROM {role};
             REVOKE INSERT, UPDATE, DELETE ON __diesel_schema_migrations FROM {role};"
        ))
    })
}

/// Whether the role of this connection could change or remove what stands in the audit log.
pub fn may_rewrite_audit(conn: &mut PgConnection) -> QueryResult<bool> {
    let allowed: Allowed =
        sql_query("SELECT has_table_privilege('audit_events', 'UPDATE, DELETE, TRUNCATE') AS allowed")
            .get_result(conn)?;
    Ok(allowed.allowed)
}

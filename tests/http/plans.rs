//! That no statement of a page reads a whole table, however large it is, when it is planned without a look at its values.

use buzheng::db::legacy_passwords;
use diesel::prelude::*;
use diesel::sql_types::Text;

use crate::statements::{PREPARED, record, signed_in};
use crate::support::TestApp;

/// Tables of a few rows, which may be read as they are.
const SMALL: [&str; 4] = ["exams", "exam_combinations", "audit_head", "key_checks"];

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text, column_name = "QUERY PLAN")]
    line: String,
}

/// The plan where reading a whole table counts as the last resort.
fn plan(conn: &mut PgConnection, statement: &str) -> String {
    let parameters = (1..100).take_while(|number| statement.contains(&format!("${number}"))).count();
    let values = vec!["NULL"; parameters].join(", ");
    let call = if values.is_empty() { String::new() } else { format!("({values})") };
    conn.transaction::<_, diesel::result::Error, _>(|conn| {
        for setting in ["enable_seqscan = off", "plan_cache_mode = force_generic_plan"] {
            diesel::sql_query(format!("SET LOCAL {setting}")).execute(conn)?;
        }
        diesel::sql_query(format!("PREPARE planned AS {statement}")).execute(conn)?;
        let lines: Vec<Line> = diesel::sql_query(format!("EXPLAIN EXECUTE planned{call}")).load(conn)?;
        diesel::sql_query("DEALLOCATE planned").execute(conn)?;
        Ok(lines.into_iter().map(|line| line.line).collect::<Vec<_>>().join("\n"))
    })
    .unwrap_or_else(|error| panic!("{error}: {statement}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_statement_of_pages_and_sign_ins_goes_by_an_index() {
    record();
    let app = TestApp::new().await;
    let browser = signed_in(&app).await;
    app.user("ceshi").await;
    for page in ["/", "/reissue?exam=ZJ", "/reissue/new?exam=ZJ", "/applications", "/continuity", "/link"] {
        browser.get(page).await;
    }
    let prepared: Vec<String> = PREPARED.lock().unwrap().iter().cloned().collect();
    assert!(prepared.len() > 20, "{}", prepared.len());
    let conn = &mut app.db.connect();
    for statement in prepared.iter().filter(|statement| !statement.starts_with("INSERT")) {
        let plan = plan(conn, statement);
        for line in plan.lines().filter(|line| line.contains("Seq Scan on ")) {
            assert!(SMALL.iter().any(|table| line.contains(&format!("Seq Scan on {table}"))), "{statement}\n{plan}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn passwords_that_wait_are_found_by_the_index_over_them() {
    record();
    let app = TestApp::new().await;
    let db = &app.service.db;
    db.read(|conn| Ok::<_, buzheng::db::DbError>(legacy_passwords::unwrapped(conn)?)).await.unwrap();
    db.read(|conn| Ok::<_, buzheng::db::DbError>(legacy_passwords::sealed_ids(conn, None, 10)?)).await.unwrap();
    let prepared = PREPARED.lock().unwrap().clone();
    let waiting: Vec<_> = prepared.iter().filter(|statement| statement.contains("NOT LIKE")).collect();
    assert_eq!(waiting.len(), 2, "{prepared:?}");
    for statement in waiting {
        let plan = plan(&mut app.db.connect(), statement);
        assert!(plan.contains("legacy_accounts_unwrapped"), "{statement}\n{plan}");
    }
}

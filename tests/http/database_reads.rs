//! The doors to the database by which nothing is written: what they send, and what becomes of them where the connection is gone.

use buzheng::app::keys::{Keys, Recording};
use buzheng::db::{Db, DbError};
use buzheng::vault::{KeyFile, Vault};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Integer;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, mpsc};
use std::time::Duration;
use tokio::runtime::Builder;

use crate::statements::{everything_sent, record};
use crate::support::{TestApp, TestDb};

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = Integer)]
    number: i32,
}

fn number(conn: &mut PgConnection) -> Result<i32, DbError> {
    let found: Found = diesel::sql_query("SELECT 7 AS number").get_result(conn)?;
    Ok(found.number)
}

/// Ends the connection that it is asked on.
fn end_own_connection(conn: &mut PgConnection) -> Result<(), DbError> {
    Ok(conn.batch_execute("SELECT pg_terminate_backend(pg_backend_pid())")?)
}

#[tokio::test]
async fn a_read_sends_its_statements_and_nothing_else() {
    record();
    let app = TestApp::new().await;
    let db = &app.service.db;
    db.admit().await.unwrap();
    let (read, sent) = everything_sent(db.read(number)).await;
    assert_eq!((read.unwrap(), sent), (7, vec!["SELECT 7 AS number -- binds: []".to_owned()]));
    let (admitted, sent) = everything_sent(db.admit()).await;
    admitted.unwrap();
    assert_eq!(sent, Vec::<String>::new(), "the connection was admitted before");
    let (done, sent) = everything_sent(db.transaction(number)).await;
    assert_eq!((done.unwrap(), sent.len()), (7, 3), "{sent:?}");
}

/// A read that is cut so often, how often it is run, and what comes of it.
async fn cut(db: &Db, times: u32) -> (u32, Result<i32, DbError>) {
    let runs = Arc::new(AtomicU32::new(0));
    let counted = runs.clone();
    let work = move |conn: &mut PgConnection| {
        let first = number(conn)?;
        if counted.fetch_add(1, Ordering::Relaxed) < times {
            end_own_connection(conn)?;
        }
        Ok(first)
    };
    let done = db.read(work).await;
    (runs.load(Ordering::Relaxed), done)
}

#[tokio::test]
async fn a_read_that_is_cut_at_work_is_run_once_more_on_a_new_connection() {
    let app = TestApp::new().await;
    let (runs, done) = cut(&app.service.db, 1).await;
    assert_eq!((runs, done.unwrap()), (2, 7));
    let (runs, done) = cut(&app.service.db, 9).await;
    assert!(runs == 2 && done.unwrap_err().is_outage(), "{runs}");
    let (runs, done) = cut(&app.service.db, 0).await;
    assert_eq!((runs, done.unwrap()), (1, 7));
}

#[tokio::test]
async fn a_transaction_that_is_cut_at_work_is_not_run_again() {
    let app = TestApp::new().await;
    let done = app.service.db.transaction(end_own_connection).await;
    assert!(done.unwrap_err().is_outage());
    assert_eq!(app.service.db.transaction(number).await.unwrap(), 7);
}

/// Only in builds that tests are made of.
#[tokio::test]
async fn a_read_that_would_write_or_leave_something_behind_dies_and_so_does_its_connection() {
    let app = TestApp::new().await;
    let db = &app.service.db;
    for statement in [
        "UPDATE persons SET created_at = created_at",
        "WITH gone AS (DELETE FROM persons RETURNING id) SELECT count(*) FROM gone",
        "SELECT id FROM persons FOR UPDATE",
        "SELECT pg_advisory_lock(1)",
        "SELECT set_config('search_path', 'nowhere', false)",
        "SET search_path = nowhere",
        "BEGIN",
    ] {
        let done = db.read(move |conn| Ok::<_, DbError>(conn.batch_execute(statement)?)).await;
        assert!(matches!(done, Err(DbError::Task(_))), "{statement}: {done:?}");
        assert_eq!(db.usage(), (0, 0), "{statement}");
    }
}

#[test]
fn a_runtime_that_ends_while_work_is_waited_for_ends_quietly() {
    // Whoever asked waits still, or has left.
    for leaves in [false, true] {
        let database = TestDb::new();
        let keys = Keys::new(&Vault::new(&KeyFile::generate()), Recording::Records);
        let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let db = Db::serving(&database.url().into(), 2, keys);
        let (at_work, wait_for_work) = mpsc::channel();
        let (release, released) = mpsc::channel::<()>();
        let work = move |_: &mut PgConnection| {
            at_work.send(()).unwrap();
            assert!(released.recv().is_err(), "the other end goes at the end");
            Ok::<_, DbError>(())
        };
        let asking = runtime.spawn(async move { db.read(work).await });
        wait_for_work.recv().unwrap();
        if leaves {
            asking.abort();
        }
        runtime.shutdown_timeout(Duration::from_millis(100));
        drop(release);
    }
}

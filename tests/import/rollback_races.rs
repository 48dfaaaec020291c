//! `import rollback` while people are at work: whoever was first is seen, whoever comes later finds the rows gone.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use std::collections::BTreeSet;
use std::sync::Arc;

use crate::rollback_people::{Town, citizen};

type Told = (Vec<String>, BTreeSet<(String, String, String)>);

/// Begins to take the batch back, on a thread of its own.
fn begin(town: &Arc<Town>) -> tokio::task::JoinHandle<Told> {
    let town = Arc::clone(town);
    tokio::task::spawn_blocking(move || town.back("b"))
}

/// Until so many of the database's sessions wait for a lock.
async fn until_waiting(town: &Town, sessions: i64) {
    let waiting = "SELECT count(*) AS number FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    while town.app.number(waiting) < sessions {
        tokio::task::yield_now().await;
    }
}

/// Has a rollback wait, with all of its rows locked and most of them gone, until the connection's lock is given up.
fn hold(town: &Town) -> PgConnection {
    let mut conn = town.app.db.connect();
    conn.batch_execute(
        "CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_advisory_xact_lock(42); RETURN NULL; END $$;
         CREATE TRIGGER wait BEFORE DELETE ON exam_combinations FOR EACH STATEMENT EXECUTE FUNCTION wait();
         SELECT pg_advisory_lock(42)",
    )
    .unwrap();
    conn
}

fn let_go(mut conn: PgConnection) {
    conn.batch_execute("SELECT pg_advisory_unlock(42)").unwrap();
}

fn of(kind: &str, key: &str, reason: &str) -> (String, String, String) {
    (kind.to_owned(), key.to_owned(), reason.to_owned())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_link_that_is_made_at_that_moment_is_seen_and_its_account_stays() {
    let town = Arc::new(Town::new(2).await);
    town.import("b", &[1, 2], "");
    town.wrap().await;
    let account = town.id("legacy_accounts", 1);
    let mut sign_in = town.app.db.connect();
    sign_in
        .batch_execute(&format!(
            "BEGIN; INSERT INTO persons (id, created_at) VALUES ('00000000-0000-0000-0000-000000000001', now());
             INSERT INTO links (id, person_id, account_id, rule, evidence_sealed, actor, linked_at) VALUES
             (gen_random_uuid(), '00000000-0000-0000-0000-000000000001', '{account}', 'L1', '', 'sign-in', now())"
        ))
        .unwrap();
    let rolling = begin(&town);
    until_waiting(&town, 1).await;
    sign_in.batch_execute("COMMIT").unwrap();
    let (_, kept) = rolling.await.unwrap();
    assert_eq!(kept, BTreeSet::from([of("accounts", "1", "linked")]));
    assert_eq!(town.app.count("legacy_accounts"), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_sign_in_that_comes_after_it_waits_and_finds_no_account() {
    let town = Arc::new(Town::new(2).await);
    town.import("b", &[1, 2], "");
    town.wrap().await;
    let held = hold(&town);
    let rolling = begin(&town);
    until_waiting(&town, 1).await;
    let browser = town.app.anon();
    let visitor = browser.clone();
    let signing_in = tokio::spawn(async move { visitor.sign_in(citizen(1).persona).await });
    until_waiting(&town, 2).await;
    let_go(held);
    let (_, kept) = rolling.await.unwrap();
    assert_eq!(kept, BTreeSet::new());
    signing_in.await.unwrap();
    assert_eq!((town.app.count("links"), town.app.count("persons"), town.app.count("legacy_accounts")), (0, 1, 0));
    browser.get("/continuity").await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn forms_about_rows_that_go_at_that_moment_are_answered_with_not_found() {
    let town = Arc::new(Town::new(2).await);
    town.import("b", &[1, 2], "");
    town.wrap().await;
    let mut forms = Vec::new();
    for n in [1, 2] {
        let browser = town.app.user(citizen(n).persona).await;
        let path = if n == 1 {
            format!("/reissue/new?certificate={}", town.id("legacy_certificates", n))
        } else {
            format!("/applications/{}", town.id("legacy_applications", n))
        };
        let form = browser.get(&path).await.expect(200).main_form().set("contact", "13912340001");
        forms.push((browser, form));
    }
    let held = hold(&town);
    let rolling = begin(&town);
    until_waiting(&town, 1).await;
    let sending: Vec<_> = forms
        .into_iter()
        .map(|(browser, form)| tokio::spawn(async move { browser.submit(form).await.expect(404) }))
        .collect();
    until_waiting(&town, 3).await;
    let_go(held);
    let (_, kept) = rolling.await.unwrap();
    assert_eq!(kept, BTreeSet::from([of("accounts", "1", "linked"), of("accounts", "2", "linked")]));
    for sent in sending {
        sent.await.unwrap();
    }
    assert_eq!((town.app.count("applications"), town.app.count("legacy_certificates")), (0, 0));
}

//! The audit log on the real database: what enters it, what its rows are safe from, and what a look at it finds.

use buzheng::app::audit::verify::{Damage, Noted, Verdict, verify};
use buzheng::app::audit::{About, Actor, Entry, Event, chain, record};
use buzheng::app::keys::{Keys, Recording};
use buzheng::app::tx::Tx;
use buzheng::db::audit::{self, Row};
use buzheng::db::{Db, DbError};
use buzheng::ids::{ApplicationId, PersonId};
use buzheng::vault::{KeyFile, Vault};
use chrono::{DateTime, Utc};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};
use std::sync::{Arc, Barrier};
use std::thread;

use crate::support::{Application, CESHI, Certificate, TestApp, TestDb, photo};

/// A log of some entries.
struct Log {
    db: TestDb,
    pool: Db,
    vault: Vault,
}

fn now() -> DateTime<Utc> {
    "2026-11-22T08:00:00.123456789Z".parse().unwrap()
}

fn entry(event: Event) -> Entry {
    let about = About { person: Some(PersonId::generate()), ..About::default() };
    Entry { event, actor: Actor::Citizen, about }
}

impl Log {
    fn new(entries: usize) -> Self {
        let db = TestDb::new();
        let vault = Vault::new(&KeyFile::generate());
        let keys = Keys::new(&vault, Recording::Records);
        let log = Self { pool: Db::new(&db.url().into(), 8, keys), db, vault };
        for version in 0..entries {
            log.record(&[entry(Event::ApplicationEdited { version: i32::try_from(version).unwrap() })]);
        }
        log
    }

    fn record(&self, entries: &[Entry]) {
        self.pool
            .transaction_blocking(|conn| record(&mut Tx { conn, vault: &self.vault, now: now() }, entries))
            .unwrap();
    }

    fn look(&self, noted: Option<Noted>) -> Verdict {
        self.pool.transaction_blocking(|conn| verify(conn, &self.vault, noted)).unwrap()
    }

    /// First damage and all of it.
    #[track_caller]
    fn expect(&self, first: (i64, Damage), counts: &[(Damage, u64)]) {
        let verdict = self.look(None);
        assert_eq!(verdict.first, Some(first), "{verdict:?}");
        assert_eq!(verdict.counts.clone().into_iter().collect::<Vec<_>>(), counts, "{verdict:?}");
    }

    #[track_caller]
    fn expect_intact(&self, rows: u64) {
        let verdict = self.look(None);
        assert!(verdict.is_intact() && verdict.rows == rows, "{verdict:?}");
    }

    /// Does what only a superuser can.
    fn tamper(&self, statements: &str) {
        self.db.superuser().batch_execute(statements).unwrap_or_else(|error| panic!("{statements}: {error}"));
    }

    fn rows(&self) -> Vec<Row> {
        audit::page(&mut self.db.connect(), 0, 1000).unwrap()
    }
}

fn rows(app: &TestApp) -> Vec<Row> {
    audit::page(&mut app.db.connect(), 0, 1000).unwrap()
}

#[tokio::test]
async fn submitting_and_editing_are_recorded_and_nothing_personal_with_them() {
    let app = TestApp::new().await;
    let certificate = app.add(Certificate::of(&CESHI, 2012).certificate_number("GLH-112233"));
    let browser = app.user("ceshi").await;
    let form = browser.step2(&format!("certificate={certificate}")).await.main_form().set("contact", "CONTACT-998877");
    let form = form.set("approval_date", "20121021");
    browser.submit(form.clone().file("photo", "a.jpg", &photo("wrong_size.jpg"))).await.expect(422);
    let form = form.file("photo", "SECRET-FILENAME.jpg", &photo("good.jpg"));
    let id = browser.apply(form.clone()).await;
    browser.apply(form).await; // a double click
    let edit = browser.get(&format!("/applications/{id}")).await.main_form().set("contact", "CONTACT-665544");
    browser.submit(edit.clone()).await.location();
    browser.submit(edit).await.expect(409);

    let person = browser.person().await.unwrap();
    let found: Vec<Row> = rows(&app).into_iter().filter(|row| row.event.starts_with("application_")).collect();
    let told: Vec<_> = found.iter().map(|row| (row.event.as_str(), &row.details)).collect();
    assert_eq!(told, [("application_submitted", &json!({})), ("application_edited", &json!({ "version": 2 }))]);
    for row in &found {
        assert_eq!(row.actor, "citizen");
        assert_eq!(row.person_id.unwrap().to_string(), person);
        assert_eq!(row.application_id, Some(id.parse::<ApplicationId>().unwrap()));
    }
    for word in [CESHI.name, CESHI.number, "199003", "GLH-", "CONTACT-", "SECRET-", "20121021"] {
        let hexed = hex::encode(word);
        let found = app.number(&format!(
            "SELECT count(*) AS number FROM audit_events t WHERE t::text LIKE '%{word}%' OR t::text LIKE '%{hexed}%'"
        ));
        assert_eq!(found, 0, "{word}");
    }
    let vault = app.service.vault.clone();
    assert!(app.service.db.transaction(move |conn| verify(conn, &vault, None)).await.unwrap().is_intact());
}

#[tokio::test]
async fn the_first_edit_of_an_old_application_is_recorded_with_its_id() {
    let app = TestApp::new().await;
    let old = app.add(Application::of(&CESHI, "reissue", "12").certificate_number("16039686"));
    let browser = app.user("ceshi").await;
    let form = browser.get(&format!("/applications/{old}")).await.expect(200).main_form();
    browser.submit(form.set("contact", "13800000000").file("photo", "a.jpg", &photo("good.jpg"))).await.location();
    let found = rows(&app);
    let edited: Vec<_> = found.iter().filter(|row| row.event == "application_edited").collect();
    assert_eq!(edited.len(), 1);
    assert_eq!(edited[0].details, json!({ "version": 1 }));
    assert_eq!(edited[0].application_id.unwrap().to_string(), old.to_string());
}

#[test]
fn an_entry_is_there_exactly_if_the_act_is() {
    let log = Log::new(2);
    let undone: Result<(), DbError> = log.pool.transaction_blocking(|conn| {
        record(&mut Tx { conn, vault: &log.vault, now: now() }, &[entry(Event::Undone)])?;
        Err(DbError::Incomplete("of the test"))
    });
    undone.unwrap_err();
    log.expect_intact(2);
    log.record(&[entry(Event::Frozen), entry(Event::ProofFailed)]);
    log.record(&[]);
    log.expect_intact(4);
    assert_eq!(log.rows().iter().map(|row| row.seq).collect::<Vec<_>>(), [1, 2, 3, 4]);
}

#[test]
fn writers_at_once_keep_one_chain_without_gaps() {
    const WRITERS: usize = 8;
    let log = Arc::new(Log::new(0));
    let barrier = Arc::new(Barrier::new(WRITERS));
    let writers: Vec<_> = (0..WRITERS)
        .map(|_| {
            let (log, barrier) = (Arc::clone(&log), Arc::clone(&barrier));
            thread::spawn(move || {
                for _ in 0..10 {
                    barrier.wait();
                    log.record(&[entry(Event::ApplicationSubmitted), entry(Event::ProofFailed)]);
                }
            })
        })
        .collect();
    for writer in writers {
        writer.join().unwrap();
    }
    log.expect_intact(160);
    let rows = log.rows();
    assert!(rows.iter().zip(1..).all(|(row, seq)| row.seq == seq));
    assert!(rows.windows(2).all(|pair| pair[1].previous_hash == pair[0].hash));
}

#[test]
fn the_service_can_neither_change_nor_remove_what_stands_in_the_log() {
    let log = Log::new(3);
    let mut conn = log.db.connect();
    for statement in [
        "UPDATE audit_events SET actor = 'service' WHERE seq = 2",
        "DELETE FROM audit_events WHERE seq = 3",
        "TRUNCATE audit_events",
        "DELETE FROM audit_head",
        "TRUNCATE audit_head",
    ] {
        let error = conn.batch_execute(statement).expect_err(statement).to_string();
        assert!(error.contains("permission denied for table audit_"), "{statement}: {error}");
    }
    log.expect_intact(3);
}

#[test]
fn a_change_of_any_column_is_found() {
    let log = Log::new(5);
    for change in [
        "at = at + interval '1 microsecond'",
        "event = 'application_submitted'",
        "actor = 'service'",
        "person_id = NULL",
        "account_id = person_id",
        "link_id = person_id",
        "task_id = person_id",
        "application_id = person_id",
        "details = '{}'",
        "details = '{\"version\": 1.0}'",
        "details = '{\"version\": \"1\"}'",
        "previous_hash = ''",
        "hash = sha256('x')",
    ] {
        let before = log.rows().remove(1);
        log.tamper(&format!("UPDATE audit_events SET {change} WHERE seq = 2"));
        assert_ne!(log.rows()[1], before, "{change}");
        log.expect((2, Damage::Changed), &[(Damage::Changed, 1)]);
        log.tamper("DELETE FROM audit_events WHERE seq = 2");
        diesel::insert_into(buzheng::db::schema::audit_events::table)
            .values(before)
            .execute(&mut log.db.connect())
            .unwrap();
        log.expect_intact(5);
    }
    log.tamper("UPDATE audit_events SET actor = 'service' WHERE seq IN (1, 5)");
    log.expect((1, Damage::Changed), &[(Damage::Changed, 2)]);
}

#[test]
fn rows_that_are_missing_are_counted() {
    let log = Log::new(6);
    log.tamper("DELETE FROM audit_events WHERE seq IN (3, 4)");
    log.expect((3, Damage::Missing), &[(Damage::Missing, 2)]);
    let log = Log::new(3);
    log.tamper("DELETE FROM audit_events WHERE seq = 1");
    log.expect((1, Damage::Missing), &[(Damage::Missing, 1)]);
    // Closing the gap does not hide it.
    log.tamper("UPDATE audit_events SET seq = seq - 1");
    log.expect((1, Damage::Moved), &[(Damage::Moved, 2), (Damage::Cut, 1)]);
}

#[test]
fn a_tail_that_is_cut_off_is_missed() {
    let log = Log::new(6);
    let head = Noted { seq: 6, hash: log.rows()[5].hash.clone() };
    log.tamper("DELETE FROM audit_events WHERE seq > 4");
    log.expect((5, Damage::Cut), &[(Damage::Cut, 2)]);
    log.tamper("UPDATE audit_head SET seq = 4, hash = (SELECT hash FROM audit_events WHERE seq = 4)");
    log.expect((4, Damage::Head), &[(Damage::Head, 1)]);
    log.tamper("DELETE FROM audit_head");
    log.expect((4, Damage::Head), &[(Damage::Head, 1)]);
    log.tamper("TRUNCATE audit_events");
    assert!(log.look(None).is_intact(), "nothing tells an emptied log from a new one");
    assert_eq!(log.look(Some(head)).first, Some((6, Damage::Noted)), "but what was noted outside");
}

#[test]
fn a_log_set_back_with_its_head_is_found_by_what_was_noted_outside() {
    let log = Log::new(3);
    log.tamper("CREATE TABLE copied AS SELECT * FROM audit_head");
    log.record(&[entry(Event::Undone), entry(Event::Frozen)]);
    let head = log.look(None).head.unwrap();
    assert!(log.look(Some(head.clone())).is_intact());
    log.tamper(
        "DELETE FROM audit_events WHERE seq > 3; DELETE FROM audit_head; INSERT INTO audit_head SELECT * FROM copied",
    );
    log.expect_intact(3);
    assert_eq!(log.look(Some(head.clone())).first, Some((5, Damage::Noted)));
    log.record(&[entry(Event::ProofFailed), entry(Event::Frozen), entry(Event::Frozen)]);
    log.expect_intact(6);
    let verdict = log.look(Some(head));
    assert_eq!((verdict.first, verdict.counts.len()), (Some((5, Damage::Noted)), 1));
}

#[test]
fn rows_that_changed_places_are_found() {
    let log = Log::new(6);
    log.tamper(
        "UPDATE audit_events SET seq = -3 WHERE seq = 3; UPDATE audit_events SET seq = 3 WHERE seq = 4; \
         UPDATE audit_events SET seq = 4 WHERE seq = -3",
    );
    log.expect((3, Damage::Moved), &[(Damage::Moved, 2)]);
}

#[test]
fn rows_put_in_are_found_in_the_middle_and_at_the_end() {
    let copy = "INSERT INTO audit_events SELECT 4, at, event, actor, person_id, account_id, link_id, task_id, \
                application_id, details, previous_hash, hash FROM audit_events WHERE seq = 2";
    let log = Log::new(5);
    log.tamper(&format!(
        "UPDATE audit_events SET seq = -seq - 1 WHERE seq >= 4; UPDATE audit_events SET seq = -seq WHERE seq < 0; {copy}"
    ));
    // The copy of 2 stands at 4; 4 and 5 were moved on, one of them beyond the head.
    log.expect((4, Damage::Moved), &[(Damage::Moved, 3), (Damage::Head, 1)]);
    let forged = "'2026-11-22', 'decided', 'staff:x', NULL, NULL, NULL, NULL, NULL, '{}', '', sha256('x')";
    let log = Log::new(3);
    log.tamper(&format!("INSERT INTO audit_events VALUES (4, {forged}), (9, {forged}), (0, {forged})"));
    log.expect((0, Damage::Inserted), &[(Damage::Inserted, 3)]);
    let log = Log::new(5);
    log.tamper(&format!(
        "UPDATE audit_events SET seq = -seq - 1 WHERE seq >= 4; UPDATE audit_events SET seq = -seq WHERE seq < 0; \
         INSERT INTO audit_events VALUES (4, {forged})"
    ));
    log.expect((4, Damage::Inserted), &[(Damage::Inserted, 1), (Damage::Moved, 2), (Damage::Head, 1)]);
}

#[test]
fn a_log_whose_end_was_damaged_goes_on_and_shows_it_for_ever() {
    let forged = "'2026-11-22', 'decided', 'staff:x', NULL, NULL, NULL, NULL, NULL, '{}', '', sha256('x')";
    let beyond_the_head = format!("INSERT INTO audit_events VALUES (4, {forged})");
    let gap = (Damage::Missing, 1);
    for (damage, first, counts) in [
        ("DELETE FROM audit_events WHERE seq = 3", (3, Damage::Missing), vec![gap]),
        ("DELETE FROM audit_head", (4, Damage::Missing), vec![gap]),
        ("DELETE FROM audit_events WHERE seq = 3; DELETE FROM audit_head", (3, Damage::Missing), vec![gap]),
        ("UPDATE audit_head SET seq = 9000", (4, Damage::Missing), vec![gap]),
        ("TRUNCATE audit_events", (1, Damage::Missing), vec![(Damage::Missing, 3)]),
        (&beyond_the_head, (4, Damage::Changed), vec![(Damage::Changed, 1), gap]),
    ] {
        let log = Log::new(3);
        log.tamper(damage);
        for _ in 0..2 {
            log.record(&[entry(Event::Undone), entry(Event::Frozen)]);
            log.expect(first, &counts);
        }
    }
}

#[test]
fn another_key_file_fits_no_row() {
    let log = Log::new(3);
    let other = Vault::new(&KeyFile::generate());
    let verdict = log.pool.transaction_blocking(|conn| verify(conn, &other, None)).unwrap();
    assert_eq!(verdict.counts.into_iter().collect::<Vec<_>>(), [(Damage::Changed, 3), (Damage::Head, 1)]);
}

fn details() -> impl Strategy<Value = Value> {
    let text = "[^\\x00]{0,6}";
    let plain = prop_oneof![
        text.prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
    ];
    let tree = plain.prop_recursive(3, 12, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((text, inner), 0..4).prop_map(|fields| fields.into_iter().collect()),
        ]
    });
    prop::collection::vec((text, tree), 0..5).prop_map(|fields| fields.into_iter().collect())
}

#[test]
fn a_row_read_again_has_the_hash_that_was_computed_before_it_was_stored() {
    let log = Log::new(0);
    let ids = prop::array::uniform5(prop::option::of(any::<u128>()));
    let words = ("[^\\x00]{0,8}", "[^\\x00]{0,8}");
    let micros = -30_000_000_000_000_000_i64..200_000_000_000_000_000;
    let mut runner = TestRunner::new(Config { cases: 200, failure_persistence: None, ..Config::default() });
    let whole = (micros, words, ids, details(), prop::collection::vec(any::<u8>(), 0..40));
    let result = runner.run(&whole, |(micros, (event, actor), ids, details, previous_hash)| {
        let id = |at: usize| ids[at].map(uuid::Uuid::from_u128);
        let mut row = Row {
            seq: 1,
            at: DateTime::from_timestamp_micros(micros).unwrap(),
            event,
            actor,
            person_id: id(0).map(PersonId::from_uuid),
            account_id: id(1).map(buzheng::ids::AccountId::from_uuid),
            link_id: id(2).map(buzheng::ids::LinkId::from_uuid),
            task_id: id(3).map(buzheng::ids::TaskId::from_uuid),
            application_id: id(4).map(ApplicationId::from_uuid),
            details,
            previous_hash,
            hash: Vec::new(),
        };
        row.hash = chain::hash(&log.vault, &row, 1);
        let read = log.db.connect().test_transaction::<_, diesel::result::Error, _>(|conn| {
            audit::append(conn, std::slice::from_ref(&row), &chain::head(&log.vault, 1, row.hash.clone()))?;
            audit::page(conn, 0, 10)
        });
        prop_assert_eq!(&chain::hash(&log.vault, &read[0], 1), &row.hash, "{:?} and {:?}", &row, &read[0]);
        Ok(())
    });
    result.unwrap();
}

#[test]
fn nanoseconds_that_postgres_does_not_keep_do_not_enter_the_hash() {
    let log = Log::new(1);
    assert_eq!(log.rows()[0].at.timestamp_subsec_nanos(), 123_456_000);
    log.expect_intact(1);
}

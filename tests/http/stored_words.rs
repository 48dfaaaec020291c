//! Words in columns: what is written is read back; a word that this program does not know is one error, told without the word.

use buzheng::db::applications::Application;
use buzheng::db::cases::ActWord;
use buzheng::db::people::{self, AliasRow, IdentityRow, Link};
use buzheng::db::schema::{aliases, links};
use buzheng::db::tasks::Task;
use buzheng::db::{DbError, UnknownWord, legacy};
use buzheng::domain::application::Status as ApplicationStatus;
use buzheng::domain::case::Level;
use buzheng::domain::certificate::CertificateStatus;
use buzheng::domain::document::DocumentType;
use buzheng::domain::evidence::MediaType;
use buzheng::domain::form::Field;
use buzheng::domain::linking::{Door, IdentityPart, LinkActor, List, Origin, Outcome, Rule};
use buzheng::domain::review::{Kind, Status};
use buzheng::ids::PersonId;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;
use std::error::Error;

use crate::desk::{enter, request};
use crate::support::{Account, Application as OldApplication, CESHI, Certificate, TestApp, TestDb, logged};

/// Sends each value as a parameter, and reads it back as a value and as text.
macro_rules! there_and_back {
    ($conn:expr, $name:ty, $values:expr) => {
        for value in $values {
            let sent = || diesel::dsl::sql::<Text>("").bind::<Text, _>(value.clone());
            let back: $name = diesel::select(sent()).get_result($conn).unwrap();
            let text: String = diesel::select(sent()).get_result($conn).unwrap();
            assert_eq!((&back, text), (&value, value.to_string()));
        }
    };
}

#[test]
fn every_word_goes_to_the_database_and_comes_back() {
    let db = TestDb::new();
    let conn = &mut db.connect();
    there_and_back!(conn, ActWord, ActWord::ALL);
    there_and_back!(conn, ApplicationStatus, ApplicationStatus::ALL);
    there_and_back!(conn, CertificateStatus, CertificateStatus::ALL);
    there_and_back!(conn, DocumentType, DocumentType::ALL);
    there_and_back!(conn, Door, Door::ALL);
    there_and_back!(conn, Field, Field::ALL);
    there_and_back!(conn, IdentityPart, IdentityPart::ALL);
    there_and_back!(conn, Kind, Kind::ALL);
    there_and_back!(conn, Level, Level::ALL);
    there_and_back!(conn, List, List::ALL);
    there_and_back!(conn, MediaType, MediaType::ALL);
    there_and_back!(conn, Origin, Origin::ALL);
    there_and_back!(conn, Outcome, Outcome::ALL);
    there_and_back!(conn, Rule, Rule::ALL);
    there_and_back!(conn, Status, Status::ALL);
    let staff = ["wang", "proof", "task 3", "staff:wang"].map(|name| LinkActor::Staff(name.to_owned()));
    let others = [LinkActor::SignIn, LinkActor::Citizen, LinkActor::Proof, LinkActor::Request, LinkActor::Task(3)];
    there_and_back!(conn, LinkActor, staff.into_iter().chain(others));
}

/// Removes every CHECK but those that other tables lean on: rows as another program might have left them.
const WITHOUT_CHECKS: &str = "DO $$ DECLARE one record; BEGIN
    FOR one IN SELECT conrelid::regclass AS of, conname FROM pg_constraint WHERE contype = 'c' AND conrelid <> 0
    LOOP EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', one.of, one.conname); END LOOP; END $$";

/// Reads the rows of a person as the service does.
type Read = fn(&mut PgConnection, PersonId) -> QueryResult<()>;

#[tokio::test]
async fn an_unknown_word_in_any_column_is_one_error() {
    let app = TestApp::new().await;
    app.add(Account::of(&CESHI, "reissue", "12"));
    app.add(Account::of(&CESHI, "mailing", "7").name("别人"));
    app.add(Certificate::of(&CESHI, 2012));
    app.add(OldApplication::of(&CESHI, "reissue", "12"));
    let citizen = enter(&app, "ceshi").await;
    citizen.request(&app, request("reissue")).await;
    let person = citizen.person();
    let cases: [(&str, &str, Read); 8] = [
        ("review_tasks SET kind", "TaskKind", |conn, person| Task::of_person(conn, person).map(|_| ())),
        ("review_tasks SET status", "TaskStatus", |conn, person| Task::of_person(conn, person).map(|_| ())),
        ("links SET rule", "Rule", |conn, person| Link::standing(conn, &[person]).map(|_| ())),
        ("aliases SET origin", "Origin", |conn, person| AliasRow::of_persons(conn, &[person]).map(|_| ())),
        ("aliases SET document_type", "DocumentType", |conn, person| AliasRow::of_persons(conn, &[person]).map(|_| ())),
        ("identities SET document_type", "DocumentType", |conn, person| {
            IdentityRow::newest_of_person(conn, person).map(|_| ())
        }),
        ("open_findings SET list", "List", |conn, person| people::findings(conn, person).map(|_| ())),
        ("legacy_applications SET status", "ApplicationStatus", |conn, _| {
            let account = legacy::AccountRow::by_label(conn, "reissue:12")?.unwrap();
            legacy::LegacyApplication::around(conn, &[account.id], &[]).map(|_| ())
        }),
    ];
    let conn = &mut app.db.superuser();
    conn.batch_execute(WITHOUT_CHECKS).unwrap();
    for (column, name, read) in cases {
        let outcome: Result<(), diesel::result::Error> = conn.transaction(|conn| {
            read(conn, person)?;
            conn.batch_execute(&format!("UPDATE {column} = '测试的词'"))?;
            read(conn, person)
        });
        let error = DbError::from(outcome.unwrap_err());
        assert!(matches!(error, DbError::Word(UnknownWord(of)) if of == name), "{column}: {error:?}");
        assert!(!error.is_outage() && !error.is_collision() && error.source().is_none(), "{column}");
        assert_eq!(error.to_string(), format!("unexpected stored word for {name}"), "{column}");
    }
}

#[tokio::test]
async fn a_page_over_an_unknown_word_is_an_internal_error_whose_log_keeps_the_word_back() {
    let app = TestApp::new().await;
    app.add(OldApplication::without_account(&CESHI));
    let browser = app.user("ceshi").await;
    browser.get("/applications").await.expect(200);
    app.db.superuser().batch_execute(WITHOUT_CHECKS).unwrap();
    app.db.superuser().batch_execute("UPDATE legacy_applications SET status = '张三的词'").unwrap();
    let page = browser.get_any("/applications").await;
    assert_eq!(page.status, 500, "{}", page.summary());
    assert!(logged().contains("unexpected stored word for ApplicationStatus"));
    assert!(!logged().contains("张三的词") && !page.html().contains("张三的词"));
    app.db.superuser().batch_execute("UPDATE legacy_applications SET status = 'approved'").unwrap();
    browser.get("/applications").await.expect(200);
}

#[tokio::test]
async fn a_certificate_whose_status_is_no_known_word_is_of_unknown_status() {
    let app = TestApp::new().await;
    app.add(Certificate::of(&CESHI, 2012).status("a word of another program"));
    let page = app.user("ceshi").await.get("/reissue?exam=ZJ").await.expect(200);
    assert_eq!(page.attr("tr[data-certificate]", "data-reason").as_deref(), Some("unknown_status"));
}

#[tokio::test]
async fn a_column_of_actors_reads_any_text_as_somebody() {
    let app = TestApp::new().await;
    app.add(Account::of(&CESHI, "reissue", "12"));
    let person = enter(&app, "ceshi").await.person();
    let conn = &mut app.db.connect();
    for (text, actor) in [
        ("sign-in", LinkActor::SignIn),
        ("task 12", LinkActor::Task(12)),
        ("wang", LinkActor::Staff("wang".to_owned())),
        ("staff:proof", LinkActor::Staff("proof".to_owned())),
    ] {
        diesel::update(links::table).set(links::actor.eq(actor.clone())).execute(conn).unwrap();
        let stored: String = links::table.select(diesel::dsl::sql::<Text>("actor")).first(conn).unwrap();
        assert_eq!(stored, text);
        assert_eq!(Link::standing(conn, &[person]).unwrap()[0].actor, actor);
    }
    let of_portal = aliases::table.filter(aliases::origin.eq(Origin::Portal)).count();
    assert_eq!(of_portal.get_result::<i64>(conn), Ok(1));
    assert_eq!(Application::of_person(conn, person).map(|rows| rows.len()), Ok(0));
}

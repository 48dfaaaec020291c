//! How many statements each page and each act sends to PostgreSQL. Whoever adds one sees it here.

use buzheng::domain::staff::Role;
use diesel::connection::{Instrumentation, InstrumentationEvent, set_default_instrumentation};
use std::collections::BTreeSet;
use std::sync::Mutex;

use crate::by_hand::OF_2012;
use crate::link_proof::{old_account, proof};
use crate::support::{Account, Application, Browser, CESHI, Certificate, TestApp, photo};

/// What was sent since it was last emptied. Each test is a process of its own.
static SENT: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Every statement that was prepared.
pub(crate) static PREPARED: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

/// Notes what every connection sends.
struct Recorder;

impl Instrumentation for Recorder {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        match event {
            InstrumentationEvent::StartQuery { query, .. } => SENT.lock().unwrap().push(query.to_string()),
            InstrumentationEvent::CacheQuery { sql, .. } => {
                PREPARED.lock().unwrap().insert(sql.to_owned());
            }
            _ => {}
        }
    }
}

pub(crate) fn record() {
    set_default_instrumentation(|| Some(Box::new(Recorder))).expect("no connection holds it");
}

/// All statements of one act.
pub(crate) async fn everything_sent<T>(act: impl Future<Output = T>) -> (T, Vec<String>) {
    SENT.lock().unwrap().clear();
    let done = act.await;
    (done, std::mem::take(&mut *SENT.lock().unwrap()))
}

/// The statements of one act, without those that open and end transactions.
async fn sent<T>(act: impl Future<Output = T>) -> (T, Vec<String>) {
    let (done, mut sent) = everything_sent(act).await;
    sent.retain(|statement| !["BEGIN", "COMMIT", "ROLLBACK", "SET "].iter().any(|word| statement.starts_with(word)));
    (done, sent)
}

/// Somebody with an old account, five certificates, an old application and a photo that a further application kept.
pub(crate) async fn signed_in(app: &TestApp) -> Browser {
    app.add(Account::of(&CESHI, "reissue", "12"));
    app.add(Application::of(&CESHI, "reissue", "12"));
    for year in 2016..2021 {
        app.add(Certificate::of(&CESHI, year).approval_date(&format!("{year}1022")));
    }
    app.user("ceshi").await
}

/// What differs from the table, with the statements.
#[derive(Default)]
struct Table(Vec<String>);

impl Table {
    fn row(&mut self, act: &str, sent: &[String], expected: usize) {
        if sent.len() != expected {
            let shown: Vec<_> = sent.iter().map(|statement| statement.chars().take(160).collect::<String>()).collect();
            self.0.push(format!("{act}: {} statements, not {expected}\n  {}", sent.len(), shown.join("\n  ")));
        }
        let prepared = PREPARED.lock().unwrap();
        for statement in sent {
            let text = statement.split(" -- binds:").next().unwrap_or_default();
            // diesel prepares no statement whose columns depend on the row that is written.
            if !prepared.contains(text) && !["INSERT", "UPDATE"].iter().any(|word| text.starts_with(word)) {
                self.0.push(format!("{act}: not prepared: {text}"));
            }
        }
    }
}

impl Drop for Table {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            assert!(self.0.is_empty(), "{}", self.0.join("\n"));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_page_and_each_act_sends_so_many_statements() {
    record();
    let app = TestApp::new().await;
    let browser = signed_in(&app).await;
    let mut table = Table::default();
    // Also warms the connections: the first one compares the keys.
    let step1 = browser.get("/reissue?exam=ZJ").await;
    let certificate = step1.rows("tr[data-eligible=true]")[0].attr("data-certificate").to_owned();
    let form = browser.step2(&format!("certificate={certificate}")).await.main_form().set("contact", "13912340001");
    let (applied, sent_by_post) = sent(browser.apply(form)).await;
    table.row("POST /reissue, accepted", &sent_by_post, 17);
    let pages = [
        ("/reissue", 5),
        ("/reissue?exam=ZJ", 5),
        ("/reissue/new?certificate=2017", 7),
        ("/reissue/APPLIED/done", 2),
        ("/applications", 4),
        ("/applications/APPLIED", 6),
        ("/continuity", 7),
        ("/link", 8),
    ];
    let other = step1.rows("tr[data-eligible=true]")[1].attr("data-certificate").to_owned();
    for (page, expected) in pages {
        let path = page.replace("APPLIED", &applied).replace("2017", &other);
        let (page_shown, sent) = sent(browser.get(&path)).await;
        page_shown.expect(200);
        table.row(page, &sent, expected);
    }
    let form = browser.get(&format!("/applications/{applied}")).await.main_form().set("contact", "13912340002");
    let (saved, sent_by_edit) = sent(browser.submit(form)).await;
    assert_eq!(saved.location().path(), "/applications");
    table.row("POST /applications/APPLIED, saved", &sent_by_edit, 18);
    let form = browser.step2(&format!("certificate={other}")).await.main_form().press("action", "back");
    let (back, sent_by_back) = sent(browser.submit(form)).await;
    assert_eq!(back.location().path(), "/reissue");
    table.row("POST /reissue, back", &sent_by_back, 3);
    let further = app.anon();
    let callback = further.at_portal(&further.start_sign_in(None).await, "ceshi").await;
    let (_, sent_by_sign_in) = sent(further.come_back(&callback)).await;
    table.row("GET /sso/callback of somebody known", &sent_by_sign_in, 14);
    let form = browser.get("/continuity").await.form("tr[data-account] form[action='/continuity/report']");
    let (reported, sent_by_report) = sent(browser.submit(form)).await;
    assert_eq!(reported.location().path(), "/continuity");
    table.row("POST /continuity/report, not mine", &sent_by_report, 21);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_photo_is_read_without_the_form_that_it_belongs_to() {
    record();
    let app = TestApp::new().await;
    let browser = app.user("xinren").await;
    let form = browser.step2("exam=ZJ").await.main_form().fill(&OF_2012);
    let applied = browser.apply(form.file("photo", "photo.jpg", &photo("good.jpg"))).await;
    let (shown, sent) = sent(browser.get(&format!("/applications/{applied}/photo"))).await;
    shown.expect(200);
    let mut table = Table::default();
    table.row("/applications/APPLIED/photo", &sent, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_the_desk_asks_once_who_sits_there() {
    record();
    let app = TestApp::new().await;
    let (_, guanli) = app.hire("guanli", Role::Administrator).await;
    let mut table = Table::default();
    for (page, expected) in [("/review/account", 2), ("/review/staff", 2), ("/review/recovery-codes", 1)] {
        let (page_shown, sent) = sent(guanli.get(page)).await;
        page_shown.expect(200);
        table.row(page, &sent, expected);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_sends_so_many_statements() {
    record();
    let app = TestApp::new().await;
    old_account(&app);
    let browser = app.user("gaiming").await;
    let page = browser.get("/link").await;
    let (refused, sent) = sent(browser.submit(proof(&page, "wrong-password"))).await;
    refused.expect(422);
    let mut table = Table::default();
    table.row("POST /link/proof, refused", &sent, 20);
}

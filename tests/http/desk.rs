//! Both sides of manual verification: a citizen at the service, a reviewer at the desk; and what stands in the database after it.

use buzheng::app::audit::verify::verify;
use buzheng::app::linking::tasks::{Answer, AnswerError, answer};
use buzheng::app::linking::{
    Asked, Asker, Because, Claim, Proof, Reported, Request, UndoError, Undone, undo, undo_grant,
};
use buzheng::app::tx::Tx;
use buzheng::app::{AppError, audit};
use buzheng::db::people::Link;
use buzheng::db::schema::{aliases, identities, legacy_accounts, links, review_tasks};
use buzheng::domain::document::Number;
use buzheng::domain::linking::{LinkActor, Subject, Way};
use buzheng::ids::{AccountId, AliasId, LinkId, PersonId};
use buzheng::vault::{LookUp, Purpose};
use chrono::Utc;
use diesel::prelude::*;
use diesel::sql_types::Text;

use crate::support::{Browser, TestApp};

/// The reviewer of these tests.
pub(crate) const REVIEWER: &str = "wang";

/// A signed-in citizen.
pub(crate) struct Citizen {
    pub(crate) browser: Browser,
    pub(crate) asker: Asker,
}

/// Signs a persona in.
pub(crate) async fn enter(app: &TestApp, persona: &str) -> Citizen {
    let browser = app.anon();
    let landed = browser.sign_in(persona).await;
    let person: PersonId = landed.user().unwrap().parse().unwrap();
    let (issuer, subject) = identities::table
        .filter(identities::person_id.eq(person).and(identities::ended_at.is_null()))
        .order(identities::last_seen_at.desc())
        .select((identities::issuer, identities::subject))
        .first(&mut app.db.connect())
        .unwrap();
    Citizen { browser, asker: Asker { person, way: Way::Portal(Subject { issuer, subject }) } }
}

impl Citizen {
    pub(crate) fn person(&self) -> PersonId {
        self.asker.person
    }

    pub(crate) async fn prove(&self, app: &TestApp, account: AccountId, password: &str) -> Result<Proof, AppError> {
        app.service.prove(&self.asker, account, password, Utc::now()).await
    }

    /// Says 不是我的; the task's number.
    pub(crate) async fn report(&self, app: &TestApp, account: AccountId) -> i64 {
        match app.service.report_not_mine(&self.asker, account, Utc::now()).await.unwrap() {
            Reported::Frozen { task } => task,
            Reported::Already => panic!("reported before"),
        }
    }

    /// Claims an account; the task's number.
    pub(crate) async fn claim(&self, app: &TestApp, number: &str, password: &str) -> i64 {
        match app.service.claim(&self.asker, number, password, Utc::now()).await.unwrap() {
            Claim::Received { task } => task,
            other => panic!("{other:?}"),
        }
    }

    /// Asks for a manual verification; the task's number.
    pub(crate) async fn request(&self, app: &TestApp, request: Request) -> i64 {
        match app.service.request_verification(&self.asker, request, Utc::now()).await.unwrap() {
            Asked::Opened { task } => task,
            other => panic!("{other:?}"),
        }
    }

    /// The ids on 审核状态查询.
    pub(crate) async fn applications(&self) -> Vec<String> {
        let page = self.browser.get("/applications").await.expect(200);
        page.rows("tr[data-application]").iter().map(|row| row.attr("data-application").to_owned()).collect()
    }

    /// The ids of certificates in step 1.
    pub(crate) async fn certificates(&self) -> Vec<String> {
        let page = self.browser.get("/reissue?exam=ZJ").await.expect(200);
        page.rows("tr[data-certificate]").iter().map(|row| row.attr("data-certificate").to_owned()).collect()
    }

    /// (accounts, certificates, applications) of an old system on 承接清单.
    pub(crate) async fn carried(&self, system: &str) -> (u32, u32, u32) {
        let page = self.browser.get("/continuity").await.expect(200);
        let rows = page.rows(&format!("tr[data-system='{system}']"));
        let of = |name| rows.first().map_or(0, |row| row.attr(name).parse().unwrap());
        (of("data-accounts"), of("data-certificates"), of("data-applications"))
    }
}

/// A request about nothing in particular.
pub(crate) fn request(system: &str) -> Request {
    Request {
        system: system.to_owned(),
        account: None,
        old_number: String::new(),
        old_name: String::new(),
        exam: String::new(),
        year: String::new(),
        note: "我以前有证书".to_owned(),
        evidence: None,
        again: None,
    }
}

pub(crate) fn yes() -> Answer {
    Answer {
        approved: true,
        reason: "材料相符".to_owned(),
        by: REVIEWER.to_owned(),
        accounts: Vec::new(),
        certificates: Vec::new(),
        person: None,
    }
}

pub(crate) fn no() -> Answer {
    Answer { approved: false, reason: "材料不符".to_owned(), ..yes() }
}

/// Answers a task.
pub(crate) fn decide(app: &TestApp, task: i64, given: &Answer) -> Result<(), AnswerError> {
    let vault = &app.service.vault;
    app.db.connect().transaction(|conn| answer(&mut Tx { conn, vault, now: Utc::now() }, task, given))
}

/// Undoes a link, or a granted pair.
pub(crate) fn take_back(app: &TestApp, link: LinkId) -> Result<Undone, UndoError> {
    let (vault, now) = (&app.service.vault, Utc::now());
    let actor = audit::Actor::Staff(REVIEWER.to_owned());
    let because = Because { by: &LinkActor::Staff(REVIEWER.to_owned()), actor: &actor, reason: "关联有误" };
    app.db.connect().transaction(|conn| {
        let tx = &mut Tx { conn, vault, now };
        let undone = match undo(tx, link, because) {
            Err(UndoError::NoSuchLink) => undo_grant(tx, AliasId::from_uuid(*link.as_uuid()), because)?,
            other => other?,
        };
        audit::record(tx, &undone.told)?;
        Ok(undone)
    })
}

/// The link of an account that stands.
pub(crate) fn link_of(app: &TestApp, account: AccountId) -> Option<Link> {
    Link::of_account(&mut app.db.connect(), account).unwrap()
}

/// Undoes the link of an account.
pub(crate) fn undo_account(app: &TestApp, account: AccountId) -> Undone {
    take_back(app, link_of(app, account).expect("a link that stands").id).unwrap()
}

/// Open tasks, oldest first: number, kind, account.
pub(crate) fn open_tasks(app: &TestApp) -> Vec<(i64, String, Option<AccountId>)> {
    review_tasks::table
        .filter(review_tasks::status.eq("open"))
        .order(review_tasks::number)
        .select((review_tasks::number, review_tasks::kind, review_tasks::account_id))
        .load(&mut app.db.connect())
        .unwrap()
}

/// The only open task: its number. Its kind is asserted.
#[track_caller]
pub(crate) fn the_task(app: &TestApp, kind: &str) -> i64 {
    let tasks = open_tasks(app);
    assert_eq!(tasks.iter().map(|(_, kind, _)| kind.as_str()).collect::<Vec<_>>(), [kind]);
    tasks[0].0
}

/// What was found for a person and not joined: (account, list).
pub(crate) fn found(app: &TestApp) -> Vec<(AccountId, String)> {
    let mut found: Vec<_> = app.findings().into_iter().map(|(account, list, _)| (account, list)).collect();
    found.sort();
    found
}

/// The pair that a reviewer granted without a link.
pub(crate) fn granted_pair(app: &TestApp) -> LinkId {
    let id: AliasId = aliases::table
        .filter(aliases::task_id.is_not_null().and(aliases::ended_at.is_null()))
        .select(aliases::id)
        .first(&mut app.db.connect())
        .unwrap();
    LinkId::from_uuid(*id.as_uuid())
}

/// A later import brings another number or name for an account.
pub(crate) fn reimport(app: &TestApp, account: AccountId, number: &str, name: &str) {
    use legacy_accounts as t;
    let vault = &app.service.vault;
    let canonical = Number::new(number, None);
    let lookup = canonical.unreadable().is_none().then(|| vault.look_up(LookUp::Number, &[canonical.canonical()]));
    diesel::update(t::table.find(account))
        .set((
            t::number_lookup.eq(lookup),
            t::number_sealed.eq(vault.seal_text(Purpose::Number, number)),
            t::name_sealed.eq(vault.seal_text(Purpose::Name, name)),
        ))
        .execute(&mut app.db.connect())
        .unwrap();
}

/// Everything that says what is whose, as PostgreSQL writes it.
pub(crate) fn state(app: &TestApp) -> Vec<String> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        text: String,
    }
    ["links", "aliases", "applications", "portal_numbers", "open_findings"]
        .into_iter()
        .flat_map(|table| {
            let columns = if table == "open_findings" { "(person_id, account_id, list, rule)" } else { "t" };
            let query = format!("SELECT '{table} ' || {columns}::text AS text FROM {table} t ORDER BY 1");
            diesel::sql_query(query).load::<Row>(&mut app.db.connect()).unwrap()
        })
        .map(|row| row.text)
        .collect()
}

/// How many links stand.
pub(crate) fn standing(app: &TestApp) -> i64 {
    links::table.filter(links::undone_at.is_null()).count().get_result(&mut app.db.connect()).unwrap()
}

/// The events of the audit log after an entry, in order: event and actor. The log must be whole and hold none of these words.
pub(crate) fn audited(app: &TestApp, personal: &[&str]) -> Vec<String> {
    let vault = &app.service.vault;
    let verdict = app.db.connect().transaction(|conn| verify(conn, vault, None)).unwrap();
    assert!(verdict.is_intact(), "{verdict:?}");
    for word in personal {
        let hexed = hex::encode(word);
        let query = format!(
            "SELECT count(*) AS number FROM audit_events t WHERE t::text LIKE '%{word}%' OR t::text LIKE '%{hexed}%'"
        );
        assert_eq!(app.number(&query), 0, "{word} stands in the audit log");
    }
    let rows = buzheng::db::audit::page(&mut app.db.connect(), 0, 1000).unwrap();
    rows.into_iter().map(|row| format!("{} by {}", row.event, row.actor)).collect()
}

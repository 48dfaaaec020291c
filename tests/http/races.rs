//! Two at once, released together: whoever is first, an account has one person, a password five tries, a question one answer.

use buzheng::app::App;
use buzheng::app::AppError;
use buzheng::app::audit::Actor;
use buzheng::app::audit::verify::verify;
use buzheng::app::dossier::Holdings;
use buzheng::app::linking::tasks::{Answer, AnswerError, answer};
use buzheng::app::linking::{Asked, Asker, Because, Proof, Reported, Request, UndoError, undo};
use buzheng::app::sign_in::SignedIn;
use buzheng::db::people::{AliasRow, Link, LinkFilter};
use buzheng::db::schema::{legacy_accounts, open_findings};
use buzheng::db::tasks::Task;
use buzheng::domain::linking::{LinkActor, Subject, Way};
use buzheng::domain::review::Status;
use buzheng::ids::{AccountId, LinkId, PersonId};
use buzheng::vault::{LookUp, Purpose};
use chrono::{DateTime, Utc};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use md5::Digest;
use sso::{DocumentType, PortalIdentity, PortalSession, UserType};
use std::pin::Pin;
use std::sync::Arc;
use tokio::sync::Barrier;

use crate::support::{CESHI, Citizen, GAIMING, Service, XINREN};

const ROUNDS: usize = 4;
const ISSUER: &str = "https://portal.example.org";

type Act = Pin<Box<dyn Future<Output = String> + Send>>;

/// Begins all at the same moment, each on a thread of its own; what each answered, in the order given.
async fn together(acts: Vec<Act>) -> Vec<String> {
    let barrier = Arc::new(Barrier::new(acts.len()));
    let tasks: Vec<_> = acts
        .into_iter()
        .map(|act| {
            let barrier = barrier.clone();
            tokio::spawn(async move {
                barrier.wait().await;
                act.await
            })
        })
        .collect();
    let mut answers = Vec::new();
    for task in tasks {
        answers.push(task.await.unwrap());
    }
    answers
}

fn now() -> DateTime<Utc> {
    "2026-03-01T01:00:00Z".parse().unwrap()
}

fn sorted(mut answers: Vec<String>) -> Vec<String> {
    answers.sort();
    answers
}

/// Somebody at the portal.
fn identity(subject: &str, number: &str, name: &str) -> PortalIdentity {
    PortalIdentity {
        issuer: ISSUER.to_owned(),
        subject: subject.to_owned(),
        name: Some(name.to_owned()),
        document_number: Some(number.to_owned()),
        document_type: DocumentType::Absent,
        level: Some(2),
        user_type: UserType::Personal,
        session: PortalSession::none(),
    }
}

/// A row of `accounts`, its password `mima`.
fn row(key: u32, number: &str, name: &str, password: &str) -> String {
    format!("{key},{number},{name},,{},,2011-03-04 08:09:10\n", hex::encode(md5::Md5::digest(password)))
}

fn import(service: &Service, rows: &[String]) {
    service.import(&[("accounts", &format!("编号,身份证号,姓名,邮箱,密码,盐,注册时间\n{}", rows.concat()))], now());
}

fn account(service: &Service, key: &str) -> AccountId {
    legacy_accounts::table
        .filter(legacy_accounts::key.eq(key))
        .select(legacy_accounts::id)
        .first(&mut service.db.connect())
        .unwrap()
}

async fn sign_in(app: &App, subject: &str, citizen: &Citizen) -> Asker {
    let SignedIn::Person { id, .. } =
        app.sign_in(&identity(subject, citizen.number, citizen.name), now()).await.unwrap()
    else {
        panic!("not let in")
    };
    Asker { person: id, way: Way::Portal(Subject { issuer: ISSUER.to_owned(), subject: subject.to_owned() }) }
}

fn proves(app: &Arc<App>, asker: &Asker, account: AccountId, password: &'static str) -> Act {
    let (app, asker) = (app.clone(), asker.clone());
    Box::pin(async move {
        match app.prove(&asker, account, password, now()).await {
            Ok(Proof::Linked { .. }) => "linked".to_owned(),
            Ok(Proof::Wrong { .. }) => "wrong".to_owned(),
            Ok(Proof::Locked(_)) => "locked".to_owned(),
            Err(AppError::NotFound) => "not found".to_owned(),
            Err(error) => panic!("{error:?}"),
        }
    })
}

fn signs_in(app: &Arc<App>, subject: &'static str, citizen: &Citizen) -> Act {
    let (app, identity) = (app.clone(), identity(subject, citizen.number, citizen.name));
    Box::pin(async move {
        match app.sign_in(&identity, now()).await.unwrap() {
            SignedIn::Person { .. } => "in".to_owned(),
            SignedIn::Review { .. } => "review".to_owned(),
            SignedIn::Refused(_) => "refused".to_owned(),
        }
    })
}

fn reports(app: &Arc<App>, asker: &Asker, account: AccountId) -> Act {
    let (app, asker) = (app.clone(), asker.clone());
    Box::pin(async move {
        match app.report_not_mine(&asker, account, now()).await {
            Ok(Reported::Frozen { .. }) => "frozen".to_owned(),
            Ok(Reported::Already) => "already".to_owned(),
            Err(AppError::NotFound) => "not found".to_owned(),
            Err(error) => panic!("{error:?}"),
        }
    })
}

fn undoes(service: &Arc<Service>, link: LinkId) -> Act {
    let service = service.clone();
    Box::pin(async move {
        let undoing = move || {
            let actor = Actor::Staff("admin".to_owned());
            let why = Because { by: &LinkActor::Staff("admin".to_owned()), actor: &actor, reason: "a mistake" };
            service.command(now(), |tx| {
                let undone = undo(tx, link, why)?;
                Ok::<_, UndoError>(((), undone.told))
            })
        };
        match tokio::task::spawn_blocking(undoing).await.unwrap() {
            Ok(()) => "undone".to_owned(),
            Err(UndoError::UndoneBefore) => "before".to_owned(),
            Err(error) => panic!("{error:?}"),
        }
    })
}

fn answers(service: &Arc<Service>, task: i64, approved: bool) -> Act {
    let service = service.clone();
    Box::pin(async move {
        let answering = move || {
            let reply = Answer {
                approved,
                reason: "looked at".to_owned(),
                by: "reviewer".to_owned(),
                accounts: Vec::new(),
                certificates: Vec::new(),
                person: None,
            };
            service.command(now(), |tx| {
                answer(tx, task, &reply)?;
                Ok(((), Vec::new()))
            })
        };
        match tokio::task::spawn_blocking(answering).await.unwrap() {
            Ok(()) => "answered".to_owned(),
            Err(AnswerError::DecidedBefore) => "before".to_owned(),
            Err(AnswerError::Moot(_)) => "moot".to_owned(),
            Err(error) => panic!("{error:?}"),
        }
    })
}

async fn request(app: &App, asker: &Asker, account: AccountId) -> i64 {
    let request = Request {
        system: "reissue".to_owned(),
        account: Some(account),
        old_number: String::new(),
        old_name: String::new(),
        exam: String::new(),
        year: String::new(),
        note: String::new(),
        evidence: None,
        again: None,
    };
    match app.request_verification(asker, request, now()).await.unwrap() {
        Asked::Opened { task } => task,
        other => panic!("{other:?}"),
    }
}

/// Every link, undone ones too. None rests on a pair that does not count, no account has two, and the log is whole.
fn links_of(service: &Service) -> Vec<Link> {
    let filter = LinkFilter { person: None, account: None, undone: true, limit: 1000 };
    let conn = &mut service.db.connect();
    let links = Link::list(conn, &filter).unwrap();
    for link in links.iter().filter(|link| link.undone_at.is_none()) {
        let twice = links.iter().filter(|other| other.undone_at.is_none() && other.account_id == link.account_id);
        assert_eq!(twice.count(), 1, "two links of one account");
        if let Some(via) = link.via_alias_id.filter(|_| link.frozen_at.is_none()) {
            let aliases = AliasRow::of_persons(conn, &[link.person_id]).unwrap();
            assert!(aliases.iter().any(|alias| alias.id == via), "rests on a pair that does not count");
        }
    }
    let app = &service.app;
    let verdict = app.db.transaction_blocking(|conn| verify(conn, &app.vault, None)).unwrap();
    assert!(verdict.is_intact(), "{verdict:?}");
    links
}

fn standing(service: &Service) -> Vec<(PersonId, AccountId)> {
    let links = links_of(service).into_iter().filter(|link| link.undone_at.is_none());
    links.map(|link| (link.person_id, link.account_id)).collect()
}

fn shown(service: &Service, person: PersonId) -> usize {
    service.read(|tx| Holdings::of(tx, person)).accounts.shown.len()
}

/// Two people under one number, as a reviewer found, and an account under a third name of it.
async fn two_people_and_an_account() -> (Arc<Service>, [Asker; 2], AccountId) {
    let service = Arc::new(Service::new());
    import(&service, &[row(1, CESHI.number, "旧名", "mima")]);
    let one = sign_in(&service.app, "one", &CESHI).await;
    let other = CESHI.named("别人");
    assert_eq!(together(vec![signs_in(&service.app, "other", &other)]).await, ["review"]);
    let task = Task::list(&mut service.db.connect(), Some(Status::Open), 9).unwrap()[0].number;
    assert_eq!(together(vec![answers(&service, task, false)]).await, ["answered"]);
    let other = sign_in(&service.app, "other", &other).await;
    assert_ne!(one.person, other.person);
    let account = account(&service, "1");
    (service, [one, other], account)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_people_who_prove_one_account_at_once_one_gets_it() {
    for _ in 0..ROUNDS {
        let (service, [one, other], account) = two_people_and_an_account().await;
        let second = service.second_server();
        let acts = vec![proves(&service.app, &one, account, "mima"), proves(&second, &other, account, "mima")];
        assert_eq!(sorted(together(acts).await), ["linked", "not found"]);
        assert_eq!(standing(&service).len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_same_proof_twice_at_once_links_once() {
    for _ in 0..ROUNDS {
        let (service, [one, _], account) = two_people_and_an_account().await;
        let second = service.second_server();
        let acts = vec![proves(&service.app, &one, account, "mima"), proves(&second, &one, account, "mima")];
        let answers = sorted(together(acts).await);
        assert_eq!(answers, ["linked", "not found"]);
        assert_eq!(standing(&service), [(one.person, account)]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_proof_beside_the_undoing_of_another_account_of_the_same_name_links_or_waits() {
    for _ in 0..ROUNDS {
        let (service, [one, _], first) = two_people_and_an_account().await;
        import(&service, &[row(2, CESHI.number, "又一名", "mima")]);
        assert_eq!(together(vec![proves(&service.app, &one, first, "mima")]).await, ["linked"]);
        let second = account(&service, "2");
        let link = links_of(&service)[0].id;
        let acts = vec![proves(&service.app, &one, second, "mima"), undoes(&service, link)];
        assert_eq!(together(acts).await, ["linked", "undone"]);
        assert_eq!(standing(&service), [(one.person, second)]);
        assert_eq!(shown(&service, one.person), 1);
        assert_eq!(
            together(vec![proves(&service.app, &one, first, "mima")]).await,
            ["not found"],
            "the pair is marked"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_proof_of_an_account_that_rests_on_a_link_which_is_frozen_or_undone_at_once_falls_with_it_or_does_not_come()
{
    for round in 0..ROUNDS * 2 {
        let service = Arc::new(Service::new());
        // A reviewer gave the first; only by its number the second is found.
        import(&service, &[row(1, GAIMING.number, GAIMING.name, "mima"), row(2, GAIMING.number, "旧名", "mima")]);
        let one = sign_in(&service.app, "one", &CESHI).await;
        let (first, second) = (account(&service, "1"), account(&service, "2"));
        give(&service, &one, first).await;
        let link = links_of(&service)[0].id;
        let ending = if round % 2 == 0 { reports(&service.app, &one, first) } else { undoes(&service, link) };
        let answers = together(vec![proves(&service.app, &one, second, "mima"), ending]).await;
        assert!(["linked", "not found"].contains(&answers[0].as_str()), "{answers:?}");
        assert!(["frozen", "undone"].contains(&answers[1].as_str()), "{answers:?}");
        assert_eq!(shown(&service, one.person), 0, "{answers:?}: it rests on what is taken");
        links_of(&service);
    }
}

/// A reviewer approves the claim of an account.
async fn give(service: &Arc<Service>, asker: &Asker, account: AccountId) {
    let number: String = GAIMING.number.to_owned();
    let claimed = service.app.claim(asker, &number, "mima", now()).await.unwrap();
    assert!(matches!(claimed, buzheng::app::linking::Claim::Received { .. }), "{claimed:?}");
    for task in Task::list(&mut service.db.connect(), Some(Status::Open), 9).unwrap() {
        if task.account_id == Some(account) {
            assert_eq!(together(vec![answers(service, task.number, true)]).await, ["answered"]);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_sign_in_beside_the_undoing_of_what_a_derived_link_rests_on_keeps_nothing_of_it() {
    for _ in 0..ROUNDS {
        let service = Arc::new(Service::new());
        import(&service, &[row(1, CESHI.number, "旧名", "mima"), row(2, CESHI.number, "旧名", "other")]);
        let one = sign_in(&service.app, "one", &CESHI).await;
        let (first, second) = (account(&service, "1"), account(&service, "2"));
        assert_eq!(together(vec![proves(&service.app, &one, first, "mima")]).await, ["linked"]);
        assert_eq!(standing(&service).len(), 2, "the second came by the first one's name");
        let link = links_of(&service).into_iter().find(|link| link.account_id == first).unwrap().id;
        // A third one that the sign-in would link by the very name that is being taken.
        import(&service, &[row(3, CESHI.number, "旧名", "third")]);
        let acts =
            vec![signs_in(&service.app, "one", &CESHI), undoes(&service, link), signs_in(&service.app, "one", &CESHI)];
        assert_eq!(together(acts).await, ["in", "undone", "in"]);
        assert_eq!(standing(&service), []);
        assert_eq!(shown(&service, one.person), 0);
        let found: Vec<(AccountId, String)> = open_findings::table
            .select((open_findings::account_id, open_findings::list))
            .load(&mut service.db.connect())
            .unwrap();
        assert!(
            found.contains(&(first, "review".to_owned())) && found.contains(&(second, "proof".to_owned())),
            "{found:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_reviewers_who_answer_one_question_at_once_one_is_told_it_was_decided() {
    for round in 0..ROUNDS {
        let (service, [one, _], account) = two_people_and_an_account().await;
        let task = request(&service.app, &one, account).await;
        let answers = together(vec![answers(&service, task, true), answers(&service, task, round % 2 == 0)]).await;
        assert_eq!(sorted(answers), ["answered", "before"]);
        assert!(standing(&service).len() <= 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn reviewers_who_give_accounts_crosswise_at_once_do_not_hinder_each_other() {
    for _ in 0..ROUNDS {
        let (service, [one, other], first) = two_people_and_an_account().await;
        import(&service, &[row(2, CESHI.number, "又一名", "mima")]);
        let second = account(&service, "2");
        sign_in(&service.app, "one", &CESHI).await;
        sign_in(&service.app, "other", &CESHI.named("别人")).await;
        // Each has asked for both; each has got one.
        let (of_one, of_other) =
            (request(&service.app, &one, second).await, request(&service.app, &other, first).await);
        assert_eq!(together(vec![proves(&service.app, &one, first, "mima")]).await, ["linked"]);
        assert_eq!(together(vec![proves(&service.app, &other, second, "mima")]).await, ["linked"]);
        let acts = vec![answers(&service, of_one, true), answers(&service, of_other, true)];
        assert_eq!(together(acts).await, ["answered", "answered"]);
        let mut standing = standing(&service);
        standing.sort();
        let mut expected = vec![(one.person, second), (other.person, first)];
        expected.sort();
        assert_eq!(standing, expected, "each has what the reviewers gave");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_approval_beside_the_sign_in_that_would_link_the_same_account_leaves_one_link() {
    for _ in 0..ROUNDS {
        let (service, [one, other], account) = two_people_and_an_account().await;
        let task = request(&service.app, &one, account).await;
        // The second person's name at the portal is now the account's.
        let renamed = CESHI.named("旧名");
        let acts = vec![answers(&service, task, true), signs_in(&service.app, "other", &renamed)];
        assert_eq!(together(acts).await, ["answered", "in"]);
        assert_eq!(standing(&service), [(one.person, account)], "the reviewer's word stands in either order");
        assert_eq!((shown(&service, one.person), shown(&service, other.person)), (1, 0));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn first_sign_ins_beside_an_approval_that_gives_their_number_to_another_person_link_once() {
    for _ in 0..ROUNDS {
        let service = Arc::new(Service::new());
        import(&service, &[row(1, XINREN.number, XINREN.name, "mima"), row(2, XINREN.number, XINREN.name, "mima")]);
        let one = sign_in(&service.app, "one", &CESHI).await;
        let claimed = service.app.claim(&one, XINREN.number, "mima", now()).await.unwrap();
        assert!(matches!(claimed, buzheng::app::linking::Claim::Received { .. }), "{claimed:?}");
        let task = Task::list(&mut service.db.connect(), Some(Status::Open), 9).unwrap()[0].number;
        let acts = vec![answers(&service, task, true), signs_in(&service.app, "two", &XINREN)];
        let answers = together(acts).await;
        assert_eq!(answers[0], "answered");
        if answers[1] == "in" {
            assert_eq!(standing(&service).len(), 2);
        } else {
            // The reviewer was first: whether the bearer of the number is the same human, a reviewer says again.
            assert_eq!(answers[1], "review");
        }
        let given = links_of(&service).into_iter().filter(|link| link.undone_at.is_none() && link.actor.is_task());
        assert!(given.into_iter().any(|link| link.person_id == one.person));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_sixteen_wrong_passwords_at_once_on_two_servers_exactly_five_are_compared() {
    let (service, [one, other], account) = two_people_and_an_account().await;
    let second = service.second_server();
    let acts = (0..16)
        .map(|n| {
            let app = if n % 2 == 0 { &service.app } else { &second };
            proves(app, &one, account, "wrong")
        })
        .collect();
    let answers = together(acts).await;
    assert_eq!(answers.iter().filter(|answer| *answer == "wrong").count(), 5, "{answers:?}");
    assert_eq!(answers.iter().filter(|answer| *answer == "locked").count(), 11, "{answers:?}");
    let told = |event: &str| {
        let query = format!("SELECT count(*) AS number FROM audit_events WHERE event = '{event}'");
        count(&service, &query)
    };
    assert_eq!((told("proof_failed"), told("locked")), (5, 1));
    assert_eq!(together(vec![proves(&second, &one, account, "mima")]).await, ["locked"], "also the right one");
    assert_eq!(together(vec![proves(&second, &other, account, "mima")]).await, ["locked"], "also another person");
}

fn count(service: &Service, query: &str) -> i64 {
    #[derive(QueryableByName)]
    struct Counted {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        number: i64,
    }
    diesel::sql_query(query).get_result::<Counted>(&mut service.db.connect()).unwrap().number
}

/// What a delta import does to the account's row, not committed yet: another password, or another person's number and name.
fn changes_row(service: &Service, conn: &mut PgConnection, another_person: bool) {
    use legacy_accounts as t;
    let vault = &service.app.vault;
    if another_person {
        let changed = (
            t::number_lookup.eq(vault.look_up(LookUp::Number, &[XINREN.number])),
            t::number_sealed.eq(vault.seal_text(Purpose::Number, XINREN.number)),
            t::name_sealed.eq(vault.seal_text(Purpose::Name, XINREN.name)),
        );
        diesel::update(t::table).set(changed).execute(conn).unwrap();
    } else {
        let digest = hex::encode(md5::Md5::digest("changed"));
        let changed = t::password_sealed.eq(vault.seal_text(Purpose::PasswordHash, &digest));
        diesel::update(t::table).set(changed).execute(conn).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_row_that_an_import_changes_between_the_check_of_the_password_and_the_link_links_nothing() {
    for another_person in [false, true] {
        let (service, [one, _], account) = two_people_and_an_account().await;
        let pairs = count(&service, "SELECT count(*) AS number FROM aliases");
        let mut importing = service.db.connect();
        importing.batch_execute("BEGIN").unwrap();
        changes_row(&service, &mut importing, another_person);
        let proof = tokio::spawn(proves(&service.app, &one, account, "mima"));
        // The password of before was right; what follows needs the row.
        let waiting = "SELECT count(*) AS number FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
        while count(&service, waiting) == 0 {
            tokio::task::yield_now().await;
        }
        importing.batch_execute("COMMIT").unwrap();
        assert_eq!(proof.await.unwrap(), if another_person { "not found" } else { "wrong" });
        assert_eq!(links_of(&service).len(), 0);
        assert_eq!(count(&service, "SELECT count(*) AS number FROM aliases"), pairs, "no pair of another person");
        if !another_person {
            assert_eq!(together(vec![proves(&service.app, &one, account, "changed")]).await, ["linked"]);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_proof_beside_an_import_of_another_password_is_right_by_one_of_the_two() {
    for _ in 0..ROUNDS {
        let (service, [one, _], account) = two_people_and_an_account().await;
        let importing = service.clone();
        let changes: Act = Box::pin(async move {
            let import = move || import(&importing, &[row(1, CESHI.number, "旧名", "changed")]);
            tokio::task::spawn_blocking(import).await.unwrap();
            "imported".to_owned()
        });
        let answers = together(vec![proves(&service.app, &one, account, "mima"), changes]).await;
        let linked = links_of(&service).len();
        assert_eq!(linked, usize::from(answers[0] == "linked"), "{answers:?}");
    }
}

//! Accounts as a way in, from the sign-in to what their owners see (LINKING.md, A1-A9).

use buzheng::app::account::{Checked, Detail, DoorAnswer, Opened, Registered, register};
use buzheng::app::linking::{Asker, Proof};
use buzheng::app::tx::act_blocking;
use buzheng::config::{AccessMode, Config, RegistrationCheck};
use buzheng::domain::email::Email;
use buzheng::domain::linking::Way;
use buzheng::ids::{AccountId, PersonId};
use buzheng::session::{NewSession, Origin, Visitor};
use buzheng::vault::hash_password;
use chrono::Utc;
use tokio::task::JoinSet;

use crate::by_hand::OF_2020;
use crate::desk::{Citizen as Visiting, audited, enter, found, link_of, take_back, undo_account};
use crate::support::{Account, Application, CESHI, Certificate, Citizen, GAIMING, Page, TestApp, XINREN};

const SECRET: &str = "old-secret1";

fn transition(config: &mut Config) {
    config.access.mode = AccessMode::Transition;
}

async fn app() -> TestApp {
    TestApp::builder().config(transition).build().await
}

async fn open(app: &TestApp, number: &str, password: &str) -> DoorAnswer {
    app.service.open_account(number, password, Utc::now()).await.unwrap()
}

/// Signs in by an account that must open.
async fn opened(app: &TestApp, number: &str, password: &str) -> Opened {
    match open(app, number, password).await {
        DoorAnswer::Opened(opened) => opened,
        other => panic!("{other:?}"),
    }
}

/// A browser with a session of an account.
async fn visiting(app: &TestApp, opened: &Opened) -> Visiting {
    let now = Utc::now();
    let (person, way) = (opened.person, Way::Account(opened.account));
    let visitor = Visitor::SignedIn { person, name: opened.name.clone(), first: false, way: way.clone() };
    let new = NewSession { former: None, before: None, visitor, origin: Origin::Account(person), login_began_at: now };
    let cookie = app.service.sessions.begin(new, now).await.unwrap().expect("a session");
    let browser = app.anon();
    browser.set_cookie("bz_session", &cookie);
    Visiting { browser, asker: Asker { person, way } }
}

async fn signed_in(app: &TestApp, number: &str, password: &str) -> Visiting {
    let opened = opened(app, number, password).await;
    visiting(app, &opened).await
}

/// Applies for a certificate.
async fn applies(citizen: &Visiting, certificate: &str) {
    let page = citizen.browser.step2(&format!("certificate={certificate}")).await;
    citizen.browser.apply(page.main_form().set("contact", "13912340001")).await;
}

/// An account of ceshi's, and the application that was made under it.
async fn made_under_an_account(app: &TestApp) -> (AccountId, Vec<String>) {
    let account = app.add(Account::of(&CESHI, "reissue", "12").password(SECRET));
    let certificate = app.add(Certificate::of(&CESHI, 2017).approval_date("20171022")).to_string();
    let local = signed_in(app, CESHI.number, SECRET).await;
    applies(&local, &certificate).await;
    (account, local.applications().await)
}

/// Registers, as after the address was confirmed.
fn registered(app: &TestApp, citizen: &Citizen, password: &str) -> Option<AccountId> {
    let new = Registered {
        number: citizen.number.into(),
        name: citizen.name.into(),
        email: Some(Email::parse("someone@example.org").unwrap()),
        password_hash: hash_password(password).into(),
    };
    act_blocking(&app.service.db, &app.service.vault, Utc::now(), |tx| register(tx, &new)).unwrap()
}

fn account_of(opened: &DoorAnswer) -> Option<AccountId> {
    match opened {
        DoorAnswer::Opened(opened) => Some(opened.account),
        _ => None,
    }
}

#[tokio::test]
async fn an_old_account_opens_by_its_password_and_shows_what_the_old_system_showed() {
    let app = app().await;
    let account = app.add(Account::of(&CESHI, "reissue", "12").password(SECRET));
    let certificate = app.add(Certificate::of(&CESHI, 2017).approval_date("20171022")).to_string();
    let foreign = app.add(Certificate::of(&CESHI.named("别人"), 2016)).to_string();
    let old = app.add(Application::of(&CESHI, "reissue", "12"));
    assert_eq!(open(&app, CESHI.number, "wrong1").await, DoorAnswer::Wrong);

    let opened = opened(&app, CESHI.number, SECRET).await;
    assert_eq!((opened.account, opened.name.as_str(), opened.first), (account, CESHI.name, true));
    let ceshi = visiting(&app, &opened).await;
    assert_eq!(ceshi.certificates().await, [certificate.as_str()], "never {foreign}");
    assert_eq!(ceshi.applications().await, [old.to_string()]);
    assert_eq!(ceshi.carried("reissue").await, (1, 1, 1));

    let again = self::opened(&app, CESHI.number, SECRET).await;
    assert_eq!((again.person, again.first), (opened.person, false));
    assert_eq!(
        open(&app, &CESHI.number_of_15_digits(), SECRET).await,
        DoorAnswer::Opened(again),
        "as it was before 1999"
    );
    let hash = app.row_text("legacy_accounts", account);
    assert!(hash.contains("argon2id"), "an old fast hash is replaced: {hash}");
    assert_eq!(app.count("identities"), 0);
    let events = audited(&app, &[CESHI.name, CESHI.number, SECRET]);
    assert!(events.contains(&"account_opened by sign-in".to_owned()), "{events:?}");
}

/// A2: (system and name of the second account, whether either password opens both).
#[tokio::test]
async fn accounts_of_systems_that_shared_their_sign_in_are_one_where_their_names_agree() {
    for (system, name, is_one) in [
        ("mailing", CESHI.name, true),
        ("mailing", "测 试", true),
        ("mailing", "别人", false),
        ("mailing", "测?", false),
        ("exam", CESHI.name, false),
    ] {
        let app = app().await;
        let first = app.add(Account::of(&CESHI, "reissue", "12").password("first-1"));
        let second = app.add(Account::of(&CESHI, system, "7").name(name).password("second-2"));
        let (one, other) = (opened(&app, CESHI.number, "first-1").await, opened(&app, CESHI.number, "second-2").await);
        assert_eq!((one.account, other.account), (first, second));
        assert_eq!(one.person == other.person, is_one, "{system} {name}");
        let carried = visiting(&app, &one).await.carried(system).await;
        assert_eq!(carried.0, u32::from(is_one), "{system} {name}");
        let offered = app.service.offered_accounts(one.person).await.unwrap();
        assert_eq!(offered, if is_one { vec![] } else { vec![second] }, "{system} {name}");
    }
}

/// A3.
#[tokio::test]
async fn another_account_of_the_number_is_offered_for_proof_and_keeps_a_person_of_its_own() {
    let app = app().await;
    let old_name = CESHI.named("测旧名");
    app.add(Account::of(&CESHI, "reissue", "12").password("first-1"));
    let other = app.add(Account::of(&old_name, "exam", "7").password("second-2"));
    let certificate = app.add(Certificate::of(&old_name, 2015)).to_string();
    let ceshi = signed_in(&app, CESHI.number, "first-1").await;
    assert_eq!(found(&app), [(other, "proof".to_owned())]);
    assert_eq!(ceshi.certificates().await, [""; 0]);
    assert!(matches!(ceshi.prove(&app, other, "wrong-1").await.unwrap(), Proof::Wrong { .. }));
    assert!(matches!(ceshi.prove(&app, other, "second-2").await.unwrap(), Proof::Linked { .. }));
    assert_eq!(ceshi.certificates().await, [certificate.as_str()]);

    let owner = opened(&app, CESHI.number, "second-2").await;
    assert_eq!(owner.account, other);
    assert_ne!(owner.person, ceshi.person(), "a password never opens what another one holds");
    assert_eq!(visiting(&app, &owner).await.carried("reissue").await.0, 0);
}

/// A4 and A5.
#[tokio::test]
async fn a_registered_account_sees_nothing_until_a_detail_that_no_identity_card_tells() {
    let app = app().await;
    let certificate = app.add(Certificate::of(&XINREN, 2017).approval_date("20171022")).to_string();
    registered(&app, &XINREN, SECRET).expect("an account");
    assert_eq!(registered(&app, &XINREN.named("别人"), "other-1"), None, "a number is registered once");
    let xinren = signed_in(&app, XINREN.number, SECRET).await;
    assert_eq!(xinren.certificates().await, [""; 0]);
    assert_eq!(xinren.carried("reissue").await, (0, 0, 0));
    assert_eq!(found(&app), []);

    let check = async |detail| app.service.check_detail(xinren.person(), detail, Utc::now()).await.unwrap();
    let number = |number: &str| Detail::CertificateNumber(number.to_owned());
    let date = |date: &str, city: &str| Detail::DateAndCity { approval_date: date.to_owned(), city: city.to_owned() };
    for (wrong, left) in [(number("16039687"), 4), (date("20171022", "青岛市"), 3), (number(XINREN.number), 2)] {
        assert_eq!(check(wrong).await, Checked::Wrong { tries_left: left });
    }
    assert_eq!(xinren.certificates().await, [""; 0]);
    assert_eq!(check(date("2017-10-22", "济南市")).await, Checked::Fits);
    assert_eq!(xinren.certificates().await, [certificate.as_str()]);
    assert_eq!(check(number("16039686")).await, Checked::Nothing);
}

#[tokio::test]
async fn five_wrong_details_lock_and_the_answers_are_the_same_where_nothing_is_registered() {
    let app = app().await;
    let nobody = Citizen::invented(7, "甲");
    app.add(Certificate::of(&XINREN, 2017));
    for (citizen, password) in [(&XINREN, "secret-1"), (&nobody, "secret-2")] {
        registered(&app, citizen, password).unwrap();
        let person = opened(&app, citizen.number, password).await.person;
        let wrong = || Detail::CertificateNumber("99999999".to_owned());
        for left in (0..5).rev() {
            let checked = app.service.check_detail(person, wrong(), Utc::now()).await.unwrap();
            assert_eq!(checked, Checked::Wrong { tries_left: left });
        }
        let right = Detail::CertificateNumber("16039686".to_owned());
        assert!(matches!(app.service.check_detail(person, right, Utc::now()).await.unwrap(), Checked::Locked(_)));
    }
}

#[tokio::test]
async fn without_the_check_a_registered_account_sees_what_its_number_and_name_fit_at_once() {
    let at_once = |config: &mut Config| config.access.registration_check = RegistrationCheck::None;
    let app = TestApp::builder().config(transition).config(at_once).build().await;
    let certificate = app.add(Certificate::of(&XINREN, 2017)).to_string();
    registered(&app, &XINREN, SECRET).unwrap();
    assert_eq!(signed_in(&app, XINREN.number, SECRET).await.certificates().await, [certificate.as_str()]);
}

/// A6, A8 and A9.
#[tokio::test]
async fn the_portal_outranks_an_account_that_fits_and_an_undone_link_opens_its_door_again() {
    let app = app().await;
    let account = app.add(Account::of(&CESHI, "reissue", "12").password(SECRET));
    let sibling = app.add(Account::of(&CESHI, "mailing", "7").password("second-2"));
    let certificate = app.add(Certificate::of(&CESHI, 2017).approval_date("20171022")).to_string();
    let local = signed_in(&app, CESHI.number, SECRET).await;
    applies(&local, &certificate).await;
    let made = local.applications().await;
    assert_eq!(made.len(), 1);

    let portal = enter(&app, CESHI.persona).await;
    assert_ne!(portal.person(), local.person());
    assert_eq!(portal.applications().await, made, "what was made follows");
    portal.browser.get(&format!("/applications/{}", made[0])).await.expect(200);
    assert_eq!(portal.certificates().await, [certificate.as_str()]);
    for password in [SECRET, "second-2"] {
        assert_eq!(open(&app, CESHI.number, password).await, DoorAnswer::Shut);
    }
    assert!(!app.service.door_is_open(local.person(), account, Utc::now()).await.unwrap());
    local.browser.get("/applications").await.expect(303);

    undo_account(&app, account);
    undo_account(&app, sibling);
    let back = signed_in(&app, CESHI.number, SECRET).await;
    assert_eq!(back.person(), local.person(), "as it was before");
    assert_eq!(back.applications().await, made);
    assert_eq!(portal.applications().await, [""; 0]);
    assert_eq!(back.certificates().await, [""; 0], "a number that the portal vouched for is the portal's person's");
}

#[tokio::test]
async fn what_the_portals_person_changed_since_stays_theirs_when_the_link_is_undone() {
    let app = app().await;
    let (account, made) = made_under_an_account(&app).await;
    let portal = enter(&app, CESHI.persona).await;
    let page = portal.browser.get(&format!("/applications/{}", made[0])).await.expect(200);
    let form = page.main_form().set("contact", "13912340002");
    portal.browser.submit(form).await.expect(303);
    undo_account(&app, account);
    assert_eq!(portal.applications().await, made);
    assert_eq!(signed_in(&app, CESHI.number, SECRET).await.applications().await, [""; 0]);
}

#[tokio::test]
async fn what_followed_an_account_is_hidden_once_the_portals_person_says_that_it_is_not_theirs() {
    let app = app().await;
    let (account, made) = made_under_an_account(&app).await;
    let portal = enter(&app, CESHI.persona).await;
    portal.report(&app, account).await;
    assert_eq!(portal.applications().await, [""; 0]);
    portal.browser.get(&format!("/applications/{}", made[0])).await.expect(404);
    assert_eq!(open(&app, CESHI.number, SECRET).await, DoorAnswer::Shut, "a reviewer decides first");
}

/// Fills the form of 造价 2020 in by hand, and sends it.
async fn by_hand(citizen: &Visiting) -> Page {
    let form = citizen.browser.step2("exam=ZJ").await.main_form().fill(&OF_2020);
    citizen.browser.submit(form).await
}

#[tokio::test]
async fn what_was_filled_in_by_hand_under_an_account_is_not_filled_in_again_by_the_portals_person() {
    let app = app().await;
    let account = app.add(Account::of(&XINREN, "reissue", "12").password(SECRET));
    let local = signed_in(&app, XINREN.number, SECRET).await;
    by_hand(&local).await.expect(303);
    let portal = enter(&app, XINREN.persona).await;
    assert_eq!(portal.applications().await.len(), 1, "it followed");
    by_hand(&portal).await.expect(422);

    undo_account(&app, account);
    let back = signed_in(&app, XINREN.number, SECRET).await;
    assert_eq!(back.applications().await.len(), 1, "it came back");
    by_hand(&back).await.expect(422);
    by_hand(&portal).await.expect(303);
}

#[tokio::test]
async fn an_account_is_proven_also_where_both_have_filled_in_the_same_by_hand() {
    let app = app().await;
    let account = app.add(Account::of(&GAIMING.named("李旧名"), "reissue", "1").password(SECRET));
    let local = signed_in(&app, GAIMING.number, SECRET).await;
    let portal = enter(&app, GAIMING.persona).await;
    for citizen in [&local, &portal] {
        by_hand(citizen).await.expect(303);
    }
    assert!(matches!(portal.prove(&app, account, SECRET).await.unwrap(), Proof::Linked { .. }));
    assert_eq!(portal.applications().await.len(), 2);
    by_hand(&portal).await.expect(422);
    undo_account(&app, account);
    assert_eq!(portal.applications().await.len(), 1);
    by_hand(&signed_in(&app, GAIMING.number, SECRET).await).await.expect(422);
}

/// A7: (name of the account, rule by which it is offered).
#[tokio::test]
async fn an_account_under_another_name_stays_apart_and_shows_nothing_of_the_number_any_more() {
    for name in ["李旧名", "李?明"] {
        let app = app().await;
        let old = GAIMING.named(name);
        let account = app.add(Account::of(&old, "reissue", "1").password(SECRET));
        let certificate = app.add(Certificate::of(&old, 2015)).to_string();
        let application = app.add(Application::of(&old, "reissue", "1"));
        let local = signed_in(&app, GAIMING.number, SECRET).await;
        assert_eq!(local.certificates().await.len(), usize::from(name == "李旧名"), "{certificate}");

        let portal = enter(&app, GAIMING.persona).await;
        assert_eq!(portal.applications().await, [""; 0]);
        assert_eq!(found(&app).iter().filter(|(id, list)| (*id, list.as_str()) == (account, "proof")).count(), 1);
        assert_eq!(local.certificates().await, [""; 0]);
        assert_eq!(local.applications().await, [application.to_string()], "its own stays its own");
        assert_eq!(account_of(&open(&app, GAIMING.number, SECRET).await), Some(account), "its door is open");

        assert!(matches!(portal.prove(&app, account, SECRET).await.unwrap(), Proof::Linked { .. }));
        assert_eq!(open(&app, GAIMING.number, SECRET).await, DoorAnswer::Shut);
        assert_eq!(portal.applications().await, [application.to_string()]);
    }
}

#[tokio::test]
async fn a_registered_account_is_no_proof_of_the_name_that_was_typed() {
    let app = app().await;
    let certificate = app.add(Certificate::of(&GAIMING.named("李旧名"), 2015));
    let account = registered(&app, &GAIMING.named("李旧名"), SECRET).unwrap();
    let portal = enter(&app, GAIMING.persona).await;
    assert_eq!(found(&app), [(account, "proof".to_owned())]);
    assert!(matches!(portal.prove(&app, account, SECRET).await.unwrap(), Proof::Linked { .. }));
    assert_eq!(portal.certificates().await, [""; 0], "{certificate} is under a name that nobody vouched for");
    let page = portal.browser.get("/link").await.expect(200);
    assert!(!page.html().contains("registered"), "an old system of that name is offered nowhere");
}

#[tokio::test]
async fn an_account_whose_row_an_import_changed_is_somebody_elses() {
    let app = app().await;
    let account = app.add(Account::of(&CESHI, "reissue", "12").password(SECRET));
    let first = opened(&app, CESHI.number, SECRET).await;
    crate::desk::reimport(&app, account, CESHI.number, "别人");
    assert!(app.service.door_is_open(first.person, account, Utc::now()).await.unwrap(), "until somebody opens it");
    let second = opened(&app, CESHI.number, SECRET).await;
    assert_ne!(first.person, second.person);
    assert_eq!(second.name, "别人");
    assert!(!app.service.door_is_open(first.person, account, Utc::now()).await.unwrap());
}

#[tokio::test]
async fn a_lockout_tells_nothing_and_a_storm_of_guesses_over_two_servers_is_counted_as_one() {
    let app = app().await;
    let account = app.add(Account::of(&CESHI, "reissue", "12").password(SECRET));
    for number in [CESHI.number, XINREN.number] {
        let second = buzheng::app::App::new(app.service.config.clone()).unwrap();
        let servers = [&app.service, &second];
        let mut guesses = JoinSet::new();
        for at in 0..20 {
            let server = servers[at % 2].clone();
            guesses.spawn(async move { server.open_account(number, "guess-1", Utc::now()).await });
        }
        let answers = guesses.join_all().await;
        let wrong = answers.iter().filter(|answer| matches!(answer, Ok(DoorAnswer::Wrong))).count();
        let locked = answers.iter().filter(|answer| matches!(answer, Ok(DoorAnswer::Locked(_)))).count();
        assert_eq!((wrong, locked), (5, 15), "{number}");
    }
    assert!(matches!(open(&app, CESHI.number, SECRET).await, DoorAnswer::Locked(_)), "the right one neither");
    let locked = |of: &str| {
        let about = format!("SELECT count(*) AS number FROM audit_events WHERE event = 'locked' AND account_id {of}");
        app.number(&about)
    };
    assert_eq!((locked(&format!("= '{account}'")), locked("IS NULL")), (1, 1), "the account, where there is one");
    audited(&app, &[CESHI.number, XINREN.number]);
}

#[tokio::test]
async fn a_person_of_an_account_is_nobody_to_the_portal() {
    let app = app().await;
    app.add(Account::of(&CESHI.named("别人"), "reissue", "12").password(SECRET));
    registered(&app, &XINREN.named("别名"), "other-1").unwrap();
    for (number, password) in [(CESHI.number, SECRET), (XINREN.number, "other-1")] {
        opened(&app, number, password).await;
    }
    for persona in [CESHI.persona, XINREN.persona] {
        enter(&app, persona).await;
    }
    assert_eq!(app.count("review_tasks"), 0, "no subject was found to be somebody else's");
    assert_eq!(app.number("SELECT count(*) AS number FROM links WHERE door = 'portal' AND undone_at IS NULL"), 0);
    let of_portal =
        "SELECT count(*) AS number FROM aliases a JOIN persons p ON p.id = a.person_id WHERE p.door <> a.door";
    assert_eq!(app.number(of_portal), 0);
}

#[tokio::test]
async fn the_database_itself_keeps_the_doors_apart() {
    let app = app().await;
    let account = app.add(Account::of(&CESHI, "reissue", "12").password(SECRET));
    let local: PersonId = opened(&app, CESHI.number, SECRET).await.person;
    for statement in [
        format!("UPDATE aliases SET origin = 'portal' WHERE person_id = '{local}'"),
        format!("UPDATE links SET door = 'portal' WHERE person_id = '{local}'"),
        format!("UPDATE persons SET door = 'portal' WHERE id = '{local}'"),
        format!("INSERT INTO portal_numbers (number_lookup, person_id) VALUES ('\\x00', '{local}')"),
        format!(
            "INSERT INTO links (id, person_id, account_id, rule, evidence_sealed, actor, linked_at, door)
             VALUES (gen_random_uuid(), '{local}', '{account}', 'L1', '\\x00', 'account', now(), 'portal')"
        ),
    ] {
        let done = diesel::RunQueryDsl::execute(diesel::sql_query(&statement), &mut app.db.connect());
        assert!(done.is_err(), "{statement}");
    }
    assert!(link_of(&app, account).is_none());
    let own = app.number("SELECT count(*) AS number FROM links WHERE door = 'account'");
    assert_eq!(own, 1);
    let links = app.links();
    take_back(&app, buzheng::db::people::Link::of_password(&mut app.db.connect(), account).unwrap().unwrap().id)
        .unwrap();
    assert_eq!(links[0].rule, "A1");
    assert_ne!(opened(&app, CESHI.number, SECRET).await.person, local, "what was undone stays undone");
}

/// F1 of a review: accounts that become equal once both were opened stay two persons', and both open.
#[tokio::test]
async fn accounts_that_become_equal_after_both_were_opened_go_on_opening_to_their_own_persons() {
    let app = app().await;
    app.add(Account::of(&CESHI, "reissue", "12").password("first-1"));
    let second = app.add(Account::of(&CESHI, "mailing", "7").name("测?").password("second-2"));
    let (one, other) = (opened(&app, CESHI.number, "first-1").await, opened(&app, CESHI.number, "second-2").await);
    crate::desk::reimport(&app, second, CESHI.number, CESHI.name);
    let again = opened(&app, CESHI.number, "first-1").await;
    assert_eq!(again.person, one.person);
    let changed = opened(&app, CESHI.number, "second-2").await;
    assert_ne!(changed.person, other.person, "its row is another's");
    for _ in 0..2 {
        assert_eq!(opened(&app, CESHI.number, "first-1").await.person, one.person);
        assert_eq!(opened(&app, CESHI.number, "second-2").await.person, changed.person);
    }
}

/// An account that was proven and whose system shares its sign-in since: each password leads to its own person.
#[tokio::test]
async fn an_account_that_was_proven_opens_to_its_own_person_also_once_its_system_is_a_shared_one() {
    let app = app().await;
    app.add(Account::of(&CESHI, "reissue", "12").password("first-1"));
    let other = app.add(Account::of(&CESHI, "exam", "7").password("second-2"));
    let ceshi = signed_in(&app, CESHI.number, "first-1").await;
    assert!(matches!(ceshi.prove(&app, other, "second-2").await.unwrap(), Proof::Linked { .. }));
    let mut config = app.service.config.clone();
    config.access.shared_systems.push("exam".to_owned());
    let shared = buzheng::app::App::new(config).unwrap();
    for _ in 0..2 {
        let DoorAnswer::Opened(own) = shared.open_account(CESHI.number, "second-2", Utc::now()).await.unwrap() else {
            panic!("it does not open")
        };
        assert_ne!(own.person, ceshi.person());
        assert!(shared.door_is_open(own.person, other, Utc::now()).await.unwrap());
    }
}

#[tokio::test]
async fn whoever_opened_an_account_cannot_say_that_it_is_not_theirs_and_goes_on_while_its_row_changes() {
    let app = app().await;
    let account = app.add(Account::of(&CESHI, "reissue", "12").password(SECRET));
    let ceshi = signed_in(&app, CESHI.number, SECRET).await;
    let refused = app.service.report_not_mine(&ceshi.asker, account, Utc::now()).await;
    assert!(matches!(refused, Err(buzheng::app::AppError::NotFound)));
    let other = app.add(Account::of(&CESHI, "exam", "7").password("second-2"));
    crate::desk::reimport(&app, account, CESHI.number, "别人");
    assert!(matches!(ceshi.prove(&app, other, "wrong-1").await, Ok(Proof::Wrong { .. }) | Err(_)));
    ceshi.browser.get("/link").await.expect(200);
    ceshi.browser.get("/continuity").await.expect(200);
}

/// Old systems write such words where they have no number, for thousands of people.
#[tokio::test]
async fn a_word_that_stands_for_no_number_opens_no_account() {
    let app = app().await;
    for (nth, number) in ["无", "0", "不详", "111111111111111", "123456", "37010219801332001X"].iter().enumerate() {
        let (of_one, of_other) = (format!("{nth}"), format!("{}", nth + 100));
        app.add(Account::of(&CESHI, "reissue", &of_one).number(number).password(SECRET));
        app.add(Account::of(&CESHI, "mailing", &of_other).number(number).password(SECRET));
        assert_eq!(open(&app, number, SECRET).await, DoorAnswer::Wrong, "{number}");
    }
    for number in ["370102198001010019", "370102800101001", "G12345678"] {
        app.add(Account::of(&CESHI, "reissue", number).number(number).password(SECRET));
        assert!(
            matches!(open(&app, number, SECRET).await, DoorAnswer::Opened(_)),
            "{number}: a wrong check digit is no objection"
        );
    }
}

#[tokio::test]
async fn what_is_reported_as_not_theirs_stands_in_nobodys_way_to_apply() {
    let app = app().await;
    let account = app.add(Account::of(&CESHI, "reissue", "12").password(SECRET));
    let certificate = app.add(Certificate::of(&CESHI, 2017).approval_date("20171022")).to_string();
    let impostor = signed_in(&app, CESHI.number, SECRET).await;
    applies(&impostor, &certificate).await;
    let portal = enter(&app, CESHI.persona).await;
    portal.report(&app, account).await;
    applies(&portal, &certificate).await;
    assert_eq!(portal.applications().await.len(), 1);
}

#[tokio::test]
async fn of_two_accounts_that_hold_one_certificate_the_second_cannot_push_the_firsts_application_aside() {
    let app = app().await;
    app.add(Account::of(&CESHI, "reissue", "12").password("first-1"));
    app.add(Account::of(&CESHI, "exam", "7").password("second-2"));
    let certificate = app.add(Certificate::of(&CESHI, 2017).approval_date("20171022")).to_string();
    let (one, other) =
        (signed_in(&app, CESHI.number, "first-1").await, signed_in(&app, CESHI.number, "second-2").await);
    applies(&one, &certificate).await;
    let page = other.browser.step2(&format!("certificate={certificate}")).await;
    let refused = other.browser.submit(page.main_form().set("contact", "13912340001")).await.expect(422);
    refused.says("另一个账户");
    assert_eq!(app.number("SELECT count(*) AS number FROM applications WHERE detached_at IS NULL"), 1);
}

/// Work about what the portal's person has not does not follow: its details would be shown to them.
#[tokio::test]
async fn work_about_a_record_under_another_name_stays_behind() {
    let app = app().await;
    let old_name = CESHI.named("测旧名");
    app.add(Account::of(&CESHI, "reissue", "12").password(SECRET));
    let other = app.add(Account::of(&old_name, "exam", "7").password("second-2"));
    let certificate = app.add(Certificate::of(&old_name, 2015).year("2017").approval_date("20171022")).to_string();
    let local = signed_in(&app, CESHI.number, SECRET).await;
    assert!(matches!(local.prove(&app, other, "second-2").await.unwrap(), Proof::Linked { .. }));
    applies(&local, &certificate).await;
    let portal = enter(&app, CESHI.persona).await;
    assert_eq!(portal.applications().await, [""; 0]);
    assert_eq!(portal.certificates().await, [""; 0]);
}

/// A7 speaks of numbers that a portal vouched for; what a reviewer granted to another person hides no more than what it fits.
#[tokio::test]
async fn a_pair_that_a_reviewer_granted_hides_no_other_persons_certificates() {
    let app = app().await;
    app.add(Account::of(&CESHI, "reissue", "12").password(SECRET));
    let certificate = app.add(Certificate::of(&CESHI, 2017)).to_string();
    let mistyped = app.add(Account::of(&XINREN, "exam", "7").number(CESHI.number));
    let portal = enter(&app, XINREN.persona).await;
    let task = portal.request(&app, crate::desk::request("exam")).await;
    let label = format!("exam:{}", "7");
    let answer = buzheng::app::linking::tasks::Answer { accounts: vec![label], ..crate::desk::yes() };
    crate::desk::decide(&app, task, &answer).unwrap();
    assert!(link_of(&app, mistyped).is_some());
    assert_eq!(signed_in(&app, CESHI.number, SECRET).await.certificates().await, [certificate.as_str()]);
}

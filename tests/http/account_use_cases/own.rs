//! 注册信息维护 and 修改密码.

use buzheng::app::AppError;
use buzheng::app::account::{ChangedPassword, Confirmed, DoorAnswer, Opened, Recovered};
use buzheng::app::tx::{Tx, act_blocking};
use buzheng::db::account_credentials::set_password;
use buzheng::domain::linking::Way;
use buzheng::domain::password::Weakness;
use buzheng::session::{NewSession, Origin, Visitor};
use buzheng::vault::hash_password;
use chrono::{DateTime, Utc};
use diesel::connection::SimpleConnection;

use super::{NEW, OLD, a_minute_later, ask_recovery, email, mailing, open, opened, owner, recover, registered};
use crate::desk::audited;
use crate::support::{Account, Browser, CESHI, TestApp, XINREN, import};

/// A browser with a session of an account.
pub(super) async fn browser_of(app: &TestApp, opened: &Opened) -> Browser {
    browser_since(app, opened, Utc::now()).await
}

/// The same, by a sign-in that began then.
async fn browser_since(app: &TestApp, opened: &Opened, login_began_at: DateTime<Utc>) -> Browser {
    let (person, name, way) = (opened.person, opened.name.clone(), Way::Account(opened.account));
    let (visitor, now) = (Visitor::SignedIn { person, name, first: false, way }, Utc::now());
    let new = NewSession { former: None, before: None, visitor, origin: Origin::Account(person), login_began_at };
    let browser = app.anon();
    browser.set_cookie("bz_session", &app.service.sessions.begin(new, now).await.unwrap().expect("a session"));
    browser
}

async fn change(app: &TestApp, opened: &Opened, old: &str, new: &str) -> ChangedPassword {
    let (old, new) = (old.to_owned().into(), new.to_owned().into());
    app.service.change_password(owner(opened), &old, &new, Utc::now()).await.unwrap()
}

#[tokio::test]
async fn another_address_counts_once_it_is_confirmed_and_the_former_one_is_told() {
    let app = mailing().await;
    app.add(Account::of(&CESHI, "reissue", "1").email("old@example.com").password(OLD));
    app.add(Account::of(&CESHI, "mailing", "1").email("older@example.com"));
    let ceshi = opened(&app, CESHI.number, OLD).await;
    let profile = || async { app.service.account_profile(ceshi.person).await.unwrap() };
    assert_eq!(profile().await.email, "old@example.com");
    ask_recovery(&app, CESHI.number).await;
    let token = app.letter("older@example.com").await.token();

    let session = "session:own";
    app.service.change_address(ceshi.person, session, email("new@example.com"), Utc::now()).await.unwrap();
    assert_eq!(profile().await.email, "old@example.com");
    let code = app.letter("new@example.com").await.code();
    let confirm = |person| app.service.confirm(session, person, &code, Utc::now());
    assert_eq!(confirm(None).await.unwrap(), Confirmed::Gone, "whoever is signed in no more");
    assert_eq!(confirm(Some(ceshi.person)).await.unwrap(), Confirmed::AddressChanged);
    let profile = profile().await;
    assert_eq!((profile.email.as_str(), profile.name.as_str()), ("new@example.com", CESHI.name));
    assert_eq!((profile.number.as_str(), profile.registered, profile.checked), (CESHI.number, false, true));
    for former in ["old@example.com", "older@example.com"] {
        let letter = app.letter(former).await;
        assert_eq!(letter.subject, "您的邮箱已更换");
        assert!(!letter.text.contains("new@example.com"));
    }
    assert_eq!(recover(&app, &token, NEW).await, Recovered::Gone, "a link to a former address is worthless");
    a_minute_later(&app);
    ask_recovery(&app, CESHI.number).await;
    assert_eq!(app.mailbox().await.iter().filter(|letter| letter.subject == "找回密码").count(), 3);
    app.letter("new@example.com").await.token();
    let events = audited(&app, &[CESHI.number, CESHI.name, "new@example.com"]);
    assert!(events.contains(&"address_changed by citizen".to_owned()), "{events:?}");
}

#[tokio::test]
async fn whoever_knows_the_old_password_chooses_another_and_all_sessions_end() {
    let app = mailing().await;
    app.add(Account::of(&CESHI, "reissue", "1").email("old@example.com").password(OLD));
    app.add(Account::of(&CESHI, "mailing", "1").email("old@example.com").password("other-secret1"));
    let ceshi = opened(&app, CESHI.number, OLD).await;
    let browser = browser_of(&app, &ceshi).await;
    assert_eq!(change(&app, &ceshi, "wrong-secret1", NEW).await, ChangedPassword::WrongOld { tries_left: 4 });
    assert_eq!(change(&app, &ceshi, OLD, "abc123").await, ChangedPassword::Refused(Weakness::Common));
    browser.get("/applications").await.expect(200);
    assert_eq!(change(&app, &ceshi, "other-secret1", NEW).await, ChangedPassword::Done, "either one's");
    browser.get("/applications").await.location();
    let again = browser_of(&app, &ceshi).await;
    again.get("/applications").await.expect(200);
    for former in [OLD, "other-secret1"] {
        assert_eq!(open(&app, CESHI.number, former).await, DoorAnswer::Wrong);
    }
    assert_eq!(opened(&app, CESHI.number, NEW).await.person, ceshi.person);
    let letters = app.mailbox().await;
    assert_eq!(letters.len(), 1, "{letters:?}");
    assert_eq!((letters[0].to.as_str(), letters[0].subject.as_str()), ("old@example.com", "您的登录密码已修改"));
    let events = audited(&app, &[CESHI.number, CESHI.name, NEW]);
    for event in ["proof_failed by citizen", "password_changed by citizen"] {
        assert!(events.contains(&event.to_owned()), "{events:?}");
    }
}

#[tokio::test]
async fn whoever_opened_an_account_reaches_nothing_of_whomever_an_import_gave_it_to() {
    let app = mailing().await;
    let account = app.add(Account::of(&CESHI, "reissue", "1").email("old@example.com").password(OLD));
    let ceshi = opened(&app, CESHI.number, OLD).await;
    let (service, person, now) = (&app.service, ceshi.person, Utc::now());
    service.change_address(person, "session:a", email("new@example.com"), now).await.unwrap();
    let code = app.letter("new@example.com").await.code();
    let browser = browser_of(&app, &ceshi).await;
    browser.step2("exam=ZJ").await;
    crate::desk::reimport(&app, account, XINREN.number, XINREN.name);

    browser.get("/reissue/new?exam=ZJ").await.expect(404);
    assert!(matches!(service.account_profile(person).await, Err(AppError::NotFound)), "another's name and number");
    let (old, new) = (OLD.to_owned().into(), NEW.to_owned().into());
    let changed = service.change_password(owner(&ceshi), &old, &new, now).await;
    assert!(matches!(changed, Err(AppError::NotFound)), "{changed:?}");
    let asked = service.change_address(person, "session:b", email("new@example.com"), now).await;
    assert!(matches!(asked, Err(AppError::NotFound)), "{asked:?}");
    let confirmed = service.confirm("session:a", Some(person), &code, now).await;
    assert!(matches!(confirmed, Err(AppError::NotFound)), "{confirmed:?}");
}

/// What the database knows ends a session at its next use, and a link too, where Redis could not be told.
#[tokio::test]
async fn a_new_password_ends_what_came_before_it_also_where_redis_was_never_told() {
    let app = mailing().await;
    app.add(Account::of(&CESHI, "reissue", "1").email("old@example.com").password(OLD));
    ask_recovery(&app, CESHI.number).await;
    let link = app.letter("old@example.com").await.token();
    let ceshi = opened(&app, CESHI.number, OLD).await;
    let browser = browser_of(&app, &ceshi).await;
    let begun_before = Utc::now();
    browser.get("/applications").await.expect(200);

    // As a change leaves it where Redis is gone once the database has it.
    let (hash, vault) = (hash_password(NEW), &app.service.vault);
    let set = |tx: &mut Tx<'_>| Ok(set_password(tx.conn, ceshi.account, &hash, true, Utc::now())?);
    act_blocking::<_, AppError>(&app.service.db, vault, Utc::now(), set).unwrap();
    assert_eq!(browser.get("/applications").await.location().path(), "/");
    let late = browser_since(&app, &ceshi, begun_before).await;
    assert_eq!(late.get("/applications").await.location().path(), "/", "a sign-in that was under way");
    assert_eq!(recover(&app, &link, "hk7w2pxq9").await, Recovered::Gone);
    assert_eq!(open(&app, CESHI.number, OLD).await, DoorAnswer::Wrong);
    browser_of(&app, &opened(&app, CESHI.number, NEW).await).await.get("/applications").await.expect(200);
}

/// Who holds the account's row may want its person next, and waits for nobody who holds the person.
#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_password_takes_the_accounts_before_their_person_as_a_sign_in_does() {
    let app = mailing().await;
    app.add(Account::of(&CESHI, "reissue", "1").password(OLD));
    let ceshi = opened(&app, CESHI.number, OLD).await;
    let mut signing_in = app.db.connect();
    signing_in
        .batch_execute(&format!("BEGIN; SELECT FROM legacy_accounts WHERE id = '{}' FOR NO KEY UPDATE", ceshi.account))
        .unwrap();
    let (service, owner) = (app.service.clone(), owner(&ceshi));
    let (old, new) = (OLD.to_owned().into(), NEW.to_owned().into());
    let changing = tokio::spawn(async move { service.change_password(owner, &old, &new, Utc::now()).await.unwrap() });
    let waiting = "SELECT count(*) AS number FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    while app.number(waiting) == 0 {
        tokio::task::yield_now().await;
    }
    let person = format!("SELECT FROM persons WHERE id = '{}' FOR UPDATE NOWAIT; COMMIT", ceshi.person);
    signing_in.batch_execute(&person).unwrap();
    assert_eq!(changing.await.unwrap(), ChangedPassword::Done);
}

#[tokio::test]
async fn five_wrong_old_passwords_lock_the_change_and_not_the_door() {
    let app = mailing().await;
    app.add(Account::of(&CESHI, "reissue", "1").password(OLD));
    let ceshi = opened(&app, CESHI.number, OLD).await;
    for tries_left in (0..5).rev() {
        assert_eq!(change(&app, &ceshi, "wrong-secret1", NEW).await, ChangedPassword::WrongOld { tries_left });
    }
    assert!(matches!(change(&app, &ceshi, OLD, NEW).await, ChangedPassword::Locked(_)));
    opened(&app, CESHI.number, OLD).await;
}

/// What a chosen password proves: (how it was chosen, whether it proves the account to the portal's person).
#[tokio::test]
async fn a_changed_password_proves_as_the_one_before_did() {
    for (recovered, proves) in [(false, true), (true, false)] {
        let app = mailing().await;
        let account = app.add(Account::of(&crate::support::GAIMING.named("李旧名"), "reissue", "4").password(OLD));
        let number = crate::support::GAIMING.number;
        let mut password = OLD;
        if recovered {
            ask_recovery(&app, number).await;
            let token = app.letter("someone@example.org").await.token();
            assert_eq!(recover(&app, &token, "between7secret").await, Recovered::Done);
            password = "between7secret";
        }
        let old = opened(&app, number, password).await;
        assert_eq!(change(&app, &old, password, NEW).await, ChangedPassword::Done);
        let gaiming = crate::desk::enter(&app, "gaiming").await;
        let proof = gaiming.prove(&app, account, NEW).await.unwrap();
        let linked = matches!(proof, buzheng::app::linking::Proof::Linked { .. });
        assert_eq!(linked, proves, "recovered: {recovered}: {proof:?}");
    }
}

#[tokio::test]
async fn a_delta_import_never_undoes_a_new_password_or_address() {
    const ROWS: &str = "编号,身份证号,姓名,邮箱,密码,盐,注册时间\n";
    let row = |email: &str, password: &str| {
        use md5::Digest as _;
        let hash = hex::encode(md5::Md5::digest(password));
        format!("{ROWS}7,{},{},{email},{hash},,2011-03-04 08:09:10\n", CESHI.number, CESHI.name)
    };
    let app = mailing().await;
    import(&app.service, &[("accounts", &row("old@example.com", OLD))], Utc::now());
    let ceshi = opened(&app, CESHI.number, OLD).await;
    assert_eq!(change(&app, &ceshi, OLD, NEW).await, ChangedPassword::Done);
    app.service.change_address(ceshi.person, "session:own", email("new@example.com"), Utc::now()).await.unwrap();
    let code = app.letter("new@example.com").await.code();
    app.service.confirm("session:own", Some(ceshi.person), &code, Utc::now()).await.unwrap();

    import(&app.service, &[("accounts", &row("imported@example.com", "delta-secret1"))], Utc::now());
    assert_eq!(open(&app, CESHI.number, "delta-secret1").await, DoorAnswer::Wrong);
    let again = opened(&app, CESHI.number, NEW).await;
    assert_eq!((again.person, again.account), (ceshi.person, ceshi.account));
    assert_eq!(app.service.account_profile(ceshi.person).await.unwrap().email, "new@example.com");
    // That of the import, to wrap what it brought.
    app.execute("DELETE FROM jobs");
}

#[tokio::test]
async fn what_was_registered_here_says_so_in_its_profile() {
    let app = mailing().await;
    let xinren = registered(&app, &XINREN, "xin@example.com").await;
    let profile = app.service.account_profile(xinren.person).await.unwrap();
    assert_eq!((profile.name.as_str(), profile.number.as_str()), (XINREN.name, XINREN.number));
    assert_eq!((profile.email.as_str(), profile.registered, profile.checked), ("xin@example.com", true, false));
}

#[tokio::test]
async fn nobody_has_more_codes_mailed_than_the_limit_however_many_addresses_they_type() {
    let app = TestApp::builder()
        .mailing()
        .config(super::transition)
        .config(|config| config.throttle.mails_per_hour = 2)
        .build()
        .await;
    app.add(Account::of(&CESHI, "reissue", "1").password(OLD));
    let ceshi = opened(&app, CESHI.number, OLD).await;
    for at in 0..4 {
        let to = email(&format!("victim{at}@example.com"));
        app.service.change_address(ceshi.person, "session:own", to, Utc::now()).await.unwrap();
    }
    assert_eq!(app.mailbox().await.len(), 2);
    for (session, to) in
        [("session:a", "one@example.com"), ("session:b", "ONE@example.com"), ("session:c", "One@Example.com")]
    {
        super::register(&app, session, super::registration(&XINREN, to)).await;
    }
    assert_eq!(app.mailbox().await.len(), 4, "capitals make no other mailbox");
}

#[tokio::test]
async fn where_too_many_passwords_wait_no_try_is_used_up() {
    let app = TestApp::builder()
        .mailing()
        .config(super::transition)
        .config(|config| config.throttle.passwords_waiting = 1)
        .build()
        .await;
    app.add(Account::of(&CESHI, "reissue", "1").password(OLD));
    let ceshi = opened(&app, CESHI.number, OLD).await;
    let mut storm = tokio::task::JoinSet::new();
    for _ in 0..5 {
        let (service, owner) = (app.service.clone(), owner(&ceshi));
        let (old, new) = (OLD.to_owned().into(), "abc123".to_owned().into());
        storm.spawn(async move { service.change_password(owner, &old, &new, Utc::now()).await });
    }
    let answers = storm.join_all().await;
    let is_known = |answer: &Result<ChangedPassword, AppError>| {
        matches!(answer, Ok(ChangedPassword::Refused(Weakness::Common)) | Err(AppError::Busy))
    };
    assert!(answers.iter().all(is_known), "{answers:?}");
    assert!(answers.iter().any(Result::is_err), "{answers:?}");
    assert_eq!(change(&app, &ceshi, "wrong-secret1", NEW).await, ChangedPassword::WrongOld { tries_left: 4 });
}

#[tokio::test]
async fn whoever_registered_and_has_shown_nothing_claims_nothing_under_their_own_number() {
    use buzheng::app::linking::{Asker, Claim};
    let app = mailing().await;
    let xinren = registered(&app, &XINREN, "xin@example.com").await;
    app.add(Account::of(&XINREN, "reissue", "9").password(OLD));
    let asker = Asker { person: xinren.person, way: Way::Account(xinren.account) };
    let claimed = app.service.claim(&asker, XINREN.number, OLD, Utc::now()).await.unwrap();
    assert_eq!(claimed, Claim::Wrong, "it would double the tries of a proof");
    assert_eq!(app.count("review_tasks"), 0);
}

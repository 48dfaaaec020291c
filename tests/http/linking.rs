//! Whose data is this (LINKING.md), from the sign-in to the rows in the database.

use buzheng::db::schema::{identity_changes, legacy_accounts, links, review_tasks, sign_in_decisions};
use buzheng::domain::document::DocumentType;
use buzheng::domain::linking::{Evidence, LinkActor, Origin, Rule, Transformation};
use buzheng::ids::{AccountId, AliasId, LinkId, PersonId};
use buzheng::vault::{LookUp, Purpose};
use chrono::Utc;
use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error};

use crate::support::{
    Account, Application, CESHI, Certificate, Citizen, GAIMING, JIANDIAN, Page, SHIWUWEI, TestApp, XINREN, photo,
    with_check_digit,
};

/// accounts, certificates, applications, photos of one old system on 承接清单.
#[track_caller]
fn carried(page: &Page, system: &str) -> [u32; 4] {
    let rows = page.rows(&format!("tr[data-system='{system}']"));
    let row = rows.first().unwrap_or_else(|| panic!("nothing of {system}:\n{}", page.summary()));
    ["data-accounts", "data-certificates", "data-applications", "data-photos"]
        .map(|name| row.attr(name).parse().unwrap())
}

/// How many accounts wait for (a proof, a reviewer).
fn waiting(page: &Page) -> (u32, u32) {
    let of = |name: &str| page.attr(&format!("[{name}]"), name).map_or(0, |count| count.parse().unwrap());
    (of("data-needs-proof"), of("data-needs-review"))
}

/// The last decision: (decision, rule).
fn decision(app: &TestApp) -> (String, String) {
    sign_in_decisions::table
        .order(sign_in_decisions::id.desc())
        .select((sign_in_decisions::decision, sign_in_decisions::rule))
        .first(&mut app.db.connect())
        .unwrap()
}

fn word(pair: (&str, &str)) -> (String, String) {
    (pair.0.to_owned(), pair.1.to_owned())
}

fn person_of(page: &Page) -> PersonId {
    page.user().expect("a person signed in").parse().unwrap()
}

/// A link made by hand, as a proof or a reviewer makes one.
fn link(app: &TestApp, person: PersonId, account: AccountId, end: Option<&str>) -> LinkId {
    let id = LinkId::generate();
    let now = Utc::now();
    let undone = end == Some("undone");
    let evidence = Evidence {
        account: "reissue:12".to_owned(),
        account_number: CESHI.number.to_owned(),
        account_name: CESHI.name.to_owned(),
        alias_number: String::new(),
        alias_name: String::new(),
        transformations: Vec::new(),
        portal: None,
    };
    diesel::insert_into(links::table)
        .values((
            links::id.eq(id),
            links::person_id.eq(person),
            links::account_id.eq(account),
            links::rule.eq("L4"),
            links::evidence_sealed.eq(app.service.vault.seal_json(Purpose::Evidence, &evidence).unwrap()),
            links::actor.eq("test"),
            links::linked_at.eq(now),
            links::frozen_at.eq((end == Some("frozen")).then_some(now)),
            links::undone_at.eq(undone.then_some(now)),
            links::undone_by.eq(undone.then_some("test")),
            links::undone_reason.eq(undone.then_some("test")),
        ))
        .execute(&mut app.db.connect())
        .unwrap();
    id
}

/// An alias that a reviewer gave a person.
fn alias(app: &TestApp, person: PersonId, of: &Citizen) {
    let vault = &app.service.vault;
    let alias = buzheng::db::people::AliasRow {
        id: AliasId::generate(),
        person_id: person,
        number_lookup: vault.look_up(LookUp::Number, &[of.number]),
        pair_lookup: vault.look_up(LookUp::Alias, &[of.number, of.name]),
        document_type: Some(DocumentType::ResidentId),
        number_sealed: vault.seal_text(Purpose::Number, of.number),
        name_sealed: vault.seal_text(Purpose::Name, of.name),
        origin: Origin::Review,
        created_at: Utc::now(),
        link_id: None,
        task_id: None,
    };
    alias.insert_if_new(&mut app.db.connect()).unwrap();
}

#[tokio::test]
async fn everything_under_the_same_number_and_name_comes_along_from_every_old_system() {
    let app = TestApp::new().await;
    app.add(Account::of(&CESHI, "reissue", "12"));
    app.add(Account::of(&CESHI, "mailing", "7"));
    app.add(Certificate::of(&CESHI, 2017));
    app.add(Certificate::of(&CESHI, 2012).status("not_collected"));
    app.add(Application::of(&CESHI, "reissue", "12").key("5001"));
    app.add(crate::support::Photo { system: "reissue", application_key: "5001", bytes: photo("good.jpg") });

    let page = app.anon().sign_in("ceshi").await;
    assert_eq!(carried(&page, "reissue"), [1, 2, 1, 1]);
    assert_eq!(carried(&page, "mailing"), [1, 0, 0, 0]);
    assert_eq!(waiting(&page), (0, 0));
    page.says("原证书补办系统").says("原证书邮寄系统").says("欢迎使用");
    assert_eq!(decision(&app), word(("linked", "L1")));
    assert_eq!(app.links().len(), 2);
    assert_eq!(app.findings(), []);
}

#[tokio::test]
async fn each_rule_links_or_does_not_link_as_it_says() {
    let app = TestApp::new().await;
    let of_1918 = with_check_digit("37010219200101997").leak();
    let centenarian = Citizen { persona: "shiji", name: "世纪", number: of_1918 };
    let people = [
        (Citizen::invented(1, "甲一"), None, "甲一", "linked", "L1"),
        (Citizen::invented(2, "乙二"), Some(15), "乙二", "linked", "L1-15"),
        (Citizen::invented(3, "买买提·吐尔逊"), None, "买买提•吐尔逊", "linked", "L1-fold"),
        (Citizen::invented(4, "丁四"), Some(15), "丁　四", "linked", "L1-15-fold"),
        (centenarian, Some(15), "世纪", "needs_proof", "L2"),
        (Citizen::invented(5, "戊五"), None, "戊？", "needs_proof", "L3"),
        (Citizen::invented(6, "己六"), None, "庚七", "needs_proof", "L4"),
        (Citizen::invented(7, "辛八"), Some(15), "壬九", "needs_proof", "L4"),
    ];
    for (citizen, digits, name, outcome, rule) in people {
        let number = if digits == Some(15) { citizen.number_of_15_digits() } else { citizen.number.to_owned() };
        app.persona(&citizen);
        let account = app.add(Account::of(&citizen, "reissue", citizen.persona).number(&number).name(name));
        let frozen = app.row_text("legacy_accounts", account.as_uuid());

        let page = app.anon().sign_in(citizen.persona).await;
        assert_eq!(decision(&app), word((outcome, rule)), "{rule}");
        let linked: Vec<_> = app.links().into_iter().filter(|link| link.account == account).collect();
        let found: Vec<_> = app.findings().into_iter().filter(|(found, ..)| *found == account).collect();
        if outcome == "linked" {
            assert_eq!(linked.iter().map(|link| link.rule.as_str()).collect::<Vec<_>>(), [rule]);
            assert_eq!(linked[0].person, person_of(&page));
            assert_eq!(carried(&page, "reissue"), [1, 0, 0, 0], "{rule}");
            assert_eq!((waiting(&page), found.len()), ((0, 0), 0), "{rule}");
        } else {
            assert_eq!(linked.len(), 0, "{rule}");
            assert_eq!(found, [(account, "proof".to_owned(), rule.to_owned())]);
            assert_eq!(waiting(&page), (1, 0), "{rule}");
            assert!(!page.has("tr[data-system]"), "{rule}: nothing came along");
        }
        assert_eq!(app.row_text("legacy_accounts", account.as_uuid()), frozen, "{rule}: the old row was changed");
    }
}

#[tokio::test]
async fn the_same_characters_on_another_kind_of_document_are_another_person() {
    let app = TestApp::builder()
        .config(|config| {
            let kinds = [("1", "resident_id"), ("2", "passport"), ("3", "hk_macau_permit")];
            config.portal.document_types =
                kinds.map(|(code, word)| (code.to_owned(), word.parse().unwrap())).into_iter().collect();
        })
        .build()
        .await;
    let mut people = Vec::new();
    for (persona, kind, number) in [
        ("huzhao", "2", "E12345678"),
        ("tongxing", "3", "E12345678"),
        ("jumin", "1", CESHI.number),
        ("huzhao2", "2", CESHI.number),
    ] {
        let mut account = sso::simulator::Persona::citizen(persona, persona, number);
        account.document_type = Some(kind.to_owned());
        app.simulator.add_persona(account);
        people.push(person_of(&app.anon().sign_in(persona).await));
    }
    people.sort();
    people.dedup();
    assert_eq!(people.len(), 4, "nobody is locked out, nobody is taken for another");
}

#[tokio::test]
async fn a_portal_that_writes_nothing_as_an_empty_document_type_is_understood_and_an_unknown_one_is_refused_by_name() {
    let app = TestApp::new().await;
    for (persona, kind, accepted) in [("kong", "", true), ("weizhi", "99", false)] {
        let citizen = Citizen::invented(if accepted { 41 } else { 42 }, "甲乙");
        let mut account = sso::simulator::Persona::citizen(persona, citizen.name, citizen.number);
        account.document_type = Some(kind.to_owned());
        app.simulator.add_persona(account);
        let browser = app.anon();
        let page = browser.try_sign_in(persona, None).await;
        let page = browser.settle(page).await;
        assert_eq!(page.user().is_some(), accepted, "{persona}: {}", page.summary());
        if !accepted {
            page.says("账户信息无法识别");
        }
    }
}

#[tokio::test]
async fn accounts_under_other_or_unreadable_numbers_are_not_mentioned() {
    let app = TestApp::new().await;
    for (key, number) in [("1", XINREN.number), ("2", "1.10101E+17"), ("3", "110101********1233"), ("4", "")] {
        app.add(Account::of(&CESHI, "reissue", key).number(number));
    }
    let page = app.anon().sign_in("ceshi").await;
    assert_eq!(waiting(&page), (0, 0));
    assert!(!page.has("tr[data-system]") && !page.has("[data-other-name]"));
    page.says("没有找到属于您的原业务数据");
    assert_eq!(decision(&app), word(("no_account", "none")));
    assert_eq!((app.links().len(), app.findings().len()), (0, 0));
}

#[tokio::test]
async fn a_link_keeps_what_it_rests_on_sealed() {
    let app = TestApp::new().await;
    app.add(Account::of(&SHIWUWEI, "reissue", "15").number(&SHIWUWEI.number_of_15_digits()));
    app.add(Account::of(&JIANDIAN, "mailing", "77").name("阿依古丽•买买提"));
    app.user("shiwuwei").await;
    app.user("jiandian").await;

    let [fifteen, folded] = app.links().try_into().expect("two links");
    assert_eq!(fifteen.rule, "L1-15");
    assert_eq!(fifteen.evidence.transformations, [Transformation::Upgrade15To18]);
    assert_eq!(fifteen.evidence.account, "reissue:15");
    assert_eq!(
        (fifteen.evidence.account_number.as_str(), fifteen.evidence.account_name.as_str()),
        (SHIWUWEI.number, SHIWUWEI.name)
    );
    assert_eq!(
        (fifteen.evidence.alias_number.as_str(), fifteen.evidence.alias_name.as_str()),
        (SHIWUWEI.number, SHIWUWEI.name)
    );
    assert_eq!(folded.rule, "L1-fold");
    assert_eq!(folded.evidence.transformations, [Transformation::NameFolded]);
    assert_eq!(folded.evidence.account_name, "阿依古丽•买买提");
    assert_eq!(folded.evidence.alias_name, JIANDIAN.name);
    for (link, secrets) in [(&fifteen, [SHIWUWEI.number, SHIWUWEI.name]), (&folded, [JIANDIAN.number, JIANDIAN.name])] {
        for secret in secrets {
            assert!(!link.sealed.windows(secret.len()).any(|window| window == secret.as_bytes()));
        }
        assert!(app.service.vault.open(Purpose::Name, &link.sealed).is_err(), "evidence opens as evidence only");
    }
}

#[tokio::test]
async fn an_account_under_another_name_is_counted_and_nothing_of_it_is_shown() {
    let app = TestApp::new().await;
    app.add(Account::of(&GAIMING, "mailing", "991188").name("李旧名"));
    let old = Application::of(&GAIMING, "mailing", "991188").name("李旧名").certificate_number("JIUMING-77");
    let old = app.add(old);
    app.add(Certificate::of(&GAIMING, 2015).name("李旧名").certificate_number("JIUMING-88"));

    let browser = app.anon();
    let page = browser.sign_in("gaiming").await;
    assert_eq!(waiting(&page), (1, 0));
    assert!(page.has("[data-other-name]"), "a record under another name exists, says the page");
    assert!(!page.has("tr[data-system]"));
    for path in ["/continuity", "/applications", "/reissue", "/reissue?exam=ZJ", "/reissue?exam=JSJ"] {
        let page = browser.get(path).await.expect(200);
        for detail in ["李旧名", "991188", "JIUMING", "mailing", "邮寄", &old.to_string()] {
            page.never_holds(detail);
        }
        assert!(!page.has("tr[data-application]") && !page.has("tr[data-certificate]"), "{path}");
    }
    browser.get("/applications").await.says("另有原系统账户尚未承接");
    browser.get("/reissue?exam=ZJ").await.says("姓名不同或需要核对的登记记录");
    browser.get(&format!("/applications/{old}")).await.expect(404);
}

#[tokio::test]
async fn an_account_that_is_another_persons_is_for_a_reviewer_and_stays_theirs() {
    let app = TestApp::new().await;
    let holder = person_of(&app.anon().sign_in("xinren").await);
    let account = app.add(Account::of(&CESHI, "reissue", "12"));
    link(&app, holder, account, None);
    app.add(Application::of(&CESHI, "reissue", "12").certificate_number("FOREIGN-12"));

    let browser = app.anon();
    let page = browser.sign_in("ceshi").await;
    assert_eq!(waiting(&page), (0, 1));
    assert!(!page.has("tr[data-system]"));
    assert_eq!(decision(&app), word(("needs_review", "L5")));
    browser.get("/applications").await.never_holds("FOREIGN-12");
    let standing = app.links();
    assert_eq!(standing.len(), 1);
    assert_eq!(standing[0].person, holder);
    let tasks: Vec<(String, Option<AccountId>)> =
        review_tasks::table.select((review_tasks::kind, review_tasks::account_id)).load(&mut app.db.connect()).unwrap();
    assert_eq!(tasks, [("account_taken".to_owned(), Some(account))]);

    app.user("ceshi").await;
    assert_eq!(app.count("review_tasks"), 1, "the same question is asked once");
}

#[tokio::test]
async fn an_account_that_was_undone_or_frozen_for_this_person_is_never_linked_again_by_itself() {
    for end in ["undone", "frozen"] {
        let app = TestApp::new().await;
        let person = person_of(&app.anon().sign_in("ceshi").await);
        let account = app.add(Account::of(&CESHI, "reissue", "12"));
        link(&app, person, account, Some(end));
        app.add(Application::of(&CESHI, "reissue", "12"));

        let browser = app.user("ceshi").await;
        assert_eq!(decision(&app), word(("needs_review", "L5")), "{end}");
        assert_eq!(app.count("links"), 1, "{end}");
        let page = browser.get("/continuity").await.expect(200);
        // A frozen one is told by itself, with its question.
        assert_eq!((waiting(&page).1, page.count("[data-frozen]")), if end == "frozen" { (0, 1) } else { (1, 0) });
        assert!(!page.has("tr[data-system]"), "{end}");
        assert!(!browser.get("/applications").await.has("tr[data-application]"), "{end}");
    }
}

#[tokio::test]
async fn the_database_itself_holds_one_person_for_an_account() {
    let app = TestApp::new().await;
    let account = app.add(Account::of(&CESHI, "reissue", "12"));
    let other = person_of(&app.anon().sign_in("xinren").await);
    app.user("ceshi").await;
    let second = buzheng::db::people::Link {
        id: LinkId::generate(),
        person_id: other,
        account_id: account,
        rule: Rule::L1,
        evidence_sealed: vec![0],
        actor: LinkActor::Staff("test".to_owned()),
        linked_at: Utc::now(),
        frozen_at: None,
        undone_at: None,
        undone_by: None,
        undone_reason: None,
        via_alias_id: None,
        frozen_with: None,
        barred: true,
        door: buzheng::domain::linking::Door::Portal,
    };
    match second.insert(&mut app.db.connect()) {
        Err(Error::DatabaseError(DatabaseErrorKind::UniqueViolation, information)) => {
            assert_eq!(information.constraint_name(), Some("links_one_person_per_account"));
        }
        other => panic!("a second link stands: {other:?}"),
    }
}

#[tokio::test]
async fn a_new_portal_account_of_the_same_number_and_name_is_the_same_person() {
    let app = TestApp::new().await;
    app.add(Account::of(&JIANDIAN, "reissue", "30"));
    let first = app.anon().sign_in("jiandian").await.user();
    app.persona(&JIANDIAN.at("jiandian-again"));
    app.persona(&JIANDIAN.at("jiandian-folded").named("阿依古丽•买买提"));
    for persona in ["jiandian-again", "jiandian-folded"] {
        let page = app.anon().sign_in(persona).await;
        assert_eq!(page.user(), first, "{persona}");
        assert_eq!(page.url.path(), "/reissue", "{persona}: the person has seen the list before");
    }
    assert_eq!((app.count("persons"), app.count("identities"), app.count("links")), (1, 3, 1));
}

#[tokio::test]
async fn another_portal_account_of_the_same_number_under_another_name_waits_for_a_reviewer() {
    let app = TestApp::new().await;
    app.add(Account::of(&CESHI, "reissue", "12"));
    app.add(Certificate::of(&CESHI, 2017));
    app.user("ceshi").await;
    let before = app.count("persons");
    app.persona(&CESHI.at("maoming").named("冒名"));

    let browser = app.anon();
    let page = browser.settle(browser.try_sign_in("maoming", None).await).await.expect(403);
    assert!(page.has("[data-needs-review]"));
    page.says("身份信息需要核实");
    assert_eq!(page.user(), None);
    for path in ["/continuity", "/applications", "/reissue?exam=ZJ"] {
        assert_eq!(browser.get(path).await.location().path(), "/sso/held", "{path}");
    }
    assert_eq!(decision(&app), word(("needs_review", "R2")));
    assert_eq!(app.count("persons"), before);
    assert_eq!((app.count("identities"), app.count("aliases")), (1, 1));
    assert_eq!(app.number("SELECT count(*) AS number FROM review_tasks WHERE kind = 'number_taken'"), 1);

    let signing_out = page.form("main form[action='/sso/logout']");
    assert_eq!(browser.submit(signing_out).await.location().path(), "/end-session");
    app.anon().try_sign_in("maoming", None).await;
    assert_eq!(app.count("review_tasks"), 1, "the same question is asked once");
}

#[tokio::test]
async fn a_subject_that_comes_with_another_number_waits_for_a_reviewer() {
    let app = TestApp::new().await;
    app.add(Account::of(&CESHI, "reissue", "12"));
    let other = Citizen::invented(40, "测试").at("ceshi");
    app.add(Account::of(&other, "reissue", "40"));
    app.user("ceshi").await;
    app.persona(&other);

    let browser = app.anon();
    let page = browser.settle(browser.try_sign_in("ceshi", None).await).await.expect(403);
    assert!(page.has("[data-needs-review]"));
    assert_eq!(browser.get("/applications").await.location().path(), "/sso/held");
    assert_eq!(decision(&app), word(("needs_review", "R1")));
    assert_eq!(app.links().len(), 1, "the account of the other number is not linked");
    let changes: Vec<(String, Vec<u8>, Vec<u8>)> = identity_changes::table
        .select((identity_changes::changed, identity_changes::before_sealed, identity_changes::after_sealed))
        .load(&mut app.db.connect())
        .unwrap();
    let open = |sealed: &[u8]| app.service.vault.open_text(Purpose::Number, sealed).unwrap();
    assert_eq!(changes.len(), 1);
    assert_eq!(changes[0].0, "number");
    assert_eq!((open(&changes[0].1), open(&changes[0].2)), (CESHI.number.to_owned(), other.number.to_owned()));

    app.persona(&CESHI);
    app.user("ceshi").await; // the number that was accepted still counts
}

#[tokio::test]
async fn a_changed_name_is_recorded_and_data_under_both_names_is_shown() {
    let app = TestApp::new().await;
    let before = Citizen::invented(41, "旧名");
    let after = before.named("新名");
    app.add(Certificate::of(&before, 2015));
    app.add(Certificate::of(&after, 2019));
    app.add(Account::of(&before, "reissue", "41"));
    app.add(Account::of(&after, "mailing", "42"));
    app.persona(&before);
    let first = app.anon().sign_in(before.persona).await;
    assert_eq!((carried(&first, "reissue"), waiting(&first)), ([1, 1, 0, 0], (1, 0)));
    assert!(first.has("[data-other-name]"));

    app.persona(&after);
    let browser = app.user(after.persona).await;
    let page = browser.get("/continuity").await;
    assert_eq!(page.user(), first.user());
    assert_eq!(page.text(".who-name"), "登录用户：新名");
    assert_eq!((carried(&page, "reissue"), carried(&page, "mailing")), ([1, 2, 0, 0], [1, 0, 0, 0]));
    assert_eq!(waiting(&page), (0, 0));
    assert!(!page.has("[data-other-name]"));
    let changes: Vec<String> =
        identity_changes::table.select(identity_changes::changed).load(&mut app.db.connect()).unwrap();
    assert_eq!(changes, ["name"]);

    app.user(after.persona).await;
    assert_eq!(app.count("identity_changes"), 1, "the same name again is no change");
}

#[tokio::test]
async fn an_account_that_is_imported_later_is_found_at_the_next_sign_in() {
    let app = TestApp::new().await;
    app.user("ceshi").await;
    assert_eq!(decision(&app), word(("no_account", "none")));
    app.add(Account::of(&CESHI, "mailing", "7"));
    let browser = app.user("ceshi").await;
    assert_eq!(decision(&app), word(("linked", "L1")));
    assert_eq!(carried(&browser.get("/continuity").await, "mailing"), [1, 0, 0, 0]);
    app.user("ceshi").await;
    assert_eq!(app.count("links"), 1);
}

#[tokio::test]
async fn certificates_are_shown_by_number_and_name_and_no_other_way() {
    let app = TestApp::new().await;
    let of_1918 = with_check_digit("37010219200101998").leak();
    let centenarian = Citizen { persona: "shiji", name: "世纪", number: of_1918 };
    app.persona(&centenarian);
    app.add(Certificate::of(&SHIWUWEI, 2011).number(&SHIWUWEI.number_of_15_digits()));
    app.add(Certificate::of(&SHIWUWEI, 2012).name(" 石五维　"));
    app.add(Certificate::of(&SHIWUWEI, 2013).number("'110101196905120010"));
    app.add(Certificate::of(&SHIWUWEI, 2014).name("石？维"));
    app.add(Certificate::of(&SHIWUWEI, 2015).name("石六维"));
    app.add(Certificate::of(&CESHI, 2016).name("石五维"));
    app.add(Certificate::of(&centenarian, 2017).number(&centenarian.number_of_15_digits()));

    let page = app.user("shiwuwei").await.get("/reissue?exam=ZJ").await;
    let years: Vec<_> = page.rows("tr[data-certificate]").into_iter().map(|row| row.cells[0].clone()).collect();
    assert_eq!(years, ["2013", "2012", "2011"]);
    assert!(page.has("[data-other-name]"), "two records of doubtful fit exist, says the page");
    page.never_holds("石六维").never_holds("石？维");

    let page = app.user("shiji").await.get("/reissue?exam=ZJ").await;
    assert!(!page.has("tr[data-certificate]") && page.has("[data-other-name]"));
}

#[tokio::test]
async fn a_certificate_that_fits_two_people_is_shown_to_neither() {
    let app = TestApp::new().await;
    let certificate = app.add(Certificate::of(&CESHI, 2017));
    let other = person_of(&app.anon().sign_in("xinren").await);
    let browser = app.user("ceshi").await;
    browser.get(&format!("/reissue/new?certificate={certificate}")).await.expect(200);
    alias(&app, other, &CESHI);

    for persona in ["ceshi", "xinren"] {
        let browser = app.anon();
        let page = browser.settle(browser.try_sign_in(persona, None).await).await;
        if page.status == 200 {
            let page = browser.get("/reissue?exam=ZJ").await;
            assert!(!page.has("tr[data-certificate]"), "{persona}");
        }
        let form = browser.get(&format!("/reissue/new?certificate={certificate}")).await;
        assert_ne!(form.status, 200, "{persona}");
    }
    let form = browser.get(&format!("/reissue/new?certificate={certificate}")).await;
    form.expect(404);
}

#[tokio::test]
async fn old_applications_follow_their_account_and_those_without_one_the_number_and_name() {
    let app = TestApp::new().await;
    app.add(Account::of(&CESHI, "reissue", "12"));
    app.add(Account::of(&XINREN, "reissue", "13"));
    let rows = [
        (Application::of(&CESHI, "reissue", "12"), true, "of the linked account"),
        (
            Application::of(&CESHI, "reissue", "12").name("别名").number(""),
            true,
            "of the linked account, whatever it says",
        ),
        (Application::of(&CESHI, "reissue", "13"), false, "of another account, though the number is the person's"),
        (Application::of(&CESHI, "mailing", "12"), true, "of an account that is not there"),
        (Application::without_account(&CESHI), true, "without an account"),
        (Application::without_account(&CESHI).name("别名"), false, "without an account, under another name"),
        (Application::without_account(&XINREN).name("测试"), false, "without an account, under another number"),
    ];
    let rows: Vec<_> = rows.into_iter().map(|(row, shown, what)| (app.add(row).to_string(), shown, what)).collect();
    let browser = app.user("ceshi").await;
    let page = browser.get("/applications").await;
    let listed: Vec<_> =
        page.rows("tr[data-application]").iter().map(|row| row.attr("data-application").to_owned()).collect();
    for (id, shown, what) in rows {
        assert_eq!(listed.contains(&id), shown, "{what}");
        browser.get(&format!("/applications/{id}")).await.expect(if shown { 200 } else { 404 });
    }
}

#[tokio::test]
async fn the_old_rows_are_never_changed_by_a_sign_in() {
    let app = TestApp::new().await;
    let account = app.add(Account::of(&SHIWUWEI, "reissue", "15").number(&SHIWUWEI.number_of_15_digits()));
    let certificate = app.add(Certificate::of(&SHIWUWEI, 2012));
    let application = app.add(Application::of(&SHIWUWEI, "reissue", "15"));
    let rows = || {
        [
            app.row_text("legacy_accounts", account.as_uuid()),
            app.row_text("legacy_certificates", certificate.as_uuid()),
            app.row_text("legacy_applications", application.as_uuid()),
        ]
    };
    let before = rows();
    let browser = app.user("shiwuwei").await;
    browser.get("/applications").await.expect(200);
    app.user("shiwuwei").await;
    assert_eq!(rows(), before);
    let count: i64 = legacy_accounts::table.count().get_result(&mut app.db.connect()).unwrap();
    assert_eq!(count, 1);
}

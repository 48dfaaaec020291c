//! What must never get out: into the log, into the database in clear, onto another person's pages.

use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use std::collections::BTreeSet;

use crate::by_hand::{OF_2012, OF_2020};
use crate::support::{
    Account, Application, Browser, CESHI, Certificate, Citizen, JIANDIAN, Page, Photo, TestApp, XINREN, logged, photo,
};

#[tokio::test]
async fn a_whole_journey_leaves_nothing_personal_or_secret_in_the_log() {
    let app = TestApp::new().await;
    app.add(Account::of(&CESHI, "reissue", "12"));
    app.add(Account::of(&CESHI, "mailing", "7").name("旧姓名"));
    app.add(Application::of(&CESHI, "reissue", "12").certificate_number("GLH-445566"));
    let certificate = app.add(Certificate::of(&CESHI, 2012).certificate_number("GLH-112233"));

    let browser = app.anon();
    browser.get("/reissue?exam=ZJ").await;
    let authorize = browser.start_sign_in(Some("/reissue")).await;
    let callback = browser.at_portal(&authorize, "ceshi").await;
    let page = browser.come_back(&callback).await;
    browser.settle(page).await.expect(200);
    browser.come_back(&callback).await.expect(303);
    app.anon().come_back(&callback).await.expect(400); // a replay is logged, too
    browser.get("/reissue?exam=ZJ").await.expect(200);
    let form = browser.step2(&format!("certificate={certificate}")).await.main_form();
    let form = form.set("contact", "CONTACT-998877").set("approval_date", "WRONG-DATE-556");
    let refused = browser.submit(form.file("photo", "SECRET-FILENAME.jpg", &photo("wrong_size.jpg"))).await.expect(422);
    let form = refused.main_form().set("approval_date", "20121021").file("photo", "a.jpg", &photo("good.jpg"));
    let id = browser.apply(form).await;
    let edit = browser.get(&format!("/applications/{id}")).await.main_form().set("contact", "CONTACT-665544");
    browser.submit(edit.clone()).await.location();
    browser.submit(edit).await.expect(409);
    browser.get("/applications/SECRET-PATH").await.expect(404);
    browser.get("/nowhere/SECRET-PATH?secret=SECRET-QUERY").await.expect(404);
    let session = browser.session().unwrap();
    browser.sign_out().await;

    let log = logged();
    assert!(log.contains("answered"), "the log is captured");
    let value = |url: &url::Url, name: &str| url.query_pairs().find(|(known, _)| known == name).unwrap().1.into_owned();
    let (code, state, nonce) = (value(&callback, "code"), value(&callback, "state"), value(&authorize, "nonce"));
    let login = browser.cookie("bz_login").unwrap();
    let secrets = [&code, &state, &nonce, &session, &login].map(String::as_str);
    let personal =
        ["测试", CESHI.number, "旧姓名", "CONTACT-", "WRONG-DATE", "GLH-", "SECRET-", "199003", "simulator secret"];
    for word in secrets.into_iter().chain(personal) {
        let line = log.lines().find(|line| line.contains(word));
        assert!(line.is_none(), "{word} stands in the log: {line:?}");
    }
}

#[tokio::test]
async fn nothing_personal_stands_in_the_database_in_clear() {
    let app = TestApp::new().await;
    app.add(Account::of(&JIANDIAN, "reissue", "30"));
    app.add(Account::of(&JIANDIAN, "mailing", "31").name("别的姓名"));
    let browser = app.user("jiandian").await;
    let form = browser.step2("exam=ZJ").await.main_form().fill(&OF_2012).set("contact", "CONTACT-998877");
    let id = browser.apply(form.file("photo", "a.jpg", &photo("good.jpg"))).await;
    let edit = browser.get(&format!("/applications/{id}")).await.main_form();
    browser.submit(edit.set("contact", "CONTACT-665544")).await.location();

    let tables = [
        "persons",
        "identities",
        "identity_changes",
        "aliases",
        "portal_numbers",
        "links",
        "open_findings",
        "review_tasks",
        "sign_in_decisions",
        "applications",
        "application_versions",
        "photos",
        "legacy_accounts",
        "jobs",
        "audit_events",
    ];
    let personal = [JIANDIAN.name, JIANDIAN.number, "别的姓名", "CONTACT-", "198807"];
    for table in tables {
        for word in personal {
            // bytea is written as hex, so that both are looked for.
            let hexed = hex::encode(word);
            let found = app.number(&format!(
                "SELECT count(*) AS number FROM {table} t WHERE t::text LIKE '%{word}%' OR t::text LIKE '%{hexed}%'"
            ));
            assert_eq!(found, 0, "{table} holds {word} in clear");
        }
    }
}

/// One of two people who use the service side by side, and the words that only their own pages may hold.
struct Walker {
    browser: Browser,
    /// Addresses seen on their own pages.
    known: BTreeSet<String>,
    private: Vec<String>,
}

impl Walker {
    async fn new(app: &TestApp, citizen: &Citizen, mark: &'static str) -> Self {
        let account = format!("{mark}-account");
        app.add(Account::of(citizen, "reissue", &account));
        let old = Application::of(citizen, "reissue", &account).certificate_number(&format!("{mark}-old"));
        let key = format!("{mark}-key");
        app.add(old.clone().key(&key).feedback(&format!("{mark}-feedback")).status("rejected"));
        app.add(Photo { system: "reissue", application_key: key.leak(), bytes: photo("good.jpg") });
        let certificate = Certificate::of(citizen, 2017).certificate_number(&format!("{mark}-certificate"));
        app.add(certificate.clone().approval_date("20171022"));
        app.add(certificate.year("2019").status("withheld").specialty(&format!("{mark}-specialty")));
        let browser = app.user(citizen.persona).await;
        let form = browser.step2("exam=ZJ").await.main_form().fill(&OF_2020);
        browser.apply(form.set("contact", &format!("{mark}-contact"))).await;
        let start = [
            "/reissue",
            "/reissue?exam=ZJ",
            "/reissue?exam=JSJ",
            "/applications",
            "/continuity",
            "/link",
            "/help",
            "/",
        ];
        let person = browser.person().await.unwrap();
        let private =
            [citizen.name, citizen.number, mark, &person, &browser.session().unwrap()].map(str::to_owned).to_vec();
        Self { browser, known: start.map(str::to_owned).into(), private }
    }

    /// Remembers where the page leads, and what belongs to this person alone.
    fn learn(&mut self, page: &Page) {
        let local =
            |place: &String| place.starts_with('/') && !place.starts_with("/static") && !place.starts_with("/sso");
        let links = page.rows("main a[href], main img[src]").into_iter();
        let places = links.map(|row| row.attributes.get("href").or(row.attributes.get("src")).unwrap().clone());
        self.known.extend(places.filter(local));
        for row in page.rows("tr[data-application], tr[data-certificate]") {
            let id = row.attributes.get("data-application").or(row.attributes.get("data-certificate")).unwrap().clone();
            self.known.extend([
                format!("/applications/{id}"),
                format!("/applications/{id}/photo"),
                format!("/reissue/{id}/done"),
                format!("/reissue/new?certificate={id}"),
            ]);
            self.private.push(id);
        }
        if page.status == 200 && page.has("[data-reference]") {
            self.private.push(page.text("[data-reference]"));
        }
    }
}

#[tokio::test]
async fn however_two_people_move_about_neither_sees_anything_of_the_other() {
    let app = TestApp::builder().config(|config| config.throttle.submissions_per_hour = 0).build().await;
    let seed = rand::random();
    println!("seed {seed}");
    let mut random = StdRng::seed_from_u64(seed);
    let mut walkers = [Walker::new(&app, &JIANDIAN, "MARKJ").await, Walker::new(&app, &XINREN, "MARKX").await];
    for _ in 0..60 {
        let who = random.random_range(0..2);
        let [one, other] = &mut walkers;
        let (walker, neighbour) = if who == 0 { (one, other) } else { (other, one) };
        // Own places and, as often, places that only the neighbour should know.
        let places = if random.random_bool(0.5) { &walker.known } else { &neighbour.known };
        let place = places.iter().collect::<Vec<_>>().choose(&mut random).copied().unwrap().clone();
        let mut page = walker.browser.get(&place).await;
        if page.header("content-type") == "image/jpeg" {
            assert!(walker.known.contains(&place), "seed {seed}: a photo that was never offered: {place}");
            continue;
        }
        if page.status == 200 && page.has("main form[enctype='multipart/form-data']") && random.random_bool(0.3) {
            page = walker.browser.submit(page.main_form()).await;
        }
        for word in &neighbour.private {
            // The address that was asked for may stand in the answer.
            assert!(place.contains(word) || !page.html().contains(word), "seed {seed}: {place} shows {word}");
            assert!(
                page.header("location").is_empty() || !page.header("location").contains(word),
                "seed {seed}: {place}"
            );
        }
        if page.status.is_success() {
            assert_eq!(page.user().as_ref(), Some(&walker.private[3]), "seed {seed}: {place}");
        }
        walker.learn(&page);
    }
    let learnt: Vec<_> = walkers.iter().map(|walker| walker.private.len()).collect();
    assert!(learnt.iter().all(|count| *count > 6), "the walk saw hardly anything: {learnt:?}");
}

//! Members of staff, as they come to their desk: by a one-time link, then by password and code.

use buzheng::app::staff::NewMember;
use buzheng::domain::staff::otp::{Otp, STEP, from_base32};
use buzheng::domain::staff::{Role, Roles, UserName};
use buzheng::session::Stage;
use chrono::{TimeDelta, Utc};
use secrecy::ExposeSecret;

use super::app::TestApp;
use super::browser::Browser;
use super::form::Form;
use super::page::Page;

pub const STAFF_PASSWORD: &str = "a long enough one, 2026";

/// A member of staff who has set password and second factor.
#[derive(Clone)]
pub struct Officer {
    pub name: String,
    pub otp: Otp,
    /// Shown on the first visit.
    pub recovery_codes: Vec<String>,
}

impl Officer {
    /// The code of now, or of so many steps later.
    pub fn code(&self, later: i64) -> String {
        self.otp.code(Utc::now().timestamp() / STEP + later)
    }

    /// Gives name and password in a browser that nobody has used; the page that asks for the code.
    pub async fn password(&self, app: &TestApp) -> (Browser, Page) {
        let browser = app.anon();
        let page = browser.sign_in_staff(&self.name, STAFF_PASSWORD).await;
        let page = browser.settle(page).await.expect(200);
        (browser, page)
    }

    /// Signs in.
    pub async fn sign_in(&self, app: &TestApp) -> Browser {
        let (browser, page) = self.password(app).await;
        app.forget_steps(&self.name);
        let page = browser.submit(page.form("form.account-form").set("code", &self.code(0))).await;
        let page = browser.settle(page).await;
        assert_eq!(page.attr("body", "data-staff").as_deref(), Some(self.name.as_str()), "{}", page.summary());
        browser
    }
}

impl TestApp {
    /// The one-time link of somebody new.
    pub async fn link_for(&self, name: &str, role: Role) -> String {
        let cities = if role == Role::CityReviewer { vec!["济南市".to_owned()] } else { Vec::new() };
        let (user_name, roles) = (UserName::parse(name).unwrap(), Roles::new([role], &cities).unwrap());
        let new = NewMember { user_name, roles, own_number: None };
        let link = self.service.add_staff(new, "tests", Utc::now()).await.unwrap();
        let path = link.expose_secret().strip_prefix(&self.origin()).expect("a link to this service");
        path.to_owned()
    }

    /// Somebody new who has set everything, and the browser in which they are signed in.
    pub async fn hire(&self, name: &str, role: Role) -> (Officer, Browser) {
        let link = self.link_for(name, role).await;
        self.enrol(name, &link).await
    }

    /// Uses a one-time link up.
    pub async fn enrol(&self, name: &str, link: &str) -> (Officer, Browser) {
        let browser = self.anon();
        let page = browser.get(link).await.expect(200);
        let otp = self.offered(&page);
        let mut officer = Officer { name: name.to_owned(), otp, recovery_codes: Vec::new() };
        let answer = browser.submit(officer_form(&page, &officer.code(0))).await;
        assert_eq!(answer.leads_to(), "/review/recovery-codes");
        let page = browser.settle(answer).await.expect(200);
        officer.recovery_codes = page.texts("[data-recovery-code]");
        (officer, browser)
    }

    /// What the page of a one-time link would set.
    pub fn offered(&self, page: &Page) -> Otp {
        let secret = page.attr("[data-totp-secret]", "data-totp-secret").expect("a secret");
        let secret = from_base32(&secret).expect("base 32");
        Otp { digest: self.service.config.staff.otp_digest, secret }
    }

    /// Makes codes of the present good again that were used before.
    pub fn forget_steps(&self, name: &str) {
        self.execute(&format!("UPDATE staff SET otp_last_step = 0 WHERE user_name = '{name}'"));
    }

    /// Has the second factor of whoever is signed in there be of a quarter of an hour ago.
    pub async fn age_factor(&self, browser: &Browser) {
        let (sessions, now) = (&self.service.staff_sessions, Utc::now());
        let session = sessions.load(&browser.cookie("bz_staff").unwrap(), now).await.unwrap().expect("a session");
        let Stage::SignedIn { staff, factor_at, signed_in_at } = session.stage else { panic!("{:?}", session.stage) };
        let factor_at = factor_at - TimeDelta::minutes(15);
        let stage = Stage::SignedIn { staff, factor_at, signed_in_at };
        let aged = sessions.begin(Some(&session), stage, now, now).await.unwrap().expect("a session");
        browser.set_cookie("bz_staff", &aged.cookie);
    }

    /// As it stands in addresses.
    pub fn staff_id(&self, name: &str) -> String {
        #[derive(diesel::QueryableByName)]
        struct Found {
            #[diesel(sql_type = diesel::sql_types::Uuid)]
            id: uuid::Uuid,
        }
        use diesel::RunQueryDsl;
        let query = format!("SELECT id FROM staff WHERE user_name = '{name}'");
        let found: Found = diesel::sql_query(query).get_result(&mut self.db.connect()).unwrap();
        found.id.simple().to_string()
    }
}

/// The form of a first visit, filled in.
pub fn officer_form(page: &Page, code: &str) -> Form {
    let form = page.form("form.account-form").set("password", STAFF_PASSWORD).set("password_again", STAFF_PASSWORD);
    form.set("code", code)
}

impl Browser {
    /// Sends name and password to the desk.
    pub async fn sign_in_staff(&self, name: &str, password: &str) -> Page {
        let page = self.get("/review/sign-in").await.expect(200);
        self.submit(page.form("form.account-form").set("user", name).set("password", password)).await
    }
}

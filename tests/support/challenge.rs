//! Challenges of pages, met as a browser meets them.

use buzheng::app::challenges::{Asked, ChallengedForm};
use buzheng::domain::challenge::Challenge;
use buzheng::session::Session;

use super::app::TestApp;
use super::browser::Browser;
use super::form::Form;
use super::page::Page;

impl TestApp {
    /// The challenge of a page.
    pub async fn challenge(&self, browser: &Browser, page: &Page) -> Challenge {
        let form = page.attr("[data-challenge]", "data-challenge").expect("a challenge on the page");
        let id = page.attr("input[name=challenge]", "value").expect("the challenge's id");
        let session = Session::name_of(&browser.session().expect("a session"));
        let asked = Asked { session: &session, form: ChallengedForm::from_word(&form).expect("a form") };
        self.service.challenge(asked, &id).await.expect("a challenge that waits")
    }

    /// A page's form with the answer to its challenge.
    pub async fn met(&self, browser: &Browser, page: &Page) -> Form {
        let answer = format!("w:{}", self.challenge(browser, page).await.work().solve());
        page.form(".account-form").set("captcha", &answer)
    }
}

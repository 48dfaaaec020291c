//! What a service mailed, as its recipients read it on the simulator's page.

use buzheng::domain::notice::Channel;
use chrono::Utc;
use url::Url;

use super::app::TestApp;
use super::browser::Browser;

/// A mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    pub to: String,
    pub subject: String,
    pub text: String,
}

impl Letter {
    /// The six digits in it.
    pub fn code(&self) -> String {
        let words = self.text.split(|c: char| !c.is_ascii_digit());
        let mut codes = words.filter(|word| word.len() == 6);
        codes.next().unwrap_or_else(|| panic!("no code in {self:?}")).to_owned()
    }

    /// The token of the link in it.
    pub fn token(&self) -> String {
        let (_, rest) = self.text.split_once("/account/recover/").unwrap_or_else(|| panic!("no link in {self:?}"));
        rest.split_whitespace().next().unwrap_or_default().to_owned()
    }
}

impl TestApp {
    /// Sends what waits, and reads all mails, the newest first.
    pub async fn mailbox(&self) -> Vec<Letter> {
        // A round takes a batch.
        while self.service.postman().round(Channel::Mail, Utc::now()).await.expect("the outbox answers").sent > 0 {}
        let portal: Url = self.simulator.base_url().parse().unwrap();
        let page = Browser::at(portal).get("/simulator/mail").await.expect(200);
        let letter = |row: super::Row| Letter {
            to: row.attr("data-to").to_owned(),
            subject: row.attr("data-subject").to_owned(),
            text: row.text.clone(),
        };
        page.rows("[data-to][data-subject]").into_iter().map(letter).collect()
    }

    /// The newest mail to an address.
    pub async fn letter(&self, to: &str) -> Letter {
        let all = self.mailbox().await;
        let found = all.iter().find(|letter| letter.to == to);
        found.unwrap_or_else(|| panic!("no mail to {to} among {all:?}")).clone()
    }
}

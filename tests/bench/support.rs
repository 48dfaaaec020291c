//! What the HTTP tests share, without the captured log of their service: keeping every line would be measured too.
#![allow(dead_code, unreachable_pub, unused_imports)]

#[path = "../support/browser.rs"]
mod browser;
#[path = "../support/data.rs"]
mod data;
#[path = "../support/database.rs"]
mod database;
#[path = "../support/form.rs"]
mod form;
#[path = "../support/logs.rs"]
mod logs;
#[path = "../support/page.rs"]
mod page;
#[path = "../support/redis.rs"]
mod redis;

pub use browser::Browser;
pub use data::{Account, Application, CESHI, Certificate, Legacy, Photo, photo};
pub use database::{TestDb, environment};
pub use redis::TestRedis;

use std::sync::Arc;
use url::Url;

/// A browser for the service at `home`.
pub fn browser(home: &Url) -> Browser {
    Browser::new(home.clone(), Arc::default())
}

/// The exams that the rows of [`data`] name, and the batch that they belong to.
pub fn write_catalogue(db: &TestDb) {
    data::write_catalogue(&mut db.connect());
}

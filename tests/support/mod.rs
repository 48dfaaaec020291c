//! What the HTTP tests share: a service of their own on real PostgreSQL and Redis, a portal of their own, and browsers.
//!
//! ```ignore
//! let app = TestApp::new().await;
//! let certificate = app.add(Certificate::of(&CESHI, 2017));
//! let ceshi = app.user("ceshi").await;
//! let page = ceshi.get(&format!("/reissue/new?certificate={certificate}")).await;
//! let page = ceshi.submit(page.form("form[action='/reissue']").set("contact", "13800000000")).await;
//! ```
//!
//! When a [`TestApp`] is dropped it makes sure that nothing personal or secret stands in the log, that no transaction is
//! left open and no job is left waiting, and takes its database and its Redis keys away.
#![allow(dead_code, unreachable_pub, unused_imports)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stderr)]

mod app;
mod browser;
mod challenge;
mod data;
mod database;
mod form;
mod logs;
mod mail;
mod mailbox;
mod page;
mod postgres;
mod raw;
mod redis;
mod redis_server;
mod relay;
mod service;
mod staff;

pub use app::{Builder, Link, SecondServer, TestApp};
pub use browser::Browser;
pub use data::{
    Account, Application, CESHI, Certificate, Citizen, GAIMING, JIANDIAN, Photo, SHIWUWEI, XINREN, of_another_program,
    phone_photo, photo, with_check_digit,
};
pub use database::TestDb;
pub use form::Form;
pub use logs::logged;
pub use mail::{Certified, read_by_python};
pub use mailbox::Letter;
pub use page::{Page, Row};
pub use postgres::Postgres;
pub use raw::raw_request;
pub use redis::TestRedis;
pub use redis_server::RedisServer;
pub use relay::Relay;
pub use service::{Service, Source, import, import_all};
pub use staff::{Officer, STAFF_PASSWORD, officer_form};

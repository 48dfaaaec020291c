//! Registration, confirmation, recovery, change of address and password, on the use cases and what is mailed.

mod confirm;
mod desk;
mod hostile;
mod mailless;
mod own;
mod recover;

use buzheng::app::account::{Confirmed, DoorAnswer, Opened, Owner, Recovered, Registering, Registration};
use buzheng::config::{AccessMode, Config};
use buzheng::domain::email::Email;
use chrono::Utc;

use crate::support::{Citizen, TestApp};

/// What the old systems' accounts of these tests are opened by.
const OLD: &str = "old-secret1";

/// What is chosen here.
const NEW: &str = "hk7w2pxq";

fn transition(config: &mut Config) {
    config.access.mode = AccessMode::Transition;
}

async fn mailing() -> TestApp {
    TestApp::builder().mailing().config(transition).build().await
}

fn email(text: &str) -> Email {
    Email::parse(text).unwrap()
}

fn registration(citizen: &Citizen, to: &str) -> Registration {
    Registration {
        name: citizen.name.into(),
        number: citizen.number.into(),
        email: Some(email(to)),
        password: NEW.to_owned().into(),
    }
}

async fn register(app: &TestApp, session: &str, new: Registration) {
    let registering = app.service.register(session, new, Utc::now()).await.unwrap();
    assert_eq!(registering, Registering::Confirm);
}

async fn confirm(app: &TestApp, session: &str, code: &str) -> Confirmed {
    app.service.confirm(session, None, code, Utc::now()).await.unwrap()
}

/// Registers and confirms.
async fn registered(app: &TestApp, citizen: &Citizen, to: &str) -> Opened {
    let session = format!("session:{}", citizen.persona);
    register(app, &session, registration(citizen, to)).await;
    match confirm(app, &session, &app.letter(to).await.code()).await {
        Confirmed::Registered(opened) => opened,
        other => panic!("{other:?}"),
    }
}

async fn open(app: &TestApp, number: &str, password: &str) -> DoorAnswer {
    app.service.open_account(number, password, Utc::now()).await.unwrap()
}

async fn opened(app: &TestApp, number: &str, password: &str) -> Opened {
    match open(app, number, password).await {
        DoorAnswer::Opened(opened) => opened,
        other => panic!("{other:?}"),
    }
}

fn owner(opened: &Opened) -> Owner {
    Owner { person: opened.person, account: opened.account }
}

async fn ask_recovery(app: &TestApp, number: &str) {
    app.service.ask_recovery(number, "10.0.0.1", Utc::now()).await.unwrap();
}

/// What a minute does: a link may be replaced.
fn a_minute_later(app: &TestApp) {
    for key in app.redis.keys("recovery-young") {
        app.redis.expire(&key);
    }
}

async fn recover(app: &TestApp, token: &str, password: &str) -> Recovered {
    app.service.recover(token, &password.to_owned().into(), Utc::now()).await.unwrap()
}

//! What staff do for the holder of an account who stands before them.

use buzheng::app::account::{DoorAnswer, FoundAccount, Issued, Recovered, find};
use buzheng::app::tx::act_blocking;
use buzheng::app::{App, AppError};
use buzheng::config::AccountMail;
use buzheng::db::DbError;
use chrono::Utc;
use secrecy::ExposeSecret;

use super::{NEW, OLD, open, opened, recover, transition};
use crate::desk::audited;
use crate::support::{Account, CESHI, SHIWUWEI, TestApp};

fn found(app: &App, number: &str) -> Vec<FoundAccount> {
    act_blocking::<_, DbError>(&app.db, &app.vault, Utc::now(), |tx| find(tx, number)).unwrap()
}

#[tokio::test]
async fn staff_hand_out_a_link_where_no_mail_reaches_the_owner_and_that_is_recorded() {
    let change = |config: &mut buzheng::config::Config| {
        transition(config);
        config.access.mail = AccountMail::None;
    };
    let app = TestApp::builder().config(change).build().await;
    app.add(Account::of(&CESHI, "reissue", "12").email("old@example.com").password(OLD));
    app.add(Account::of(&CESHI, "mailing", "7").email("").password("other-secret1"));
    let accounts = found(&app.service, &CESHI.number_of_15_digits());
    let told: Vec<_> = accounts.iter().map(|one| (one.label.as_str(), one.name.as_str(), one.email.as_str())).collect();
    assert_eq!(told, [("reissue:12", "测*", "o***@example.com"), ("mailing:7", "测*", "")]);
    assert!(accounts.iter().all(|one| !one.is_shut));

    let issued = app.service.issue_recovery("mailing:7", "wang", Utc::now()).await.unwrap();
    let Issued::Link(link) = issued else { panic!("{issued:?}") };
    let token = link.expose_secret().strip_prefix(&format!("{}/account/recover/", app.origin())).unwrap();
    assert_eq!(recover(&app, token, NEW).await, Recovered::Done);
    opened(&app, CESHI.number, NEW).await;
    for former in [OLD, "other-secret1"] {
        assert_eq!(open(&app, CESHI.number, former).await, DoorAnswer::Wrong, "they count as one");
    }
    assert_eq!(app.count("outbox"), 0);
    let events = audited(&app, &[CESHI.number, CESHI.name, token]);
    assert_eq!(events.iter().filter(|event| *event == "recovery_issued by staff:wang").count(), 2, "{events:?}");
}

#[tokio::test]
async fn no_link_opens_what_a_portals_person_has() {
    let app = TestApp::builder().config(transition).build().await;
    app.add(Account::of(&SHIWUWEI, "reissue", "2").password(OLD));
    app.user("shiwuwei").await;
    assert!(found(&app.service, SHIWUWEI.number)[0].is_shut);
    assert!(matches!(app.service.issue_recovery("reissue:2", "wang", Utc::now()).await.unwrap(), Issued::Shut));
    let unknown = app.service.issue_recovery("reissue:3", "wang", Utc::now()).await;
    assert!(matches!(unknown, Err(AppError::NotFound)));
}

//! `GET /continuity`: 承接清单.

use axum::extract::State;
use axum::response::Response;

use super::account_handle;
use crate::app::continuity;
use crate::app::linking::OldAccount;
use crate::domain::form::parse_year;
use crate::session::{Session, Visitor};
use crate::views::{self, AccountLine, CarriedAccount, CarriedSystem, ContinuityShow, FrozenAccount, Menu};
use crate::web::kit::error::WebError;
use crate::web::kit::told::chrome_with_told;
use crate::web::kit::visitor::{SignedIn, awaits_detail};
use crate::web::kit::words::{basis, china_time, system_name};
use crate::web::kit::{AppState, page};

pub(crate) async fn handle(State(app): AppState, visitor: SignedIn) -> Result<Response, WebError> {
    let continuity = app.continuity(visitor.person).await?;
    let systems = continuity.systems.into_iter().rev().map(|(code, carried)| CarriedSystem {
        name: system_name(&code),
        code,
        accounts: carried.accounts,
        certificates: carried.certificates,
        applications: carried.applications,
        photos: carried.photos,
    });
    let accounts = continuity.accounts.iter().map(|carried| account(&visitor.session, carried));
    let hidden = |hidden: &OldAccount| FrozenAccount { line: line(hidden), task: hidden.open_task };
    let mut frozen: Vec<_> = continuity.frozen.iter().map(hidden).collect();
    // What fell with another account stands below that one.
    frozen.sort_by_key(|hidden| hidden.task.is_none());
    let view = ContinuityShow {
        chrome: chrome_with_told(&app, &visitor, Menu::Continuity).await,
        first_visit: matches!(visitor.session.visitor, Visitor::SignedIn { first: true, .. }),
        systems: systems.collect(),
        certificates: continuity.certificates.into_iter().map(record).collect(),
        applications: continuity.applications.into_iter().map(record).collect(),
        accounts: accounts.collect::<Result<_, _>>()?,
        frozen,
        needs_proof: continuity.needs_proof,
        needs_review: continuity.needs_review,
        other_name_record: continuity.other_name_record,
        awaits_detail: awaits_detail(&app, &visitor).await?,
        made_at: china_time(app.now()),
    };
    page(&app, &view)
}

fn record(record: continuity::CarriedRecord) -> views::CarriedRecord {
    views::CarriedRecord {
        exam: record.exam,
        year: if parse_year(&record.year).is_some() { format!("{}年度", record.year) } else { record.year },
        certificate_number: record.certificate_number,
        system: system_name(&record.system),
    }
}

fn account(session: &Session, carried: &continuity::CarriedAccount) -> Result<CarriedAccount, WebError> {
    Ok(CarriedAccount {
        handle: account_handle::handle(session, carried.account.id)?,
        line: line(&carried.account),
        may_report: !carried.account.rule.is_by_password(),
        basis: basis(carried.how, carried.account.rule).to_owned(),
        linked_at: china_time(carried.linked_at),
    })
}

fn line(account: &OldAccount) -> AccountLine {
    AccountLine {
        system: system_name(&account.system),
        registered_year: account.registered_year.as_ref().map_or_else(String::new, |year| format!("{year}年")),
        name: account.name_masked.clone(),
        number: account.number_masked.clone(),
    }
}

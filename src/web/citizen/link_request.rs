//! `POST /link/request`: 申请人工核实, with a picture or without.

use axum::extract::State;
use axum::response::Response;
use chrono::Datelike;

use super::account_handle;
use super::link_forms::Typed;
use super::link_view::refused;
use super::request_form::{RequestForm, picture, statement};
use crate::app::linking::{self, Asked, Full};
use crate::domain::china::china_date;
use crate::domain::evidence::{Evidence, MAX_PICTURES};
use crate::domain::review::MOST_OF_A_SORT;
use crate::domain::verification::{Ask, Field, Rules, Statement, validate};
use crate::views::{ErrorItem, Link};
use crate::web::kit::error::WebError;
use crate::web::kit::posted::{Form, Posted};
use crate::web::kit::throttle::Limited;
use crate::web::kit::visitor::SignedIn;
use crate::web::kit::{AppState, see_other};

pub(crate) async fn handle(
    State(app): AppState,
    Posted { visitor, mut form, .. }: Posted<SignedIn, RequestForm>,
) -> Result<Response, WebError> {
    let file = std::mem::take(&mut form.file);
    let found = app.link_page(visitor.person).await?;
    let handle = form.get(Field::Account.as_str());
    let account = match handle {
        "" => None,
        handle => {
            let offered = found.offered.iter().map(|account| account.id);
            Some(account_handle::resolve(&visitor.session, handle, offered)?)
        }
    };
    Limited::Submission(visitor.person).count(&app).await?;
    let mut typed = statement(&form);
    if let Some(chosen) = found.offered.iter().find(|offered| Some(offered.id) == account) {
        typed.system.clone_from(&chosen.system);
    }
    let this_year = china_date(app.now()).year();
    let rules = Rules { systems: &found.systems, this_year, account_chosen: account.is_some() };
    let checked = validate(&typed, &rules);
    let picture = picture(file).await?;
    let again = again(&form)?;
    let shown = |errors, general| Typed {
        ask: Ask::from_word(form.get("ask")),
        again,
        account: handle.to_owned(),
        statement: typed.clone(),
        errors,
        general,
        ..Typed::default()
    };
    let (statement, evidence) = match (checked, picture) {
        (Ok(statement), Ok(evidence)) => (statement, evidence),
        (checked, picture) => {
            let mut errors = checked.err().unwrap_or_default();
            errors.extend(picture.err().map(|message| (Field::Evidence, message)));
            return refused(&app, &visitor, shown(errors, None)).await;
        }
    };
    let request = linking::Request { again, ..request(account, statement, evidence) };
    match app.request_verification(&visitor.asker(), request, app.now()).await? {
        Asked::Opened { .. } => Ok(see_other("/link")),
        Asked::AlreadyOpen { task } => Ok(see_other(&format!("/link?open={task}"))),
        Asked::TooMany => refused(&app, &visitor, shown(Vec::new(), Some(too_many()))).await,
        Asked::Full { task, of: Full::Pictures } => {
            let message = format!(
                "同样的核实申请（第 {task} 号）正在办理，已有 {MAX_PICTURES} 张证明图片，不能再增加，这次的内容没有保存。\
                 请不选图片，只填写文字，重新提交"
            );
            refused(&app, &visitor, shown(vec![(Field::Evidence, message)], None)).await
        }
        Asked::Full { task, of: Full::Words } => {
            refused(&app, &visitor, shown(Vec::new(), Some(enough_said(task)))).await
        }
    }
}

fn enough_said(task: i64) -> ErrorItem {
    let link = Link::new("#tasks", "查看办理情况");
    let message = format!(
        "同样的核实申请（第 {task} 号）正在办理，已补充 {MOST_OF_A_SORT} 次，不能再补充，这次的内容没有保存。请等有结果后再申请。"
    );
    ErrorItem::general(message, Some(link))
}

fn too_many() -> ErrorItem {
    let link = Link::new("#tasks", "查看办理情况");
    ErrorItem::general("您有多项核实申请正在办理，请等有结果后再申请。", Some(link))
}

fn request(
    account: Option<crate::ids::AccountId>,
    statement: Statement,
    evidence: Option<Evidence>,
) -> linking::Request {
    let Statement { system, old_number, old_name, exam, year, note } = statement;
    let evidence = evidence
        .map(|evidence| linking::Evidence { media_type: evidence.media_type(), bytes: evidence.bytes().to_vec() });
    linking::Request { system, account, old_number, old_name, exam, year, note, evidence, again: None }
}

/// The number of a refused request that this one adds to.
fn again(form: &Form) -> Result<Option<i64>, WebError> {
    match form.get("again") {
        "" => Ok(None),
        number => number.parse().map(Some).map_err(|_| WebError::NotFound),
    }
}

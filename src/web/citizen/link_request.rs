//! `POST /link/request`: 申请人工核实, with a picture or without.

use axum::extract::State;
use axum::response::Response;
use chrono::Datelike;

use super::account_handle;
use super::late_forms::REQUEST_DRAFT;
use super::link_forms::Typed;
use super::link_view::refused;
use super::request_form::{Picture, RequestForm, picture, statement};
use crate::app::drafts::{Cause, DraftOf, Kept, RequestDraft};
use crate::app::linking::{self, Asked, Full};
use crate::app::{App, AppError};
use crate::domain::china::china_date;
use crate::domain::evidence::{Evidence, MAX_PICTURES};
use crate::domain::review::MOST_OF_A_SORT;
use crate::domain::verification::{Ask, Field, Rules, Statement, validate};
use crate::ids::AccountId;
use crate::views::{ErrorItem, Link};
use crate::web::kit::AppState;
use crate::web::kit::error::WebError;
use crate::web::kit::posted::{Form, Posted};
use crate::web::kit::throttle::Limited;
use crate::web::kit::told::{Told, told_at};
use crate::web::kit::visitor::SignedIn;

pub(crate) async fn handle(
    State(app): AppState,
    Posted { visitor, mut form, .. }: Posted<SignedIn, RequestForm>,
) -> Result<Response, WebError> {
    let found = app.link_page(visitor.person).await?;
    let handle = form.get(Field::Account.as_str()).to_owned();
    let account = match handle.as_str() {
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
    let picture = picture(&app, visitor.person, &mut form).await?;
    let again = again(&form)?;
    let worded = |(field, message): (Field, String)| {
        let own = form.overlong(field.as_str(), field.label());
        (field, own.unwrap_or(message))
    };
    let ask = Ask::from_word(form.get("ask"));
    let left = Left { app: &app, visitor: &visitor, ask, again, handle: &handle, account, statement: &typed };
    let (statement, picture) = match (checked, picture) {
        (Ok(statement), Ok(picture)) => (statement, picture),
        (checked, picture) => {
            let mut errors: Vec<_> = checked.err().unwrap_or_default().into_iter().map(worded).collect();
            let kept = picture.map_err(|message| errors.push((Field::Evidence, message))).unwrap_or_default();
            return left.refused(&kept, Wrong { errors, general: None }).await;
        }
    };
    let request = linking::Request { again, ..request(account, statement, picture.evidence.as_ref()) };
    let asked = app.request_verification(&visitor.asker(), request, app.now()).await;
    let told = match left.keep_if_failed(&picture, asked).await? {
        Asked::Opened { task } => Told::Requested { task },
        Asked::AlreadyOpen { task } => Told::Added { task },
        Asked::TooMany => return left.refused(&picture, Wrong::general(too_many())).await,
        Asked::Full { task, of: Full::Pictures } => {
            let message = format!(
                "同样的核实申请（第 {task} 号）正在办理，已有 {MAX_PICTURES} 张证明图片，不能再增加，这次的内容没有保存。\
                 请不选图片，只填写文字，重新提交"
            );
            // It is to be sent without the picture.
            let wrong = Wrong { errors: vec![(Field::Evidence, message)], general: None };
            return left.refused(&Picture::default(), wrong).await;
        }
        Asked::Full { task, of: Full::Words } => {
            return left.refused(&picture, Wrong::general(enough_said(task))).await;
        }
    };
    app.drop_draft(visitor.person, &DraftOf::Request, picture.name().as_ref()).await;
    Ok(told_at(&app, &visitor, told, "/link").await)
}

struct Wrong {
    errors: Vec<(Field, String)>,
    /// An error that belongs to no field.
    general: Option<ErrorItem>,
}

impl Wrong {
    const fn general(general: ErrorItem) -> Self {
        Self { errors: Vec::new(), general: Some(general) }
    }
}

/// A request as it was left.
struct Left<'a> {
    app: &'a App,
    visitor: &'a SignedIn,
    ask: Option<Ask>,
    again: Option<i64>,
    /// Of the account.
    handle: &'a str,
    account: Option<AccountId>,
    statement: &'a Statement,
}

impl Left<'_> {
    fn draft(&self, picture_token: Option<String>) -> RequestDraft {
        RequestDraft {
            ask: self.ask.map_or_else(String::new, |ask| ask.as_str().to_owned()),
            again: self.again,
            account: self.account,
            statement: self.statement.clone(),
            picture_token,
        }
    }

    /// Keeps the request where the database failed at it.
    async fn keep_if_failed<R>(&self, picture: &Picture, result: Result<R, AppError>) -> Result<R, WebError> {
        let person = self.visitor.person;
        let picture_token = match result {
            Err(AppError::Db(_)) => picture.keep(self.app, person).await?,
            _ => None,
        };
        Ok(self.app.keep_if_failed(person, &DraftOf::Request, self.draft(picture_token), result).await?)
    }

    /// The form again, with everything typed; also where GET shows it.
    async fn refused(self, picture: &Picture, wrong: Wrong) -> Result<Response, WebError> {
        let picture_token = picture.keep(self.app, self.visitor.person).await?;
        let draft = Kept { cause: Cause::Refused, typed: self.draft(picture_token.clone()) };
        let Self { app, visitor, ask, again, handle, statement, .. } = self;
        app.keep_draft(visitor.person, &DraftOf::Request, &draft).await?;
        let typed = Typed {
            ask,
            again,
            account: handle.to_owned(),
            statement: statement.clone(),
            picture_token,
            errors: wrong.errors,
            general: wrong.general,
            ..Typed::default()
        };
        refused(app, visitor, typed, REQUEST_DRAFT).await
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

fn request(account: Option<AccountId>, statement: Statement, evidence: Option<&Evidence>) -> linking::Request {
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

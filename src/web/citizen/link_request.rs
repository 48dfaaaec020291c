//! `POST /link/request`: 申请人工核实, with a picture or without.

use axum::extract::State;
use axum::response::Response;
use chrono::Datelike;

use super::account_handle;
use super::late_forms::REQUEST_DRAFT;
use super::link_forms::Typed;
use super::link_view::refused;
use super::request_form::{RequestForm, draft, picture};
use crate::app::App;
use crate::app::drafts::{Cause, Chosen, DraftOf, Kept, RequestDraft};
use crate::app::linking::{self, Asked, Full, LinkPage};
use crate::app::unsent::UnsentDraft;
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
    Posted { visitor, mut form, kept, .. }: Posted<SignedIn, RequestForm>,
) -> Result<Response, WebError> {
    let again = again(&form)?;
    Limited::Submission(visitor.person).count(&app).await?;
    let picture = picture(&app, visitor.person, &mut form).await?;
    let mut draft = draft(&visitor.session.csrf_token, &form);
    draft.picture_token = picture.as_ref().ok().and_then(|picture| picture.token.clone());
    kept.hold(UnsentDraft::new(DraftOf::Request, &draft));
    let found = app.link_page(visitor.person).await?;
    let account = chosen(&visitor, &mut draft, &found)?;
    let this_year = china_date(app.now()).year();
    // One that cannot be chosen any more is told by itself.
    let rules = Rules { systems: &found.systems, this_year, account_chosen: account != Account::None };
    let checked = validate(&draft.statement, &rules);
    let left = Left { app: &app, visitor: &visitor, draft };
    let worded = |(field, message): (Field, String)| {
        let own = form.overlong(field.as_str(), field.label());
        (field, own.unwrap_or(message))
    };
    let (statement, picture, account) = match (checked, picture, account) {
        (Ok(statement), Ok(picture), Account::None) => (statement, picture, None),
        (Ok(statement), Ok(picture), Account::Offered(account)) => (statement, picture, Some(account)),
        (checked, picture, account) => {
            let mut wrong = Wrong::of(checked.err().unwrap_or_default().into_iter().map(worded).collect());
            if account == Account::Gone {
                wrong.account_gone(&found);
            }
            if let Err(message) = picture {
                wrong.errors.push((Field::Evidence, message));
            }
            return left.refused(wrong).await;
        }
    };
    let request = linking::Request { again, ..request(account, statement, picture.evidence.as_ref()) };
    let told = match app.request_verification(&visitor.asker(), request, app.now()).await? {
        Asked::Opened { task } => Told::Requested { task },
        Asked::AlreadyOpen { task } => Told::Added { task },
        Asked::TooMany => return left.refused(Wrong::general(too_many())).await,
        Asked::Full { task, of: Full::Pictures } => {
            return left.without_picture().refused(no_more_pictures(task)).await;
        }
        Asked::Full { task, of: Full::Words } => return left.refused(Wrong::general(enough_said(task))).await,
    };
    app.drop_draft(visitor.person, &DraftOf::Request, picture.name().as_ref()).await;
    Ok(told_at(&app, &visitor, told, "/link").await)
}

/// The account that a request names.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Account {
    None,
    Offered(AccountId),
    /// None of those that are offered: joined in another tab, or another person's. Nobody learns which.
    Gone,
}

/// Finds the account that was chosen, whose system is then the request's. One that is gone is chosen no more.
fn chosen(visitor: &SignedIn, draft: &mut RequestDraft, found: &LinkPage) -> Result<Account, WebError> {
    let Some(Chosen { handle, .. }) = &draft.chosen else { return Ok(Account::None) };
    let offered = found.offered.iter().map(|account| account.id);
    let account = account_handle::find(&visitor.session, handle, offered)?;
    let Some(account) = found.offered.iter().find(|offered| Some(offered.id) == account) else {
        account_handle::log_denied(&visitor.session);
        draft.chosen = None;
        return Ok(Account::Gone);
    };
    draft.statement.system.clone_from(&account.system);
    Ok(Account::Offered(account.id))
}

struct Wrong {
    errors: Vec<(Field, String)>,
    /// An error that belongs to no field.
    general: Option<ErrorItem>,
}

impl Wrong {
    const fn of(errors: Vec<(Field, String)>) -> Self {
        Self { errors, general: None }
    }

    const fn general(general: ErrorItem) -> Self {
        Self { errors: Vec::new(), general: Some(general) }
    }

    fn account_gone(&mut self, found: &LinkPage) {
        const WORDS: &str = "所选的原账户已不能选择（可能已经承接到您名下），请重新选择或不选";
        if found.offered.is_empty() {
            // The form has no such field any more.
            self.general = Some(ErrorItem::general(format!("{WORDS}，核对后重新提交"), None));
        } else {
            self.errors.push((Field::Account, WORDS.to_owned()));
        }
    }
}

/// A request as it was left.
struct Left<'a> {
    app: &'a App,
    visitor: &'a SignedIn,
    draft: RequestDraft,
}

impl Left<'_> {
    /// It is to be sent without the picture.
    fn without_picture(mut self) -> Self {
        self.draft.picture_token = None;
        self
    }

    /// The form again, with everything typed; also where GET shows it.
    async fn refused(self, wrong: Wrong) -> Result<Response, WebError> {
        let Self { app, visitor, draft } = self;
        let draft = Kept { cause: Cause::Refused, typed: draft };
        app.keep_draft(visitor.person, &DraftOf::Request, &draft).await?;
        let RequestDraft { ask, again, chosen, statement, picture_token } = draft.typed;
        let typed = Typed {
            ask: Ask::from_word(&ask),
            again,
            account: chosen.map_or_else(String::new, |chosen| chosen.handle),
            statement,
            picture_token,
            errors: wrong.errors,
            general: wrong.general,
            ..Typed::default()
        };
        refused(app, visitor, typed, REQUEST_DRAFT).await
    }
}

fn no_more_pictures(task: i64) -> Wrong {
    let message = format!(
        "同样的核实申请（第 {task} 号）正在办理，已有 {MAX_PICTURES} 张证明图片，不能再增加，这次的内容没有保存。\
         请不选图片，只填写文字，重新提交"
    );
    Wrong::of(vec![(Field::Evidence, message)])
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

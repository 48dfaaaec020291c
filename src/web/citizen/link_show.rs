//! `GET /link`: 原账户承接. The forms' own handlers render the same page with what was typed.

use axum::extract::{Query, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::account_handle;
use crate::app::App;
use crate::app::linking::{LinkPage, OldAccount, TaskSummary};
use crate::domain::verification::{Field, Statement};
use crate::store::Exhausted;
use crate::views::{Choice, ErrorItem, FormField, Link, LinkShow, Menu, OfferedAccount, TaskRow, error_items};
use crate::web::kit::error::WebError;
use crate::web::kit::visitor::SignedIn;
use crate::web::kit::words::{china_clock, system_name, task_status, task_subject, why_proof};
use crate::web::kit::{AppState, page, see_other};

#[derive(Deserialize)]
pub(crate) struct About {
    /// To be chosen in the request's form.
    account: Option<String>,
    /// The task that was asked for once more.
    open: Option<String>,
}

pub(crate) async fn handle(
    State(app): AppState,
    visitor: SignedIn,
    Query(about): Query<About>,
) -> Result<Response, WebError> {
    let found = app.link_page(visitor.person).await?;
    let typed = Typed { account: about.account.unwrap_or_default(), ..Typed::default() };
    let again =
        found.tasks.iter().map(|task| task.number.to_string()).find(|number| Some(number) == about.open.as_ref());
    let mut view = view(&app, &visitor, found, typed).await?;
    if let Some(number) = again {
        let words = format!("同样的核实申请（第 {number} 号）正在办理，无需重复申请；这次填写的内容已补充进去。");
        view.chrome = view.chrome.with_notice(words);
    }
    page(&app, &view)
}

/// A refused form's page bears the address of its form: whoever opens that again starts anew.
pub(crate) async fn again() -> Response {
    see_other("/link")
}

/// What stands in the forms.
#[derive(Default)]
pub(super) struct Typed {
    /// Proof: what is wrong with the password of which account.
    pub(super) proof: Option<(String, String)>,
    /// Claim: the number as typed. Passwords are never shown again.
    pub(super) claim_number: String,
    pub(super) claim_number_error: Option<String>,
    pub(super) claim_password_error: Option<String>,
    /// Request: the account chosen, by its handle.
    pub(super) account: String,
    pub(super) statement: Statement,
    pub(super) errors: Vec<(Field, String)>,
    /// What belongs to no field.
    pub(super) general: Option<ErrorItem>,
    /// What heads the errors; empty: the usual words.
    pub(super) title: &'static str,
}

impl Typed {
    /// Too many wrong passwords: when to come back, and what to do meanwhile.
    pub(super) fn locked(self, app: &App, exhausted: Exhausted) -> Self {
        let seconds = exhausted.retry_after.as_secs();
        let at = china_clock(app.now() + exhausted.retry_after + std::time::Duration::from_secs(59));
        let message = format!(
            "为防止他人猜测密码，已暂时锁定，约 {} 分钟后（{at} 以后）可以再试，现在填写正确的密码也不能通过。\
             忘记密码的，不必等待，可以",
            seconds.div_ceil(60).max(1),
        );
        let general = ErrorItem::general(message, Some(Link::new("#request", "申请人工核实")));
        Self { general: Some(general), title: "输错次数过多，请稍后再试", ..self }
    }
}

/// The page as the answer to a form that was refused.
pub(super) async fn refused(app: &App, visitor: &SignedIn, typed: Typed) -> Result<Response, WebError> {
    let found = app.link_page(visitor.person).await?;
    let view = view(app, visitor, found, typed).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page(app, &view)?).into_response())
}

/// The same where only time helps.
pub(super) async fn locked(
    app: &App,
    visitor: &SignedIn,
    typed: Typed,
    exhausted: Exhausted,
) -> Result<Response, WebError> {
    let mut response = refused(app, visitor, typed.locked(app, exhausted)).await?;
    *response.status_mut() = StatusCode::TOO_MANY_REQUESTS;
    let seconds = exhausted.retry_after.as_secs() + u64::from(exhausted.retry_after.subsec_nanos() > 0);
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds.max(1)));
    Ok(response)
}

async fn view(app: &App, visitor: &SignedIn, found: LinkPage, typed: Typed) -> Result<LinkShow, WebError> {
    let exams = app.exams().await?.into_iter().map(|exam| exam.name);
    let offered = found.offered.iter().enumerate();
    let offered: Vec<_> = offered.map(|(at, account)| offer(visitor, at, account, &typed)).collect::<Result<_, _>>()?;
    let claim = claim_fields(&typed);
    let request = request_fields(&found, &offered, exams, &typed);
    let evidence_error = error(&typed, Field::Evidence);
    let proof: Vec<_> = offered.iter().filter_map(|account| account.password.clone()).collect();
    let evidence = evidence_error.clone().map(|message| ErrorItem {
        field: Some(Field::Evidence.as_str().to_owned()),
        message,
        link: None,
    });
    let of_fields = [proof.as_slice(), &claim, &request].into_iter().flat_map(|fields| error_items(fields, None));
    let errors = typed.general.into_iter().chain(of_fields).chain(evidence).collect();
    Ok(LinkShow {
        chrome: visitor.chrome().at(Menu::Link),
        tasks: found.tasks.into_iter().map(task).collect(),
        offered,
        tries: app.config.throttle.password_tries,
        lock_minutes: app.config.throttle.password_lock.as_secs().div_ceil(60),
        needs_review: found.review,
        other_name_record: found.other_name_record,
        claim,
        request,
        evidence_error,
        error_title: if typed.title.is_empty() { "内容有误，请修改后重新提交" } else { typed.title },
        errors,
    })
}

fn offer(visitor: &SignedIn, at: usize, account: &OldAccount, typed: &Typed) -> Result<OfferedAccount, WebError> {
    let handle = account_handle::handle(&visitor.session, account.id)?;
    let error = typed.proof.as_ref().filter(|(wrong, _)| *wrong == handle).map(|(_, message)| message.clone());
    let field = FormField::password(&format!("proof-{}", at + 1)).error(error);
    Ok(OfferedAccount {
        handle,
        system: system_name(&account.system),
        registered_year: account.registered_year.clone(),
        name: account.name_masked.clone(),
        number: account.number_masked.clone(),
        reason: why_proof(account.rule),
        password: account.has_password.then_some(field),
        open_task: account.open_task,
    })
}

fn claim_fields(typed: &Typed) -> Vec<FormField> {
    let number = FormField::new("old_number", "原证件号码", typed.claim_number.as_str());
    vec![
        number.within("claim").hint("当年在原系统登记的号码。").error(typed.claim_number_error.clone()),
        FormField::password("claim").hint("当年登录原系统用的密码。").error(typed.claim_password_error.clone()),
    ]
}

fn request_fields(
    found: &LinkPage,
    offered: &[OfferedAccount],
    exams: impl Iterator<Item = String>,
    typed: &Typed,
) -> Vec<FormField> {
    let text = |field: Field| {
        let shown = FormField::new(field.as_str(), field.label(), typed.statement.get(field));
        shown.optional().error(error(typed, field))
    };
    let system = |code: &String| Choice::new(code.as_str(), system_name(code), *code == typed.statement.system);
    let mut fields = vec![text(Field::System).choose("不清楚", found.systems.iter().map(system).collect())];
    if !offered.is_empty() {
        let account = |account: &OfferedAccount| {
            let year = account.registered_year.as_ref().map_or_else(String::new, |year| format!("{year}年注册，"));
            let label = format!("{}，{year}{}", account.system, account.name);
            Choice::new(account.handle.as_str(), label, account.handle == typed.account)
        };
        let choices = offered.iter().map(account).collect();
        let chosen = text(Field::Account).hint("上面找到的账户，忘记密码的，请选择。");
        fields.push(chosen.choose("不是上面的账户", choices));
    }
    fields.extend([
        text(Field::OldNumber).hint("当年登记的证件号码与现在不同的，请填写。"),
        text(Field::OldName).hint("曾经更名的，请填写当年的姓名。"),
        text(Field::Exam).suggest(exams).hint("缺少哪项考试的证书或申请。"),
        FormField {
            placeholder: None, inputmode: Some("numeric"), ..text(Field::Year).hint("四位数字，格式如：2012")
        },
        text(Field::Note).long().hint("缺少什么、当年的情况，请尽量写清楚，不超过 1000 个字。"),
    ]);
    fields
}

fn error(typed: &Typed, field: Field) -> Option<String> {
    typed.errors.iter().find(|(wrong, _)| *wrong == field).map(|(_, message)| message.clone())
}

fn task(task: TaskSummary) -> TaskRow {
    TaskRow {
        number: task.number,
        subject: task_subject(task.kind, task.system.as_deref()),
        code: task.status.as_str(),
        status: task_status(task.status),
        opened_at: crate::web::kit::words::china_time(task.opened_at),
        decided_at: task.decided_at.map(crate::web::kit::words::china_time).unwrap_or_default(),
        reason: task.reason.unwrap_or_default(),
    }
}

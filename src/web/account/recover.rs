//! `GET` and `POST /account/recover`, `GET /account/recover/sent`: 找回密码, a link by mail.

use axum::extract::State;
use axum::http::Method;
use axum::response::Response;

use super::form::{Slips, refusal};
use super::typed::Typed;
use crate::app::challenges::ChallengedForm;
use crate::app::{App, AppError};
use crate::views::{AccountForm, AccountNotice, FormField, Link, error_items};
use crate::web::kit::challenge::Asking;
use crate::web::kit::error::WebError;
use crate::web::kit::posted::PostedByGuest;
use crate::web::kit::throttle::Limited;
use crate::web::kit::visitor::Guest;
use crate::web::kit::{AppState, page, see_other};

const FORM: ChallengedForm = ChallengedForm::Recover;

/// Longer is no number.
const LONGEST: usize = 64;

pub(crate) async fn show(State(app): AppState, guest: Guest, method: Method) -> Result<Response, WebError> {
    let typed = if method == Method::GET { Typed::take(&app, &guest.session, FORM).await } else { Typed::default() };
    let view = view(&app, &guest, &typed.id_number, &Slips::default()).await?;
    let response = page(&app, &view)?;
    Ok(guest.welcomed(&app, response))
}

pub(crate) async fn send(
    State(app): AppState,
    PostedByGuest { guest, form, is_stale }: PostedByGuest,
) -> Result<Response, WebError> {
    let (now, number) = (app.now(), form.get("id_number"));
    if is_stale {
        return refused(&app, guest, number, Slips::stale()).await;
    }
    let mut slips = Slips::at_challenge(Asking::of(&guest, FORM).slip(&app, &form, number).await?);
    match number.trim().chars().count() {
        0 => slips.at("id_number", "请填写身份证号"),
        1..=LONGEST => {}
        _ => slips.at("id_number", "身份证号过长，请核对后重新填写"),
    }
    if slips.any() {
        return refused(&app, guest, number, slips).await;
    }
    Limited::RecoveryRequest(guest.network).count(&app).await?;
    match app.ask_recovery(number, &guest.network.to_string(), now).await {
        Ok(()) => Ok(see_other("/account/recover/sent")),
        Err(AppError::Busy) => {
            slips.crowd();
            refused(&app, guest, number, slips).await
        }
        Err(error) => Err(error.into()),
    }
}

/// The same whether or not the number is known.
pub(crate) async fn sent(State(app): AppState, guest: Guest) -> Result<Response, WebError> {
    let notice = AccountNotice {
        chrome: guest.chrome(),
        title: "找回密码",
        code: "sent",
        lead: "该身份证号已注册的，系统已向注册的邮箱发送设置新密码的链接，请查看邮箱（包括垃圾邮件箱）。".to_owned(),
        words: portal_words(&app).chain([
            "链接只能使用一次，20 分钟内有效；重新申请后，以最后一封邮件为准。没有收到的，请核对身份证号后重新申请（同一身份证号每小时最多发送几封）；\
             邮箱已不再使用的，请联系工作人员。"
                .to_owned(),
        ]).collect(),
        link: Link::new("/account/login", "返回登录"),
        links: vec![Link::new("/account/recover", "重新申请")],
    };
    let response = page(&app, &notice)?;
    Ok(guest.welcomed(&app, response))
}

async fn refused(app: &App, guest: Guest, number: &str, slips: Slips) -> Result<Response, WebError> {
    let view = view(app, &guest, number, &slips).await?;
    let response = refusal(app, &view, &slips)?;
    Ok(guest.welcomed(app, response))
}

async fn view(app: &App, guest: &Guest, number: &str, slips: &Slips) -> Result<AccountForm, WebError> {
    let challenge = Asking::of(guest, FORM).draw(app, number, slips.challenge.clone()).await?;
    let fields =
        vec![FormField::new("id_number", "身份证号", number).autocomplete("username").error(slips.of("id_number"))];
    Ok(AccountForm {
        chrome: guest.chrome(),
        title: "找回密码",
        lead: vec!["填写注册时的身份证号，系统向注册的邮箱发送链接，用它设置新密码。".to_owned()],
        action: "/account/recover".to_owned(),
        error_title: slips.title(),
        errors: slips.errors(&error_items(&fields, None)),
        fields,
        challenge,
        button: Some("发送链接"),
        other: None,
        links: vec![Link::new("/account/login", "返回登录")],
        notes: Vec::new(),
    })
}

/// Whoever comes through the portal by now is mailed nothing: the door is shut.
fn portal_words(app: &App) -> impl Iterator<Item = String> {
    let has_portal = app.config.access.mode.has_portal();
    has_portal.then(|| "原账户已由统一身份认证承接的，不再发送链接，请用门户登录。".to_owned()).into_iter()
}

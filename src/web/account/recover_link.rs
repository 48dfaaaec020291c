//! `GET`, `HEAD` and `POST /account/recover/{token}`: a new password by the link of a mail. Programs that scan mail fetch it: only the form uses it up.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use secrecy::SecretString;

use super::form::{Slips, refusal};
use super::login;
use super::register::new_password;
use crate::app::account::Recovered;
use crate::app::{App, AppError};
use crate::domain::account::registration::judge_password;
use crate::domain::password::Known;
use crate::views::{AccountForm, AccountNotice, FormField, Link, error_items};
use crate::web::kit::error::WebError;
use crate::web::kit::posted::PostedByGuest;
use crate::web::kit::throttle::Limited;
use crate::web::kit::told::{Told, tell};
use crate::web::kit::visitor::Guest;
use crate::web::kit::{AppState, page, see_other};

pub(crate) async fn show(State(app): AppState, guest: Guest, Path(token): Path<String>) -> Result<Response, WebError> {
    if !app.recovery(&token).await? {
        return gone(&app, guest);
    }
    let response = page(&app, &view(&app, &guest, &token, &Slips::default()))?;
    Ok(guest.welcomed(&app, response))
}

pub(crate) async fn send(
    State(app): AppState,
    Path(token): Path<String>,
    PostedByGuest { guest, form, is_stale }: PostedByGuest,
) -> Result<Response, WebError> {
    let now = app.now();
    if is_stale {
        return refused(&app, guest, &token, &Slips::stale());
    }
    Limited::AccountSignIn(guest.network).count(&app).await?;
    let (password, again) = (form.get("password"), form.get("password_again"));
    let mut slips = Slips::default();
    // What is known of the person is judged by whoever knows it.
    for (field, message) in judge_password(password, again, &Known::default(), app.config.access.password_minimum) {
        slips.at(field.as_str(), message);
    }
    if slips.any() {
        // A link that is of no use any more is told first.
        return if app.recovery(&token).await? { refused(&app, guest, &token, &slips) } else { gone(&app, guest) };
    }
    match app.recover(&token, &SecretString::from(password), now).await {
        Ok(Recovered::Done) => {
            let guest = guest.after_ending(&app).await?;
            if guest.is_signed_in() {
                // Somebody else, who goes on.
                tell(&app, guest.session.name(), "/reissue", &Told::PasswordReset).await;
            } else {
                login::tell_reset(&app, &guest.session).await;
            }
            let response = see_other("/account/login");
            Ok(guest.welcomed(&app, response))
        }
        Ok(Recovered::Refused(weakness)) => {
            slips.at("password", weakness.message());
            refused(&app, guest, &token, &slips)
        }
        Ok(Recovered::Gone) => gone(&app, guest),
        Err(AppError::Busy) => {
            slips.crowd();
            refused(&app, guest, &token, &slips)
        }
        Err(error) => Err(error.into()),
    }
}

fn gone(app: &App, guest: Guest) -> Result<Response, WebError> {
    let mails = app.config.access.mails();
    let notice = AccountNotice {
        chrome: guest.chrome(),
        title: "链接已失效",
        code: "gone",
        lead: "链接不正确、已使用或已过期；有更新的链接的，请使用最近一次收到的链接。".to_owned(),
        words: if mails {
            Vec::new()
        } else {
            vec!["需要重新设置密码的，请联系工作人员。".to_owned()]
        },
        link: if mails {
            Link::new("/account/recover", "重新申请")
        } else {
            Link::new("/account/login", "返回登录")
        },
        links: if mails { vec![Link::new("/account/login", "返回登录")] } else { Vec::new() },
    };
    let response = (StatusCode::GONE, page(app, &notice)?).into_response();
    Ok(guest.welcomed(app, response))
}

fn refused(app: &App, guest: Guest, token: &str, slips: &Slips) -> Result<Response, WebError> {
    let response = refusal(app, &view(app, &guest, token, slips), slips)?;
    Ok(guest.welcomed(app, response))
}

fn view(app: &App, guest: &Guest, token: &str, slips: &Slips) -> AccountForm {
    // Nothing here says whose account it is, so that no password manager can keep the password for it.
    let fields = vec![
        new_password(app, "password", "新密码").autocomplete("off").error(slips.of("password")),
        FormField::own_password("password_again", "新密码确认", "off").error(slips.of("password_again")),
    ];
    AccountForm {
        chrome: guest.chrome(),
        title: "设置新密码",
        lead: vec!["请设置新密码。设置后，用新密码登录；其他已登录的页面会退出。".to_owned()],
        action: format!("/account/recover/{token}"),
        error_title: slips.title(),
        errors: slips.errors(&error_items(&fields, None)),
        fields,
        challenge: None,
        button: Some("确认修改"),
        other: None,
        links: vec![Link::new("/account/login", "返回登录")],
        notes: Vec::new(),
    }
}

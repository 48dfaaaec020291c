//! `GET` and `POST /account/password`: 修改密码.

use axum::extract::State;
use axum::response::Response;
use secrecy::SecretString;

use super::form::{Slips, refusal};
use super::register::new_password;
use crate::app::account::{ChangedPassword, Owner};
use crate::app::{App, AppError};
use crate::domain::account::registration::judge_password;
use crate::domain::password::Known;
use crate::domain::verification::MAX_PASSWORD_CHARS;
use crate::session::{Former, NewSession, Origin, Session};
use crate::views::{AccountForm, FormField, Menu, error_items};
use crate::web::kit::client_address::ClientAddress;
use crate::web::kit::cookies::{session_cookie_name, set_cookie};
use crate::web::kit::error::WebError;
use crate::web::kit::posted::Posted;
use crate::web::kit::throttle::Limited;
use crate::web::kit::told::{Told, chrome_with_told, tell};
use crate::web::kit::visitor::{ByAccount, SignedIn};
use crate::web::kit::{AppState, page, see_other};

pub(crate) async fn show(State(app): AppState, ByAccount { visitor, .. }: ByAccount) -> Result<Response, WebError> {
    page(&app, &view(&app, &visitor, &Slips::default()).await?)
}

pub(crate) async fn send(
    State(app): AppState,
    ClientAddress(network): ClientAddress,
    Posted { visitor: ByAccount { visitor, account }, form, .. }: Posted<ByAccount>,
) -> Result<Response, WebError> {
    Limited::AccountSignIn(network).count(&app).await?;
    let (old, new) = (form.get("old_password"), form.get("password"));
    let mut slips = Slips::default();
    match old.chars().count() {
        0 => slips.at("old_password", "请填写原密码"),
        1..=MAX_PASSWORD_CHARS => {}
        _ => slips.at("old_password", format!("原密码不能超过 {MAX_PASSWORD_CHARS} 个字符")),
    }
    let minimum = app.config.access.password_minimum;
    for (field, message) in judge_password(new, form.get("password_again"), &Known::default(), minimum) {
        slips.at(field.as_str(), message);
    }
    if slips.any() {
        return refused(&app, &visitor, &slips).await;
    }
    let owner = Owner { person: visitor.person, account };
    let (old, new) = (SecretString::from(old), SecretString::from(new));
    match app.change_password(owner, &old, &new, app.now()).await {
        Ok(ChangedPassword::Done) => go_on(&app, visitor).await,
        Ok(ChangedPassword::WrongOld { tries_left }) => {
            slips.at("old_password", format!("原密码不正确，请重新填写；还可以填写 {tries_left} 次"));
            refused(&app, &visitor, &slips).await
        }
        Ok(ChangedPassword::Locked(exhausted)) => {
            let minutes = exhausted.retry_after.as_secs().div_ceil(60).max(1);
            slips.lock(exhausted, format!("密码输错次数过多，请在 {minutes} 分钟后再试"));
            refused(&app, &visitor, &slips).await
        }
        Ok(ChangedPassword::Refused(weakness)) => {
            slips.at("password", weakness.message());
            refused(&app, &visitor, &slips).await
        }
        Err(AppError::Busy) => {
            slips.crowd();
            refused(&app, &visitor, &slips).await
        }
        Err(error) => Err(error.into()),
    }
}

/// All sessions of the person have ended, and whoever changed the password goes on in a new one.
async fn go_on(app: &App, visitor: SignedIn) -> Result<Response, WebError> {
    let now = app.now();
    let new = NewSession {
        former: Some(&visitor.session),
        // A form of another tab is given back to the same person.
        before: Former::of(&visitor.session),
        visitor: visitor.session.visitor.clone(),
        origin: Origin::Account(visitor.person),
        login_began_at: now,
    };
    let Some(cookie) = app.sessions.begin(new, now).await? else { return Ok(see_other("/account/login")) };
    tell(app, &Session::name_of(&cookie), "/account/password", &Told::PasswordChanged).await;
    let mut response = see_other("/account/password");
    set_cookie(app, &mut response, session_cookie_name(app), cookie);
    Ok(response)
}

async fn refused(app: &App, visitor: &SignedIn, slips: &Slips) -> Result<Response, WebError> {
    refusal(app, &view(app, visitor, slips).await?, slips)
}

async fn view(app: &App, visitor: &SignedIn, slips: &Slips) -> Result<AccountForm, WebError> {
    let profile = app.account_profile(visitor.person).await?;
    let fields = vec![
        // Password managers ask whose password it is.
        FormField::new("id_number", "身份证号", profile.number).locked("账户注册信息").autocomplete("username"),
        FormField::own_password("old_password", "原密码", "current-password").error(slips.of("old_password")),
        new_password(app, "password", "新密码").error(slips.of("password")),
        FormField::own_password("password_again", "新密码确认", "new-password").error(slips.of("password_again")),
    ];
    Ok(AccountForm {
        chrome: chrome_with_told(app, visitor, Menu::Password).await,
        title: "修改密码",
        lead: vec!["用于修改登录密码，以保证系统登录的安全性。修改后，其他已登录的页面会退出。".to_owned()],
        action: "/account/password".to_owned(),
        error_title: slips.title(),
        errors: slips.errors(&error_items(&fields, None)),
        fields,
        challenge: None,
        button: Some("确认修改"),
        other: None,
        links: Vec::new(),
        notes: Vec::new(),
    })
}

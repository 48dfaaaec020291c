//! `GET` and `POST /account/login`, and `GET /` where accounts are the only way in.

use axum::extract::{Query, State};
use axum::http::{HeaderMap, Method};
use axum::response::Response;
use serde::Deserialize;

use super::form::{Slips, refusal};
use super::signing_in;
use super::typed::Typed;
use crate::app::account::DoorAnswer;
use crate::app::challenges::ChallengedForm;
use crate::app::{App, AppError};
use crate::domain::verification::MAX_PASSWORD_CHARS;
use crate::session::Session;
use crate::views::{AccountLogin, ErrorItem, FormField, Link, SignInForm, account_login_url, error_items, login_url};
use crate::web::kit::challenge::Asking;
use crate::web::kit::error::WebError;
use crate::web::kit::posted::{Form, PostedByGuest};
use crate::web::kit::return_path::ReturnPath;
use crate::web::kit::throttle::Limited;
use crate::web::kit::timed_out::timed_out;
use crate::web::kit::told::{Told, tell};
use crate::web::kit::visitor::Guest;
use crate::web::kit::{AppState, page, see_other};

/// One message for every cause: nobody learns which numbers have an account.
const WRONG: &str = "身份证号或登录密码不正确，请核对后重新填写；忘记密码的，请点击“忘记密码”";
const WRONG_WITHOUT_MAIL: &str = "身份证号或登录密码不正确，请核对后重新填写；忘记密码的，请联系工作人员";

const SHUT: &str = "该账户已由统一身份认证承接，请用门户登录";

const RESET: &str = "密码已修改，请用新密码登录。";

/// Has the page say that the password was changed.
pub(super) async fn tell_reset(app: &App, session: &Session) {
    if let Err(error) = app.sessions.tell(session.name(), "account-reset", &()).await {
        tracing::warn!(%error, "a page will not say what was done");
    }
}

async fn is_reset(app: &App, session: &Session) -> bool {
    match app.sessions.told::<()>(session, "account-reset").await {
        Ok(told) => !told.is_empty(),
        Err(error) => {
            tracing::warn!(%error, "a page does not say what was done");
            false
        }
    }
}

#[derive(Deserialize)]
pub(crate) struct Wanted {
    return_to: Option<String>,
}

impl Wanted {
    pub(super) fn place(&self) -> Option<ReturnPath> {
        self.return_to.as_deref().and_then(ReturnPath::parse)
    }
}

/// The form that nobody has filled in, which leads on to a page.
pub(super) async fn fresh(app: &App, guest: &Guest, place: Option<ReturnPath>) -> Result<SignInForm, WebError> {
    LoginForm { place, number: String::new(), slips: Slips::default() }.form(app, guest).await
}

/// Where the form is shown, so that it leads on to a page.
pub(super) fn address(return_to: &str) -> String {
    account_login_url(ReturnPath::parse(return_to).as_ref().map(ReturnPath::as_str))
}

pub(crate) async fn show(
    State(app): AppState,
    guest: Guest,
    Query(wanted): Query<Wanted>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, WebError> {
    let place = wanted.place();
    if guest.is_signed_in() {
        return Ok(see_other(place.as_ref().map_or("/reissue", ReturnPath::as_str)));
    }
    let mut form = LoginForm { place, number: String::new(), slips: Slips::default() };
    // HEAD uses nothing up (RFC 9110 §9.2.1).
    if method == Method::GET {
        form.number = Typed::take(&app, &guest.session, ChallengedForm::Login).await.id_number;
    }
    let mut view = form.view(&app, &guest).await?;
    view.sign_in_needed = form.place.is_some();
    view.timed_out = timed_out(&app, &headers).await;
    if method == Method::GET && is_reset(&app, &guest.session).await {
        view.chrome = view.chrome.with_notice(RESET);
    }
    let response = page(&app, &view)?;
    Ok(guest.welcomed(&app, response))
}

pub(crate) async fn send(
    State(app): AppState,
    headers: HeaderMap,
    PostedByGuest { guest, form, is_stale }: PostedByGuest,
) -> Result<Response, WebError> {
    let place = ReturnPath::parse(form.get("return_to"));
    if guest.is_signed_in() {
        let target = place.as_ref().map_or("/reissue", ReturnPath::as_str);
        tell(&app, guest.session.name(), target, &Told::SignedInAlready).await;
        return Ok(see_other(target));
    }
    // Before the password is looked at: what changes it meanwhile has this sign-in begin nothing.
    let began_at = app.now();
    let number = form.get("id_number").to_owned();
    let mut shown = LoginForm { place, number, slips: Slips::default() };
    if is_stale {
        shown.slips = Slips::stale();
        return shown.refused(&app, guest).await;
    }
    Limited::AccountSignIn(guest.network).count(&app).await?;
    shown.slips = shown.measured(&app, &guest, &form).await?;
    if shown.slips.any() {
        return shown.refused(&app, guest).await;
    }
    match app.open_account(&shown.number, form.get("password"), began_at).await {
        Ok(DoorAnswer::Opened(opened)) => {
            let entered = signing_in::Entered { opened, place: shown.place.clone(), began_at, told: None };
            match entered.begin(&app, &guest, &headers).await? {
                Some(response) => Ok(response),
                None => shown.refused(&app, guest).await,
            }
        }
        Ok(answer) => shown.answered(&app, guest, answer).await,
        Err(AppError::Busy) => {
            shown.slips.crowd();
            shown.refused(&app, guest).await
        }
        Err(error) => Err(error.into()),
    }
}

/// The form, and what is said of it.
struct LoginForm {
    place: Option<ReturnPath>,
    number: String,
    slips: Slips,
}

impl LoginForm {
    /// What is wrong with what was typed, before any password is compared. The challenge is used up.
    async fn measured(&self, app: &App, guest: &Guest, form: &Form) -> Result<Slips, WebError> {
        let mut slips =
            Slips::at_challenge(Asking::of(guest, ChallengedForm::Login).slip(app, form, &self.number).await?);
        if self.number.trim().is_empty() {
            slips.at("id_number", "请填写身份证号");
        }
        if let Some(message) = form.overlong("id_number", "身份证号") {
            slips.at("id_number", message);
        }
        match form.get("password").chars().count() {
            0 => slips.at("password", "请填写登录密码"),
            1..=MAX_PASSWORD_CHARS => {}
            _ => slips.at("password", format!("登录密码不能超过 {MAX_PASSWORD_CHARS} 个字符")),
        }
        Ok(slips)
    }

    /// The form again, with why the account did not open.
    async fn answered(mut self, app: &App, guest: Guest, answer: DoorAnswer) -> Result<Response, WebError> {
        match answer {
            DoorAnswer::Wrong | DoorAnswer::Opened(_) => {
                Asking::of(&guest, ChallengedForm::Login).has_failed(app, &self.number).await?;
                self.slips.at("password", if app.config.access.mails() { WRONG } else { WRONG_WITHOUT_MAIL });
            }
            DoorAnswer::Locked(exhausted) => {
                Asking::of(&guest, ChallengedForm::Login).has_failed(app, &self.number).await?;
                self.slips.lock(exhausted, locked_words(app, exhausted.retry_after));
            }
            DoorAnswer::Shut => {
                let path = self.place.as_ref().map(ReturnPath::as_str);
                let link = app.config.access.mode.has_portal().then(|| Link::new(login_url(path), "用门户登录"));
                self.slips.general = Some(ErrorItem::general(SHUT, link));
            }
        }
        self.refused(app, guest).await
    }

    async fn refused(self, app: &App, guest: Guest) -> Result<Response, WebError> {
        let view = self.view(app, &guest).await?;
        let response = refusal(app, &view, &self.slips)?;
        Ok(guest.welcomed(app, response))
    }

    async fn view(&self, app: &App, guest: &Guest) -> Result<AccountLogin, WebError> {
        let form = self.form(app, guest).await?;
        Ok(AccountLogin {
            chrome: guest.chrome(),
            errors: self.slips.errors(&error_items(&form.fields, None)),
            form,
            sign_in_needed: false,
            timed_out: None,
            error_title: "登录没有成功",
        })
    }

    async fn form(&self, app: &App, guest: &Guest) -> Result<SignInForm, WebError> {
        let challenge =
            Asking::of(guest, ChallengedForm::Login).draw(app, &self.number, self.slips.challenge.clone()).await?;
        let fields = vec![
            FormField::new("id_number", "身份证号", &self.number)
                .autocomplete("username")
                .error(self.slips.of("id_number")),
            FormField::own_password("password", "登录密码", "current-password").error(self.slips.of("password")),
        ];
        Ok(SignInForm { fields, challenge, return_to: self.place.as_ref().map(ToString::to_string) })
    }
}

fn locked_words(app: &App, wait: std::time::Duration) -> String {
    let minutes = wait.as_secs().div_ceil(60).max(1);
    let way = if app.config.access.mails() {
        "忘记密码的，不必等待，可以点击“忘记密码”重新设置"
    } else {
        "忘记密码的，请联系工作人员"
    };
    format!("密码输错次数过多，请在 {minutes} 分钟后再试；{way}")
}

//! `GET` and `POST /account/register`: 注册.

use axum::extract::State;
use axum::http::{HeaderMap, Method};
use axum::response::Response;
use secrecy::SecretString;

use super::form::{Slips, refusal};
use super::signing_in::Entered;
use super::typed::Typed;
use crate::app::account::{Registering, Registration};
use crate::app::challenges::ChallengedForm;
use crate::app::{App, AppError};
use crate::domain::account::registration::{self, Field, Registrable, validate};
use crate::domain::china::china_date;
use crate::domain::password::LONGEST;
use crate::views::{AccountForm, ErrorItem, FormField, Link, error_items};
use crate::web::kit::challenge::Asking;
use crate::web::kit::error::WebError;
use crate::web::kit::posted::{Form, PostedByGuest};
use crate::web::kit::throttle::Limited;
use crate::web::kit::told::{Told, tell};
use crate::web::kit::visitor::Guest;
use crate::web::kit::{AppState, page, see_other};

const FORM: ChallengedForm = ChallengedForm::Register;

const KNOWN: &str = "该证件号码已注册，请直接登录；忘记密码的，请联系工作人员";

pub(crate) async fn show(State(app): AppState, guest: Guest, method: Method) -> Result<Response, WebError> {
    if guest.is_signed_in() {
        return Ok(see_other("/reissue"));
    }
    let typed = if method == Method::GET { Typed::take(&app, &guest.session, FORM).await } else { Typed::default() };
    let view = view(&app, &guest, &typed, &Slips::default()).await?;
    let response = page(&app, &view)?;
    Ok(guest.welcomed(&app, response))
}

pub(crate) async fn send(
    State(app): AppState,
    headers: HeaderMap,
    PostedByGuest { guest, form, is_stale }: PostedByGuest,
) -> Result<Response, WebError> {
    if guest.is_signed_in() {
        tell(&app, guest.session.name(), "/reissue", &Told::SignedInAlready).await;
        return Ok(see_other("/reissue"));
    }
    let (now, typed) = (app.now(), Typed::of(&form));
    if is_stale {
        return refused(&app, guest, &typed, Slips::stale()).await;
    }
    let mut slips = Slips::at_challenge(Asking::of(&guest, FORM).slip(&app, &form, &typed.id_number).await?);
    let new = match registrable(&app, &form) {
        Ok(new) if !slips.any() => new,
        Ok(_) => return refused(&app, guest, &typed, slips).await,
        Err(errors) => {
            for (field, message) in errors {
                slips.at(field.as_str(), message);
            }
            return refused(&app, guest, &typed, slips).await;
        }
    };
    // Slips are nobody's registration.
    Limited::Registration(guest.network).count(&app).await?;
    let Registrable { name, number, email } = new;
    let password = SecretString::from(form.get("password"));
    let new = Registration { name, number, email, password };
    match app.register(guest.session.name(), new, now).await {
        Ok(Registering::Confirm) => Ok(see_other("/account/confirm")),
        Ok(Registering::Counts(opened)) => {
            let entered = Entered { opened, place: None, began_at: now, told: Some(Told::Registered) };
            Ok(entered.begin(&app, &guest, &headers).await?.unwrap_or_else(|| see_other("/account/login")))
        }
        Ok(Registering::Known) => {
            slips.at("id_number", KNOWN);
            refused(&app, guest, &typed, slips).await
        }
        Err(AppError::Busy) => {
            slips.crowd();
            refused(&app, guest, &typed, slips).await
        }
        Err(error) => Err(error.into()),
    }
}

fn registrable(app: &App, form: &Form) -> Result<Registrable, Vec<(Field, String)>> {
    let typed = registration::Typed {
        name: form.get("name"),
        number: form.get("id_number"),
        email: app.config.access.mails().then(|| form.get("email")),
        password: form.get("password"),
        password_again: form.get("password_again"),
    };
    validate(&typed, china_date(app.now()), app.config.access.password_minimum)
}

async fn refused(app: &App, guest: Guest, typed: &Typed, slips: Slips) -> Result<Response, WebError> {
    let view = view(app, &guest, typed, &slips).await?;
    let response = refusal(app, &view, &slips)?;
    Ok(guest.welcomed(app, response))
}

async fn view(app: &App, guest: &Guest, typed: &Typed, slips: &Slips) -> Result<AccountForm, WebError> {
    let challenge = Asking::of(guest, FORM).draw(app, &typed.id_number, slips.challenge.clone()).await?;
    let fields = vec![
        FormField::new("name", "姓名", &typed.name).autocomplete("name").error(slips.of("name")),
        FormField::new("id_number", "身份证号", &typed.id_number).autocomplete("username").error(slips.of("id_number")),
        address(app, &typed.email).error(slips.of("email")),
        new_password(app, "password", "密码").error(slips.of("password")),
        FormField::own_password("password_again", "密码确认", "new-password").error(slips.of("password_again")),
    ];
    let follows = if app.config.access.mails() {
        "点击“注册”后，系统向所填邮箱发送验证码；填写验证码后，注册成功。"
    } else {
        "本系统暂不发送邮件，不能用邮箱找回密码，请牢记密码。"
    };
    let errors: Vec<ErrorItem> = slips.errors(&error_items(&fields, None));
    Ok(AccountForm {
        chrome: guest.chrome(),
        title: "注册",
        lead: vec![
            "本系统登录信息，与“证书邮寄系统”相同。注册过“证书邮寄系统”的考生，以原注册信息登录即可，不必再次注册。"
                .to_owned(),
            format!("请如实填写姓名、身份证号等信息。{follows}"),
        ],
        action: "/account/register".to_owned(),
        fields,
        challenge,
        button: Some("注册"),
        other: None,
        links: vec![Link::new("/account/login", "返回登录")],
        notes: Vec::new(),
        error_title: slips.title(),
        errors,
    })
}

fn address(app: &App, typed: &str) -> FormField {
    let field = FormField::new("email", "邮箱", typed).keys("email").autocomplete("email");
    if app.config.access.mails() {
        field.hint("找回密码时使用此邮箱。")
    } else {
        field.hint("可以不填。本系统暂不发送邮件，填写的邮箱不使用，也不保存。").optional()
    }
}

/// A field for a password that is chosen here, with the manual's hint.
pub(super) fn new_password(app: &App, name: &'static str, label: &'static str) -> FormField {
    let least = app.config.access.password_minimum;
    let hint = format!("请输入{least}-{LONGEST}位的密码，需要包含字母、数字。");
    FormField::own_password(name, label, "new-password").hint(hint)
}

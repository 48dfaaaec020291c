//! `GET` and `POST /account/confirm`: the code that was mailed, of a registration or of a changed address.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};

use super::form::{Slips, refusal};
use super::signing_in::Entered;
use super::typed::Typed;
use crate::app::App;
use crate::app::account::{Confirmed, Opened, Unconfirmed};
use crate::app::challenges::ChallengedForm;
use crate::domain::linking::Way;
use crate::session::{Session, Visitor};
use crate::views::{AccountForm, AccountNotice, FormField, Link, Menu, OtherButton, error_items};
use crate::web::kit::cookies::{cookie_values, session_cookie_name};
use crate::web::kit::error::WebError;
use crate::web::kit::posted::PostedByGuest;
use crate::web::kit::throttle::Limited;
use crate::web::kit::told::{Told, tell};
use crate::web::kit::visitor::Guest;
use crate::web::kit::{AppState, page, see_other};

/// Of the button that leads back to 注册.
const EDIT: &str = "edit";

/// Longer is no code.
const LONGEST: usize = 32;

pub(crate) async fn show(State(app): AppState, guest: Guest) -> Result<Response, WebError> {
    let response = page(&app, &view(&app, &guest, &Slips::default()).await?)?;
    Ok(guest.welcomed(&app, response))
}

pub(crate) async fn send(
    State(app): AppState,
    headers: HeaderMap,
    PostedByGuest { guest, form, is_stale }: PostedByGuest,
) -> Result<Response, WebError> {
    let (now, code) = (app.now(), form.get("code"));
    if !is_stale && form.get("action") == EDIT {
        return edit(&app, guest).await;
    }
    Limited::AccountSignIn(guest.network).count(&app).await?;
    if is_stale {
        let landed = landed_before(&app, &guest, &headers, code).await?;
        return match landed {
            Some(response) => Ok(response),
            None => refused(&app, guest, &Slips::stale()).await,
        };
    }
    let mut slips = Slips::default();
    if code.trim().is_empty() || code.chars().count() > LONGEST {
        slips.at("code", "请填写邮件中的六位验证码");
        return refused(&app, guest, &slips).await;
    }
    match app.confirm(guest.session.name(), guest.person(), code, now).await? {
        Confirmed::Registered(opened) => enter(&app, &guest, &headers, opened).await,
        Confirmed::AddressChanged => {
            tell(&app, guest.session.name(), "/account/profile", &Told::AddressChanged).await;
            Ok(see_other("/account/profile"))
        }
        Confirmed::Wrong { tries_left } => {
            slips.at("code", format!("验证码不正确，请核对邮件后重新填写；还可以填写 {tries_left} 次"));
            refused(&app, guest, &slips).await
        }
        Confirmed::Gone => gone(&app, guest),
    }
}

async fn enter(app: &App, guest: &Guest, headers: &HeaderMap, opened: Opened) -> Result<Response, WebError> {
    let entered = Entered { opened, place: None, began_at: app.now(), told: Some(Told::Registered) };
    Ok(entered.begin(app, guest, headers).await?.unwrap_or_else(|| see_other("/account/login")))
}

/// Where a form leads that was sent twice, and whose first sending has ended the session that it is of: to where that one led.
async fn landed_before(
    app: &App,
    guest: &Guest,
    headers: &HeaderMap,
    code: &str,
) -> Result<Option<Response>, WebError> {
    if let Visitor::SignedIn { first, way: Way::Account(_), .. } = &guest.session.visitor {
        if app.waits_for_code(guest.session.name()).await? {
            return Ok(None);
        }
        let page = if *first { "/continuity" } else { "/reissue" };
        // Whether or not it is this code that led there.
        tell(app, guest.session.name(), page, &Told::CodeNotUsed).await;
        return Ok(Some(see_other(page)));
    }
    // The answer to the first has not arrived, nor its cookie.
    for cookie in cookie_values(headers, session_cookie_name(app)) {
        if let Confirmed::Registered(opened) = app.confirm(&Session::name_of(cookie), None, code, app.now()).await? {
            return Ok(Some(enter(app, guest, headers, opened).await?));
        }
    }
    Ok(None)
}

/// Back to 注册, with what was typed there kept in the session for it.
async fn edit(app: &App, guest: Guest) -> Result<Response, WebError> {
    let Some(Unconfirmed { name, number, email }) = unconfirmed(app, &guest).await? else { return gone(app, guest) };
    let typed = Typed { name, id_number: number, email };
    typed.keep(app, &guest.session, ChallengedForm::Register).await;
    Ok(see_other("/account/register"))
}

async fn unconfirmed(app: &App, guest: &Guest) -> Result<Option<Unconfirmed>, WebError> {
    if guest.is_signed_in() { Ok(None) } else { Ok(app.unconfirmed(guest.session.name()).await?) }
}

async fn refused(app: &App, guest: Guest, slips: &Slips) -> Result<Response, WebError> {
    let response = refusal(app, &view(app, &guest, slips).await?, slips)?;
    Ok(guest.welcomed(app, response))
}

/// Nothing waits for a code, or not any more.
fn gone(app: &App, guest: Guest) -> Result<Response, WebError> {
    let again = if guest.is_signed_in() {
        Link::new("/account/profile", "返回注册信息维护")
    } else {
        Link::new("/account/register", "重新注册")
    };
    let notice = AccountNotice {
        chrome: guest.chrome(),
        title: "验证码已失效",
        code: "gone",
        lead: "验证码已过期、已使用，或输错次数过多；也可能是在另一个浏览器中申请的。请重新申请。".to_owned(),
        words: Vec::new(),
        link: again,
        links: vec![Link::new("/", "返回首页")],
    };
    let response = (StatusCode::GONE, page(app, &notice)?).into_response();
    Ok(guest.welcomed(app, response))
}

async fn view(app: &App, guest: &Guest, slips: &Slips) -> Result<AccountForm, WebError> {
    let unconfirmed = unconfirmed(app, guest).await?;
    let chrome = if guest.is_signed_in() { guest.chrome().at(Menu::Profile) } else { guest.chrome() };
    let fields = vec![
        FormField::new("code", "邮件中的验证码", "")
            .keys("numeric")
            .autocomplete("one-time-code")
            .error(slips.of("code")),
    ];
    let back = match &unconfirmed {
        Some(_) => None,
        None if guest.is_signed_in() => Some(Link::new("/account/profile", "返回注册信息维护")),
        None => Some(Link::new("/account/register", "重新填写注册信息")),
    };
    let address = unconfirmed.as_ref().map(|typed| typed.email.as_str()).unwrap_or_default();
    Ok(AccountForm {
        chrome,
        title: "验证邮箱",
        lead: vec![
            format!("系统已处理您的申请，请查看所填邮箱 {address}（包括垃圾邮件箱）。收到验证码的，请填写其中的六位数字。"),
            "没有收到验证码，而收到该证件号码已注册的提示的，请按邮件中的说明直接登录或找回密码。".to_owned(),
            "都没有收到的，请核对邮箱后重新填写注册信息；也可能已用其他邮箱注册过，可直接登录、找回密码，或者联系工作人员。".to_owned(),
        ],
        action: "/account/confirm".to_owned(),
        error_title: slips.title(),
        errors: slips.errors(&error_items(&fields, None)),
        fields,
        challenge: None,
        button: Some("确认"),
        other: unconfirmed.map(|_| OtherButton { action: EDIT, text: "邮箱写错了？" }),
        links: back.into_iter().collect(),
        notes: Vec::new(),
    })
}

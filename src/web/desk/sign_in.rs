//! `GET` and `POST /review/sign-in`: name and password; the second factor is asked for next.

use axum::extract::{Query, State};
use axum::response::Response;

use super::form::{Slips, refusal};
use super::wanted::{Wanted, factor_address};
use crate::app::staff::PasswordAnswer;
use crate::app::{App, AppError};
use crate::session::{StaffBegun, Stage};
use crate::views::{DeskForm, FormField, error_items};
use crate::web::kit::cookies::set_staff_cookie;
use crate::web::kit::error::WebError;
use crate::web::kit::posted::Form;
use crate::web::kit::return_path::DeskPath;
use crate::web::kit::staff::{DeskGuest, PostedByDeskGuest};
use crate::web::kit::throttle::Limited;
use crate::web::kit::{AppState, page, see_other};

/// One message for every cause: nobody learns which names there are.
const WRONG: &str = "用户名或密码不正确。忘记密码、还没有设置密码或账号已停用的，请联系管理员";

pub(crate) async fn show(
    State(app): AppState,
    guest: DeskGuest,
    Query(wanted): Query<Wanted>,
) -> Result<Response, WebError> {
    let place = wanted.place();
    if let Some(seat) = app.seat(&guest.session).await? {
        return Ok(see_other(place.as_ref().map_or_else(|| seat.roles.home().path(), DeskPath::as_str)));
    }
    let response = page(&app, &view(&guest, "", place.as_ref(), &Slips::default()))?;
    Ok(guest.welcomed(&app, response))
}

pub(crate) async fn send(
    State(app): AppState,
    PostedByDeskGuest { guest, form }: PostedByDeskGuest,
) -> Result<Response, WebError> {
    // Before the password is looked at: what changes it meanwhile has this sign-in begin nothing.
    let began_at = app.now();
    Limited::StaffSignIn(guest.network).count(&app).await?;
    let place = DeskPath::parse(form.get("return_to"));
    let mut slips = measured(&form);
    if slips.any() {
        return refused(&app, &guest, &form, &slips);
    }
    let network = guest.network.to_string();
    match app.staff_password(form.get("user"), form.get("password"), &network, began_at).await {
        Ok(PasswordAnswer::Right(staff)) => {
            let stage = Stage::Password { staff };
            let begun = app.staff_sessions.begin(Some(&guest.session), stage, began_at, app.now()).await?;
            if let Some(StaffBegun { cookie, .. }) = begun {
                let mut response = see_other(&factor_address(place.as_ref()));
                set_staff_cookie(&app, &mut response, cookie);
                return Ok(response);
            }
            slips.at("password", WRONG);
        }
        Ok(PasswordAnswer::Wrong) => slips.at("password", WRONG),
        Ok(PasswordAnswer::Locked(exhausted)) => slips.lock("密码", exhausted),
        Err(AppError::Busy) => slips.crowd(),
        Err(error) => return Err(error.into()),
    }
    refused(&app, &guest, &form, &slips)
}

fn measured(form: &Form) -> Slips {
    let mut slips = Slips::default();
    if form.get("user").trim().is_empty() {
        slips.at("user", "请填写用户名");
    }
    if let Some(message) = form.overlong("user", "用户名") {
        slips.at("user", message);
    }
    if form.get("password").is_empty() {
        slips.at("password", "请填写密码");
    }
    slips
}

fn refused(app: &App, guest: &DeskGuest, form: &Form, slips: &Slips) -> Result<Response, WebError> {
    let place = DeskPath::parse(form.get("return_to"));
    refusal(app, &view(guest, form.get("user"), place.as_ref(), slips), slips)
}

fn view(guest: &DeskGuest, user: &str, place: Option<&DeskPath>, slips: &Slips) -> DeskForm {
    let fields = vec![
        FormField::new("user", "用户名", user).autocomplete("username").error(slips.of("user")),
        FormField::own_password("password", "密码", "current-password").error(slips.of("password")),
    ];
    DeskForm {
        desk: guest.desk(),
        title: "工作人员登录",
        lead: vec!["请输入用户名和密码，下一步输入动态验证码。办理补证的申请人请从首页登录。".to_owned()],
        action: "/review/sign-in",
        errors: slips.errors(error_items(&fields, None)),
        fields,
        button: "下一步",
        return_to: place.map(|place| place.as_str().to_owned()),
    }
}

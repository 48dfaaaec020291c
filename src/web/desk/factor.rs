//! `GET` and `POST /review/factor`: the second factor, which completes a sign-in; and once more for what needs a fresh one.

use axum::extract::{Query, State};
use axum::response::Response;

use super::form::{Slips, refusal};
use super::wanted::Wanted;
use crate::app::App;
use crate::app::staff::{FactorAnswer, GivenFactor};
use crate::session::{StaffBegun, StaffSession, Stage};
use crate::views::{Desk, DeskForm, FormField, error_items};
use crate::web::kit::cookies::set_staff_cookie;
use crate::web::kit::error::WebError;
use crate::web::kit::posted::Form;
use crate::web::kit::return_path::DeskPath;
use crate::web::kit::staff::{DeskGuest, PostedByDeskGuest, tell_at_desk};
use crate::web::kit::throttle::Limited;
use crate::web::kit::{AppState, page, see_other};

const WRONG: &str = "验证码不正确或已使用过，请等验证器显示下一个验证码后再填写";

/// Fewer recovery codes than this are too few.
const FEW: i64 = 3;

pub(crate) async fn show(
    State(app): AppState,
    guest: DeskGuest,
    Query(wanted): Query<Wanted>,
) -> Result<Response, WebError> {
    let place = wanted.place();
    if !may_give(&app, &guest.session).await? {
        return Err(WebError::StaffSignInNeeded(place));
    }
    page(&app, &view(&guest, place.as_ref(), &Slips::default()))
}

pub(crate) async fn send(
    State(app): AppState,
    PostedByDeskGuest { guest, form }: PostedByDeskGuest,
) -> Result<Response, WebError> {
    let now = app.now();
    Limited::StaffSignIn(guest.network).count(&app).await?;
    let place = DeskPath::parse(form.get("return_to"));
    if !may_give(&app, &guest.session).await? {
        return Err(WebError::StaffSignInNeeded(place));
    }
    let mut slips = Slips::default();
    if form.get("code").trim().is_empty() {
        slips.at("code", "请填写验证码");
        return refused(&app, &guest, &form, &slips);
    }
    match app.staff_factor(&guest.session, form.get("code"), now).await? {
        FactorAnswer::Right(given) => return complete(&app, &guest.session, &given, place).await,
        FactorAnswer::Gone => return Err(WebError::StaffSignInNeeded(place)),
        FactorAnswer::Wrong => slips.at("code", WRONG),
        FactorAnswer::Locked(exhausted) => slips.lock("验证码", exhausted),
    }
    refused(&app, &guest, &form, &slips)
}

/// Whether the session is of somebody whose password was right, and who may sign in still.
async fn may_give(app: &App, session: &StaffSession) -> Result<bool, WebError> {
    match session.stage.staff() {
        Some(staff) => Ok(app.member_of(staff, session.began_at).await?.is_some()),
        None => Ok(false),
    }
}

/// A new session in the place of the one before.
async fn complete(
    app: &App,
    former: &StaffSession,
    given: &GivenFactor,
    place: Option<DeskPath>,
) -> Result<Response, WebError> {
    let now = app.now();
    let signed_in_at = match former.stage {
        Stage::SignedIn { signed_in_at, .. } => signed_in_at,
        Stage::Nobody | Stage::Password { .. } => now,
    };
    let stage = Stage::SignedIn { staff: given.staff, factor_at: now, signed_in_at };
    let begun = app.staff_sessions.begin(Some(former), stage, former.began_at, now).await?;
    let Some(StaffBegun { cookie, session }) = begun else { return Err(WebError::StaffSignInNeeded(place)) };
    if let Some(left) = given.codes_left {
        tell_at_desk(app, &session, &left_words(left)).await;
    }
    let mut response = see_other(place.as_ref().map_or_else(|| given.roles.home().path(), DeskPath::as_str));
    set_staff_cookie(app, &mut response, cookie);
    Ok(response)
}

fn left_words(left: i64) -> String {
    let advice = if left < FEW { "请尽快联系管理员重置。" } else { "" };
    format!("您使用了一个备用码登录，它已失效，还剩 {left} 个。{advice}")
}

fn refused(app: &App, guest: &DeskGuest, form: &Form, slips: &Slips) -> Result<Response, WebError> {
    let place = DeskPath::parse(form.get("return_to"));
    refusal(app, &view(guest, place.as_ref(), slips), slips)
}

fn view(guest: &DeskGuest, place: Option<&DeskPath>, slips: &Slips) -> DeskForm {
    let is_again = matches!(guest.session.stage, Stage::SignedIn { .. });
    let lead = if is_again {
        "接下来的操作影响较大，需要十分钟内的验证。请再输入一次动态验证码。"
    } else {
        "密码正确。请输入手机验证器上显示的动态验证码。"
    };
    let fields = vec![
        FormField::new("code", "动态验证码", "")
            .hint("6 位数字，每 30 秒更换一次，每个只能使用一次。手机不在身边的，可填写一个备用码。")
            .autocomplete("one-time-code")
            .error(slips.of("code")),
    ];
    DeskForm {
        desk: Desk::anonymous(&guest.session.csrf_token),
        title: if is_again { "再次验证" } else { "动态验证码" },
        lead: vec![lead.to_owned()],
        action: "/review/factor",
        errors: slips.errors(error_items(&fields, None)),
        fields,
        button: if is_again { "验证" } else { "登录" },
        return_to: place.map(|place| place.as_str().to_owned()),
    }
}

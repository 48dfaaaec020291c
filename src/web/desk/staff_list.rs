//! `GET /review/staff`: who works here, and a form for one more.

use axum::extract::State;
use axum::response::Response;

use super::form::Slips;
use crate::app::App;
use crate::db::staff::Member;
use crate::domain::form::CITIES;
use crate::domain::staff::{Place, Right, Role};
use crate::views::{Choice, Desk, DeskStaffList, ErrorItem, FormField, StaffRow, StaffStatus, error_items};
use crate::web::kit::error::WebError;
use crate::web::kit::posted::Form;
use crate::web::kit::staff::{Staff, desk_with_told, role_words};
use crate::web::kit::{AppState, page};

/// Under which word the page at an address is told a link that it shows once.
fn word(page: &str) -> String {
    format!("staff-link:{page}")
}

/// Has a page show a link to this administrator, once.
pub(super) async fn tell_link(app: &App, staff: &Staff, page: &str, url: &str) -> Result<(), WebError> {
    Ok(app.staff_sessions.tell(&staff.session, &word(page), &url).await?)
}

/// The link, once. HEAD uses nothing up.
pub(super) async fn told_link(app: &App, staff: &Staff, page: &str) -> Result<Option<String>, WebError> {
    if staff.reads { Ok(app.staff_sessions.told(&staff.session, &word(page)).await?.pop()) } else { Ok(None) }
}

pub(super) const fn status(member: &Member) -> StaffStatus {
    match (member.person.disabled_at, member.person.enrolled_at) {
        (Some(_), _) => StaffStatus { code: "disabled", word: "已停用" },
        (None, None) => StaffStatus { code: "waiting", word: "尚未设置密码" },
        (None, Some(_)) => StaffStatus { code: "enrolled", word: "在用" },
    }
}

/// Where a second factor is given before the page is of use; `None` where it is fresh.
pub(super) fn factor_url(app: &App, staff: &Staff, page: &str) -> Option<String> {
    let is_fresh = staff.is_fresh_for(app, Right::KeepStaff);
    (!is_fresh).then(|| format!("/review/factor?return_to={}", crate::views::query_value(page)))
}

pub(crate) async fn handle(State(app): AppState, staff: Staff) -> Result<Response, WebError> {
    let desk = desk_with_told(&app, &staff, Place::Staff.path()).await;
    let mut view = view(&app, &staff, desk, &Form::default(), &Slips::default()).await?;
    view.enrol_url = told_link(&app, &staff, Place::Staff.path()).await?;
    page(&app, &view)
}

pub(super) async fn view(
    app: &App,
    staff: &Staff,
    desk: Desk,
    form: &Form,
    slips: &Slips,
) -> Result<DeskStaffList, WebError> {
    let row = |member: &Member| StaffRow {
        id: member.person.id.to_string(),
        user_name: member.person.user_name.to_string(),
        roles: role_words(&member.roles),
        status: status(member),
    };
    let is_chosen = |name: &str, value: &str| form.fields().any(|field| field == (name, value));
    let user_name = FormField::new("user", "用户名", form.get("user"))
        .hint("2 至 32 位小写字母、数字，以字母开头。添加后不能修改，会出现在操作记录中。")
        .error(slips.of("user"));
    // 莱芜市's applications are 济南市's.
    let cities = CITIES.into_iter();
    let roles_error = slips.of("role");
    let at_roles = roles_error.clone().map(|message| ErrorItem { field: Some("role".to_owned()), message, link: None });
    let of_fields = error_items(std::slice::from_ref(&user_name), None).into_iter().chain(at_roles);
    Ok(DeskStaffList {
        desk,
        rows: app.all_staff().await?.iter().map(row).collect(),
        roles: Role::ALL.map(|role| Choice::new(role.as_str(), role.title(), is_chosen("role", role.as_str()))).into(),
        cities: cities.map(|city| Choice::new(city, city, is_chosen("city", city))).collect(),
        factor_url: factor_url(app, staff, Place::Staff.path()),
        enrol_url: None,
        errors: slips.errors(of_fields.collect()),
        user_name,
        roles_error,
    })
}

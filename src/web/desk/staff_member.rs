//! `GET` and `POST /review/staff/{id}`: one member of staff, who is disabled, enabled or reset.

use axum::extract::{Path, State};
use axum::response::Response;
use secrecy::ExposeSecret;

use super::form::{Slips, refusal};
use super::staff_list::{factor_url, status, tell_link, told_link};
use crate::app::App;
use crate::app::staff::MemberError;
use crate::db::staff::Member;
use crate::domain::staff::Place;
use crate::ids::StaffId;
use crate::views::{Desk, DeskStaffMember, FormField, SummaryRow, error_items};
use crate::web::kit::error::WebError;
use crate::web::kit::posted::Form;
use crate::web::kit::staff::{Staff, StaffPost, desk_with_told, role_words, told_at_desk};
use crate::web::kit::words::china_time;
use crate::web::kit::{AppState, page};

/// Characters of a reason, at most.
const LONGEST_REASON: usize = 200;

pub(crate) async fn show(State(app): AppState, staff: Staff, Path(id): Path<String>) -> Result<Response, WebError> {
    let member = member(&app, &id).await?;
    let desk = desk_with_told(&app, &staff, Place::Staff.path()).await;
    let mut view = view(&app, &staff, desk, &member, &Slips::default());
    view.enrol_url = told_link(&app, &staff, &address(member.person.id)).await?;
    page(&app, &view)
}

pub(crate) async fn act(
    State(app): AppState,
    Path(id): Path<String>,
    StaffPost { staff, form }: StaffPost,
) -> Result<Response, WebError> {
    let member = member(&app, &id).await?;
    // Whoever lost a factor is helped by somebody else, and nobody locks themselves out.
    if member.person.id == staff.id {
        return Err(WebError::NotFound);
    }
    let (id, by, now) = (member.person.id, staff.user_name.as_str(), app.now());
    let done = match form.get("action") {
        "disable" => app.disable_staff(id, by, now).await.map(|()| "已停用，已登录的页面全部退出。"),
        "enable" => app.enable_staff(id, by, now).await.map(|()| "已启用。"),
        "reset" => return reset(&app, &staff, &member, &form).await,
        _ => return Err(WebError::BadRequest("no such action")),
    };
    let words = match done {
        Ok(words) => words,
        Err(MemberError::Unchanged) => "已由其他管理员处理，没有变化。",
        Err(error) => return Err(failed(error)),
    };
    Ok(told_at_desk(&app, &staff, words, &address(id)).await)
}

async fn reset(app: &App, staff: &Staff, member: &Member, form: &Form) -> Result<Response, WebError> {
    let reason = form.get("reason").trim();
    let mut slips = Slips::default();
    if reason.is_empty() {
        slips.at("reason", "请填写重置的原因");
    } else if reason.chars().count() > LONGEST_REASON {
        slips.at("reason", format!("原因不能超过 {LONGEST_REASON} 字"));
    }
    if slips.any() {
        let mut view = view(app, staff, staff.desk().at(Place::Staff.path()), member, &slips);
        reason.clone_into(&mut view.reason.value);
        return refusal(app, &view, &slips);
    }
    let id = member.person.id;
    let link = app.reset_staff(id, reason, staff.user_name.as_str(), app.now()).await.map_err(failed)?;
    tell_link(app, staff, &address(id), link.expose_secret()).await?;
    Ok(told_at_desk(app, staff, "已重置。", &address(id)).await)
}

fn failed(error: MemberError) -> WebError {
    match error {
        MemberError::App(error) => error.into(),
        MemberError::NoSuchMember | MemberError::NameTaken | MemberError::Unchanged => WebError::NotFound,
    }
}

fn address(id: StaffId) -> String {
    format!("/review/staff/{id}")
}

async fn member(app: &App, id: &str) -> Result<Member, WebError> {
    let id: StaffId = id.parse().map_err(|_| WebError::NotFound)?;
    app.staff_by_id(id).await?.ok_or(WebError::NotFound)
}

fn view(app: &App, staff: &Staff, desk: Desk, member: &Member, slips: &Slips) -> DeskStaffMember {
    let person = &member.person;
    let mut rows = vec![
        SummaryRow::new("状态", status(member).word),
        SummaryRow::new("职责", role_words(&member.roles)),
        SummaryRow::new("添加时间", china_time(person.created_at)),
    ];
    let times = [("设置时间", person.enrolled_at), ("停用时间", person.disabled_at)];
    rows.extend(times.into_iter().filter_map(|(label, at)| Some(SummaryRow::new(label, china_time(at?)))));
    let reason = FormField::new("reason", "重置原因", "")
        .hint("写明由谁、在何处核对了本人身份。会保存在记录中。")
        .error(slips.of("reason"));
    DeskStaffMember {
        desk,
        id: person.id.to_string(),
        user_name: person.user_name.to_string(),
        rows,
        may_change: person.id != staff.id,
        is_disabled: person.disabled_at.is_some(),
        factor_url: factor_url(app, staff, &address(person.id)),
        enrol_url: None,
        errors: slips.errors(error_items(std::slice::from_ref(&reason), None)),
        reason,
    }
}

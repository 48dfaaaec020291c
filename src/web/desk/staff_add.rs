//! `POST /review/staff`: one more member of staff.

use axum::extract::State;
use axum::response::Response;
use secrecy::ExposeSecret;

use super::form::{Slips, refusal};
use super::staff_list::{tell_link, view};
use crate::app::staff::{MemberError, NewMember};
use crate::domain::staff::{BadRoles, Place, Role, Roles, UserName};
use crate::web::kit::AppState;
use crate::web::kit::error::WebError;
use crate::web::kit::posted::Form;
use crate::web::kit::staff::{StaffPost, told_at_desk};

const BAD_NAME: &str = "用户名为 2 至 32 位小写字母、数字和 . _ -，以字母开头";

pub(crate) async fn handle(State(app): AppState, StaffPost { staff, form }: StaffPost) -> Result<Response, WebError> {
    let mut slips = Slips::default();
    let user_name = UserName::parse(form.get("user").trim());
    if user_name.is_none() {
        slips.at("user", BAD_NAME);
    }
    let roles = roles(&form);
    if let Err(error) = roles {
        slips.at("role", bad_roles(error));
    }
    if let (Some(user_name), Ok(roles)) = (user_name, roles) {
        let words = format!("已添加 {user_name}。");
        let new = NewMember { user_name, roles, own_number: None };
        match app.add_staff(new, staff.user_name.as_str(), app.now()).await {
            Ok(link) => {
                tell_link(&app, &staff, Place::Staff.path(), link.expose_secret()).await?;
                return Ok(told_at_desk(&app, &staff, &words, Place::Staff.path()).await);
            }
            Err(MemberError::NameTaken) => slips.at("user", "这个用户名已有人使用，请换一个"),
            Err(MemberError::App(error)) => return Err(error.into()),
            Err(MemberError::NoSuchMember | MemberError::Unchanged) => return Err(WebError::NotFound),
        }
    }
    let view = view(&app, &staff, staff.desk().at(Place::Staff.path()), &form, &slips).await?;
    refusal(&app, &view, &slips)
}

fn roles(form: &Form) -> Result<Roles, BadRoles> {
    let values = |name: &'static str| form.fields().filter(move |field| field.0 == name).map(|field| field.1);
    let roles: Vec<Role> = values("role").filter_map(Role::from_word).collect();
    let cities: Vec<String> = values("city").map(str::to_owned).collect();
    Roles::new(roles, &cities)
}

const fn bad_roles(error: BadRoles) -> &'static str {
    match error {
        BadRoles::None => "请至少选择一项职责",
        BadRoles::NoCity => "市级审核请至少选择一个城市",
        BadRoles::CityOfAnother => "只有市级审核需要选择城市，请取消城市或增加市级审核",
        BadRoles::NotACity => "没有这个城市，请重新选择",
    }
}

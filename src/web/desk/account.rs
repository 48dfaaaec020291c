//! `GET /review/account`: what the desk knows of whoever looks.

use axum::extract::State;
use axum::response::Response;

use crate::domain::staff::Place;
use crate::views::{DeskAccount, SummaryRow};
use crate::web::kit::error::WebError;
use crate::web::kit::staff::{Staff, desk_with_told, role_words};
use crate::web::kit::words::china_time;
use crate::web::kit::{AppState, page};

pub(crate) async fn handle(State(app): AppState, staff: Staff) -> Result<Response, WebError> {
    let left = app.recovery_codes_left(staff.id).await?;
    let rows = vec![
        SummaryRow::new("用户名", staff.user_name.to_string()),
        SummaryRow::new("职责", role_words(&staff.roles)),
        SummaryRow::new("最近一次验证", china_time(staff.factor_at())),
        SummaryRow::new("剩余备用码", format!("{left} 个")),
    ];
    page(&app, &DeskAccount { desk: desk_with_told(&app, &staff, Place::Account.path()).await, rows })
}

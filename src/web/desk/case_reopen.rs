//! `POST /review/applications/{id}/reopen`: a decision is taken back, by somebody else and with a fresh factor.

use axum::extract::{Path, State};
use axum::response::Response;

use super::case::{reader, refused};
use super::case_aside::{comment, looked_at, typed};
use super::case_seen::Said;
use super::words::{address, late};
use crate::app::review::Reopened;
use crate::web::kit::AppState;
use crate::web::kit::error::WebError;
use crate::web::kit::staff::{StaffPost, told_at_desk};

pub(crate) async fn handle(
    State(app): AppState,
    Path(id): Path<String>,
    StaffPost { staff, form }: StaffPost,
) -> Result<Response, WebError> {
    let at = looked_at(&id, &form)?;
    let said = match comment(form.get("reason"), "重新审核的原因") {
        Ok(Some(reason)) => match app.reopen_case(&reader(&app, &staff).await?, at, reason, app.now()).await? {
            Reopened::Done => {
                return Ok(told_at_desk(&app, &staff, "已撤销审核结果，等待省级审核。", &address(at.id)).await);
            }
            Reopened::Stale(latest) => Said::conflict(late(&latest)),
            Reopened::OwnDecision => Said::conflict("本件由您审核，须由其他人员重新审核"),
            Reopened::NotTheirs => Said::conflict("此件现在不由您审核"),
            Reopened::AppliedAgain => {
                Said::conflict("该证书另有未办结的补证申请，不能重新审核本件。请先办结另一件申请。")
            }
        },
        Ok(None) => Said::at("reason", "请填写重新审核的原因"),
        Err(words) => Said::at("reason", words),
    };
    refused(&app, &staff, at.id, said, typed(&app, &staff, at.id, &form).await?).await
}

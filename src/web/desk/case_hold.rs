//! `POST /review/applications/{id}/hold`, `/resume`: an application leaves the queue until a day, or comes back before.

use axum::extract::{Path, State};
use axum::response::Response;

use super::case::{reader, refused};
use super::case_aside::{After, comment, looked_at, told, typed};
use super::case_seen::Said;
use super::words::{address, day};
use crate::app::App;
use crate::domain::case::{Hold, HoldProblem};
use crate::domain::china::china_date;
use crate::domain::staff::Place;
use crate::web::kit::AppState;
use crate::web::kit::error::WebError;
use crate::web::kit::posted::Form;
use crate::web::kit::staff::StaffPost;

pub(crate) async fn handle(
    State(app): AppState,
    Path(id): Path<String>,
    StaffPost { staff, form }: StaffPost,
) -> Result<Response, WebError> {
    let at = looked_at(&id, &form)?;
    let hold = match read(&app, &form) {
        Ok(hold) => hold,
        Err(said) => return refused(&app, &staff, at.id, said, typed(&app, &staff, at.id, &form).await?).await,
    };
    let done = format!("已挂起，{} 回到队列。", day(hold.until));
    let acted = app.hold_case(&reader(&app, &staff).await?, at, hold, app.now()).await?;
    told(&app, &staff, &form, After { id: at.id, acted, words: &done, page: Place::Queue.path() }).await
}

pub(crate) async fn resume(
    State(app): AppState,
    Path(id): Path<String>,
    StaffPost { staff, form }: StaffPost,
) -> Result<Response, WebError> {
    let at = looked_at(&id, &form)?;
    let acted = app.resume_case(&reader(&app, &staff).await?, at, app.now()).await?;
    told(&app, &staff, &form, After { id: at.id, acted, words: "已恢复办理，回到队列。", page: &address(at.id) }).await
}

fn read(app: &App, form: &Form) -> Result<Hold, Said> {
    let reason = comment(form.get("reason"), "挂起原因").map_err(|words| Said::at("reason", words))?;
    Hold::new(form.get("until"), reason, china_date(app.now())).map_err(|problem| match problem {
        HoldProblem::NoDay => Said::at("until", "请填写日期，如 2026-10-20"),
        HoldProblem::Passed => Said::at("until", "请填写今天以后的日期"),
        HoldProblem::TooFar => Said::at("until", format!("最多挂起 {} 天", Hold::LONGEST)),
        HoldProblem::ReasonNeeded => Said::at("reason", "请填写挂起原因"),
    })
}

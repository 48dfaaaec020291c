//! `POST /review/applications/{id}/decision`: recommended, decided, or given back to the city.

use axum::extract::{Path, State};
use axum::response::Response;

use super::case::{reader, refused};
use super::case_aside::{comment, version};
use super::case_seen::{Said, Seen};
use super::words::{late, unfit};
use crate::app::App;
use crate::app::review::{Answer, Answered};
use crate::domain::case::{Outcome, Step};
use crate::domain::staff::Place;
use crate::ids::ApplicationId;
use crate::web::kit::AppState;
use crate::web::kit::error::WebError;
use crate::web::kit::posted::Form;
use crate::web::kit::staff::{Staff, StaffPost, told_at_desk};
use crate::web::kit::words::china_clock;

pub(crate) async fn handle(
    State(app): AppState,
    Path(id): Path<String>,
    StaffPost { staff, form }: StaffPost,
) -> Result<Response, WebError> {
    let id: ApplicationId = id.parse().map_err(|_| WebError::NotFound)?;
    let version = version(&form);
    let Some(outcome) = Outcome::from_word(form.get("outcome")) else {
        return again(&app, &staff, id, Said::wrong("请选择审核结果"), &form).await;
    };
    let comment = match comment(form.get("comment"), "审核说明") {
        Ok(comment) => comment,
        Err(words) => return again(&app, &staff, id, Said::at("comment", words), &form).await,
    };
    let reasons = ticked(&form);
    let answer = Answer { version, outcome, reasons, comment };
    match app.answer_case(&reader(&app, &staff).await?, id, answer, app.now()).await? {
        Answered::Done(step) => Ok(told_at_desk(&app, &staff, done(step), Place::Queue.path()).await),
        Answered::Stale(latest) => again(&app, &staff, id, Said::conflict(late(&latest)), &form).await,
        Answered::Held { by, until } => {
            let words = format!("{by} 正在办理此件，至 {}。需要由您办理的，请先接手。", china_clock(until));
            again(&app, &staff, id, Said::conflict(words), &form).await
        }
        Answered::Unfit(problem) => again(&app, &staff, id, Said::wrong(unfit(problem)), &form).await,
        Answered::UnknownReason => again(&app, &staff, id, Said::wrong("勾选的原因已停用，请重新选择"), &form).await,
    }
}

fn ticked(form: &Form) -> Vec<String> {
    form.fields().filter(|(name, _)| *name == "reasons").map(|(_, code)| code.to_owned()).collect()
}

const fn done(step: Step) -> &'static str {
    match step {
        Step::Recommend { approve: true } => "已提出建议：通过，报省级审核。",
        Step::Recommend { approve: false } => "已提出建议：不通过，报省级审核。",
        Step::Decide { approve: true } => "审核通过。",
        Step::Decide { approve: false } => "审核未过，申请人将看到原因。",
        Step::Return => "已退回市级。",
    }
}

async fn again(app: &App, staff: &Staff, id: ApplicationId, said: Said, form: &Form) -> Result<Response, WebError> {
    let seen = Seen {
        is_revealed: app.is_revealed(staff.id, id).await?,
        reasons: Some(ticked(form)),
        comment: form.get("comment").to_owned(),
        ..Seen::default()
    };
    refused(app, staff, id, said, seen).await
}

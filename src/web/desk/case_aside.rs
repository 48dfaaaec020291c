//! What can be done with an application besides answering it: notes, 挂起, and taking a decision back.

use axum::response::Response;

use super::case::refused;
use super::case_seen::{Said, Seen};
use super::words::late;
use crate::app::App;
use crate::app::review::{Acted, At};
use crate::domain::case::{Comment, CommentProblem};
use crate::ids::ApplicationId;
use crate::web::kit::error::WebError;
use crate::web::kit::posted::Form;
use crate::web::kit::staff::{Staff, told_at_desk};
use crate::web::kit::words::china_clock;

/// What a form of these says was looked at.
pub(super) fn looked_at(id: &str, form: &Form) -> Result<At, WebError> {
    let id: ApplicationId = id.parse().map_err(|_| WebError::NotFound)?;
    Ok(At { id, version: version(form) })
}

/// Of the case. What is no version was never looked at: the case has gone beyond it.
pub(super) fn version(form: &Form) -> i32 {
    form.get("version").parse().unwrap_or_default()
}

/// Words for colleagues, or why they cannot be taken.
pub(super) fn comment(text: &str, label: &str) -> Result<Option<Comment>, String> {
    Comment::new(text).map_err(|problem| match problem {
        CommentProblem::TooLong => format!("{label}不能超过 {} 字", Comment::LONGEST),
        CommentProblem::Control => format!("{label}含有无法识别的字符，请删除后重新填写"),
    })
}

/// What was typed into the forms of a page.
pub(super) async fn typed(app: &App, staff: &Staff, id: ApplicationId, form: &Form) -> Result<Seen, WebError> {
    let text = |name| form.get(name).to_owned();
    Ok(Seen {
        is_revealed: app.is_revealed(staff.id, id).await?,
        note: text("note"),
        until: text("until"),
        reason: text("reason"),
        ..Seen::default()
    })
}

/// An act, and what is said where it was done.
pub(super) struct After<'a> {
    pub(super) id: ApplicationId,
    pub(super) acted: Acted,
    pub(super) words: &'a str,
    /// Where it goes on.
    pub(super) page: &'a str,
}

/// Says what became of an act: on the page that follows, or on the same one again.
pub(super) async fn told(app: &App, staff: &Staff, form: &Form, after: After<'_>) -> Result<Response, WebError> {
    let After { id, acted, words, page } = after;
    let said = match acted {
        Acted::Done => return Ok(told_at_desk(app, staff, words, page).await),
        Acted::Stale(latest) => Said::conflict(late(&latest)),
        Acted::Held { by, until } => {
            Said::conflict(format!("{by} 正在办理此件，至 {}。需要由您办理的，请先接手。", china_clock(until)))
        }
        Acted::NotTheirs => Said::conflict("此件现在不由您审核"),
    };
    refused(app, staff, id, said, typed(app, staff, id, form).await?).await
}

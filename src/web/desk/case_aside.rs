//! What can be done with an application besides answering it: notes, 挂起, and taking a decision back.

use axum::response::Response;
use chrono::TimeDelta;

use super::case::{Said, Seen, Sight, refused};
use super::case_answer::late;
use super::case_hand::address;
use super::staff_list::factor_url;
use super::words::day;
use crate::app::App;
use crate::app::review::{Acted, At, DecidedBy};
use crate::domain::case::{Comment, CommentProblem};
use crate::domain::china::china_date;
use crate::domain::staff::Right;
use crate::ids::ApplicationId;
use crate::views::{CaseAsides, CaseReopen, FormField};
use crate::web::kit::error::WebError;
use crate::web::kit::posted::Form;
use crate::web::kit::staff::{Staff, told_at_desk};
use crate::web::kit::words::china_clock;

pub(super) fn asides(app: &App, staff: &Staff, sight: Sight<'_>) -> CaseAsides {
    let Sight { looked, seen, said } = sight;
    let error = |field: &str| said.filter(|said| said.field == Some(field)).map(|said| said.words.clone());
    let field = |name: &'static str, label, value: &str| FormField::new(name, label, value).error(error(name));
    let today = china_date(app.now());
    let is_free = looked.may_answer && (looked.is_mine || looked.holder.is_none());
    let hold = || {
        let until = field("until", "挂起至", &seen.until).date(today + TimeDelta::days(1));
        vec![until, field("reason", "挂起原因", &seen.reason).long()]
    };
    let reopen = || CaseReopen {
        reason: field("reason", "重新审核的原因", &seen.reason).long(),
        factor_url: factor_url(app, staff, &address(looked.case.id)),
    };
    let on_hold = looked.case.held_until.filter(|_| looked.case.is_on_hold(today));
    CaseAsides {
        note: staff.roles.may(Right::Examine).then(|| field("note", "备注", &seen.note).long()),
        hold: if is_free && on_hold.is_none() { hold() } else { Vec::new() },
        on_hold: on_hold.map(day),
        may_resume: is_free && on_hold.is_some(),
        reopen: (looked.decided == Some(DecidedBy::Colleague) && staff.roles.may(Right::Reopen)).then(reopen),
    }
}

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

//! `GET /link`: 原账户承接. The forms' own handlers render the same page with what was typed.

use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;

use super::link_forms::Typed;
use super::link_view::view;
use crate::web::kit::error::WebError;
use crate::web::kit::visitor::SignedIn;
use crate::web::kit::{AppState, page, see_other};

#[derive(Deserialize)]
pub(crate) struct About {
    /// To be chosen in the request's form.
    account: Option<String>,
    /// The open task that a repeated request was added to.
    open: Option<String>,
}

pub(crate) async fn handle(
    State(app): AppState,
    visitor: SignedIn,
    Query(about): Query<About>,
) -> Result<Response, WebError> {
    let found = app.link_page(visitor.person).await?;
    let typed = Typed { account: about.account.unwrap_or_default(), ..Typed::default() };
    let again =
        found.tasks.iter().map(|task| task.number.to_string()).find(|number| Some(number) == about.open.as_ref());
    let mut view = view(&app, &visitor, found, typed).await?;
    if let Some(number) = again {
        let words = format!("同样的核实申请（第 {number} 号）正在办理，无需重复申请；这次填写的内容已补充进去。");
        view.chrome = view.chrome.with_notice(words);
    }
    page(&app, &view)
}

/// The page of a refused form has the address of its form; a reload by GET shows the page afresh.
pub(crate) async fn again() -> Response {
    see_other("/link")
}

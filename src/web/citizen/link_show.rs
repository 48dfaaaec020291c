//! `GET /link`: 找回原账户. The forms' own handlers render the same page with what was typed.

use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;

use super::account_handle;
use super::link_forms::Typed;
use super::link_view::view;
use crate::app::App;
use crate::app::linking::RefusedRequest;
use crate::domain::verification::Ask;
use crate::web::kit::error::WebError;
use crate::web::kit::visitor::SignedIn;
use crate::web::kit::{AppState, page, see_other};

#[derive(Deserialize)]
pub(crate) struct About {
    /// The answer to the page's question.
    ask: Option<String>,
    /// The number of a refused request that is to be added to.
    again: Option<String>,
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
    let ask = about.ask.as_deref().and_then(Ask::from_word);
    let typed = match about.again {
        Some(number) => once_more(&app, &visitor, &number).await?,
        None => Typed { ask, account: about.account.unwrap_or_default(), ..Typed::default() },
    };
    let again =
        found.tasks.iter().map(|task| task.number.to_string()).find(|number| Some(number) == about.open.as_ref());
    let mut view = view(&app, &visitor, found, typed).await?;
    if let Some(number) = again {
        let words = format!("同样的核实申请（第 {number} 号）正在办理，无需重复申请；这次填写的内容已补充进去。");
        view.chrome = view.chrome.with_notice(words);
    }
    page(&app, &view)
}

/// The form of a request that was refused, with what was said in it.
async fn once_more(app: &App, visitor: &SignedIn, number: &str) -> Result<Typed, WebError> {
    let number = number.parse().map_err(|_| WebError::NotFound)?;
    let RefusedRequest { task, statement, account } = app.refused_request(visitor.person, number).await?;
    let is_about_account = account.is_some() || !statement.old_number.is_empty();
    Ok(Typed {
        ask: Some(if is_about_account { Ask::Forgotten } else { Ask::Missing }),
        again: Some(task),
        account: account.map(|id| account_handle::handle(&visitor.session, id)).transpose()?.unwrap_or_default(),
        statement,
        ..Typed::default()
    })
}

/// The page of a refused form has the address of its form; a reload by GET shows the page afresh.
pub(crate) async fn again() -> Response {
    see_other("/link")
}

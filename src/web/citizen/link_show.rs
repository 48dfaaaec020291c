//! `GET /link`: 找回原账户. The forms' own handlers render the same page with what was typed.

use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;

use super::account_handle;
use super::link_forms::Typed;
use super::link_view::view;
use super::request_form::LOST;
use crate::app::App;
use crate::app::drafts::{Cause, Chosen, ClaimDraft, DraftOf, Kept, PictureKind, PictureName, RequestDraft};
use crate::app::linking::{LinkPage, RefusedRequest};
use crate::domain::verification::{Ask, Field};
use crate::views::Menu;
use crate::web::kit::drafts::with_draft;
use crate::web::kit::error::WebError;
use crate::web::kit::told::chrome_with_told;
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
    /// What was typed and not sent.
    draft: Option<String>,
}

pub(crate) async fn handle(
    State(app): AppState,
    visitor: SignedIn,
    Query(about): Query<About>,
) -> Result<Response, WebError> {
    let found = app.link_page(visitor.person).await?;
    let ask = about.ask.as_deref().and_then(Ask::from_word);
    let Drafts { typed, cause } = match (about.again, about.draft) {
        (Some(number), _) => Drafts { typed: once_more(&app, &visitor, &number).await?, cause: None },
        (None, Some(of)) if of == "claim" => claim_draft(&app, &visitor).await?,
        (None, Some(_)) => request_draft(&app, &visitor, &found).await?,
        (None, None) => {
            let typed = Typed { ask, account: about.account.unwrap_or_default(), ..Typed::default() };
            Drafts { typed, cause: None }
        }
    };
    let mut view = view(&app, &visitor, found, typed).await?;
    view.chrome = chrome_with_told(&app, &visitor, Menu::Link).await;
    if let Some(cause) = cause {
        view.chrome = with_draft(view.chrome, cause);
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

#[derive(Default)]
struct Drafts {
    typed: Typed,
    /// `None` where there is none.
    cause: Option<Cause>,
}

/// The number that was typed and not sent.
async fn claim_draft(app: &App, visitor: &SignedIn) -> Result<Drafts, WebError> {
    let Some(Kept { typed, cause }) = app.draft::<ClaimDraft>(visitor.person, &DraftOf::Claim).await? else {
        return Ok(Drafts::default());
    };
    Ok(Drafts { typed: Typed { claim_number: typed.old_number, ..Typed::default() }, cause: Some(cause) })
}

/// The request that was typed and not sent.
async fn request_draft(app: &App, visitor: &SignedIn, found: &LinkPage) -> Result<Drafts, WebError> {
    let Some(Kept { typed, cause }) = app.draft::<RequestDraft>(visitor.person, &DraftOf::Request).await? else {
        return Ok(Drafts::default());
    };
    let RequestDraft { ask, again, chosen, statement, picture_token } = typed;
    let account = match chosen {
        Some(Chosen { csrf_token, handle }) => {
            let offered = found.offered.iter().map(|account| account.id);
            account_handle::find_by(&csrf_token, &handle, offered)?
        }
        None => None,
    };
    let account = account.map(|id| account_handle::handle(&visitor.session, id)).transpose()?.unwrap_or_default();
    let is_there = match &picture_token {
        Some(token) => app.has_picture(visitor.person, &PictureName::of(PictureKind::Evidence, token)).await?,
        None => true,
    };
    let picture_token = picture_token.filter(|_| is_there);
    let errors = if is_there { Vec::new() } else { vec![(Field::Evidence, LOST.to_owned())] };
    let ask = Ask::from_word(&ask);
    let typed = Typed { ask, again, account, statement, picture_token, errors, ..Typed::default() };
    Ok(Drafts { typed, cause: Some(cause) })
}

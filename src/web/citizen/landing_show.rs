//! `GET /`

use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;

use crate::app::App;
use crate::session::Visitor;
use crate::views::{Chrome, LandingShow, login_url};
use crate::web::kit::cookies::login_browsers;
use crate::web::kit::error::WebError;
use crate::web::kit::return_path::ReturnPath;
use crate::web::kit::visitor::MaybeSignedIn;
use crate::web::kit::{AppState, page, see_other};

#[derive(Deserialize)]
pub(crate) struct Wanted {
    return_to: Option<String>,
}

pub(crate) async fn handle(
    State(app): AppState,
    MaybeSignedIn(session): MaybeSignedIn,
    Query(wanted): Query<Wanted>,
    headers: HeaderMap,
) -> Result<Response, WebError> {
    let path = wanted.return_to.as_deref().and_then(ReturnPath::parse);
    // A held visitor gets the sign-in here, to try another account.
    if let Some(Visitor::SignedIn { .. }) = session.map(|session| session.visitor) {
        return Ok(see_other(path.as_ref().map_or("/reissue", ReturnPath::as_str)));
    }
    let path = path.as_ref().map(ReturnPath::as_str);
    let view = LandingShow {
        chrome: Chrome::anonymous(""),
        login_url: login_url(path),
        sign_in_needed: path.is_some(),
        portal_is_silent: app.portal.is_silent(),
        timed_out: timed_out(&app, &headers).await,
    };
    page(&app, &view)
}

/// What became of a form that this browser sent after its session had ended.
async fn timed_out(app: &App, headers: &HeaderMap) -> Option<&'static str> {
    let waiting = match app.unsent(&login_browsers(app, headers)).await {
        Ok(waiting) => waiting,
        Err(error) => {
            tracing::warn!(error = &error as &dyn std::error::Error, "whether a form is kept cannot be told");
            return None;
        }
    };
    if waiting.iter().any(|unsent| unsent.draft.is_some()) {
        return Some("登录已超时，您填写的内容已保留；尚未提交。请在 30 分钟内重新登录，登录后接着填写、提交。");
    }
    (!waiting.is_empty()).then_some("登录已超时，刚才的操作没有提交。请重新登录后再操作。")
}

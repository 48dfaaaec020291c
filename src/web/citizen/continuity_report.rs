//! `POST /continuity/report`: 有缺少 leads to the request, 不是我的 hides an account at once.

use axum::extract::State;
use axum::response::Response;

use super::account_handle;
use super::late_forms::ActForm;
use crate::app::linking::Reported;
use crate::web::kit::error::WebError;
use crate::web::kit::posted::Posted;
use crate::web::kit::told::{Told, told_at};
use crate::web::kit::visitor::SignedIn;
use crate::web::kit::{AppState, see_other};

pub(crate) async fn handle(
    State(app): AppState,
    Posted { visitor, form, .. }: Posted<SignedIn, ActForm>,
) -> Result<Response, WebError> {
    match form.get("kind") {
        "missing" => Ok(told_at(&app, &visitor, Told::Missing, "/link?ask=missing#request").await),
        "not_mine" => {
            let linked = app.linked_accounts(visitor.person).await?;
            let linked = linked.shown.into_iter().chain(linked.frozen);
            let account = account_handle::resolve(&visitor.session, form.get("account"), linked)?;
            // Idempotent: a second click finds the account frozen already.
            match app.report_not_mine(&visitor.asker(), account, app.now()).await? {
                Reported::Frozen { task } => Ok(told_at(&app, &visitor, Told::NotMine { task }, "/continuity").await),
                Reported::Already => Ok(see_other("/continuity")),
            }
        }
        _ => Err(WebError::BadRequest("unknown kind of report")),
    }
}

//! `POST /link/proof`: the old password of an account that was offered.

use axum::extract::State;
use axum::response::Response;

use super::account_handle;
use super::late_forms::ActForm;
use super::link_forms::Typed;
use super::link_view::{locked, refused};
use crate::app::linking::Proof;
use crate::app::{App, AppError};
use crate::domain::verification::check_password;
use crate::web::kit::error::WebError;
use crate::web::kit::posted::Posted;
use crate::web::kit::told::{Told, told_at};
use crate::web::kit::visitor::SignedIn;
use crate::web::kit::{AppState, see_other};

pub(crate) async fn handle(
    State(app): AppState,
    Posted { visitor, form, .. }: Posted<SignedIn, ActForm>,
) -> Result<Response, WebError> {
    let handle = form.get("account");
    let offered = app.offered_accounts(visitor.person).await?;
    let account = match account_handle::find(&visitor.session, handle, offered)? {
        Some(account) => account,
        None if is_joined(&app, &visitor, handle).await? => return Ok(see_other("/link")),
        None => return Err(account_handle::denied(&visitor.session)),
    };
    let wrong = |message: String| Typed { proof: Some((handle.to_owned(), message)), ..Typed::default() };
    let password = form.get("password");
    if let Some(message) = check_password(password) {
        return refused(&app, &visitor, wrong(message), "/link").await;
    }
    match app.prove(&visitor.asker(), account, password, app.now()).await {
        Ok(Proof::Linked { accounts }) => Ok(told_at(&app, &visitor, Told::Proved { accounts }, "/continuity").await),
        Ok(Proof::Wrong { tries_left }) => refused(&app, &visitor, wrong(words(tries_left)), "/link").await,
        Ok(Proof::Locked(exhausted)) => locked(&app, &visitor, Typed::default(), exhausted).await,
        Err(AppError::NotFound) if is_joined(&app, &visitor, handle).await? => Ok(see_other("/link")),
        Err(error) => Err(error.into()),
    }
}

/// A second click, or an older form: the account is linked already.
async fn is_joined(app: &App, visitor: &SignedIn, handle: &str) -> Result<bool, WebError> {
    let joined = app.linked_accounts(visitor.person).await?.shown;
    Ok(account_handle::find(&visitor.session, handle, joined)?.is_some())
}

/// After a wrong password.
fn words(tries_left: u32) -> String {
    const FORGOTTEN: &str = "请确认填写的是当年登录原系统用的密码；忘记密码的，可申请人工核实";
    match tries_left {
        0 => format!("密码不正确，已没有再试的次数，须等锁定结束。{FORGOTTEN}"),
        // No limit is configured.
        u32::MAX => format!("密码不正确。{FORGOTTEN}"),
        left => format!("密码不正确，还可以再试 {left} 次。{FORGOTTEN}"),
    }
}

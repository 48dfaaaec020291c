//! `POST /link/claim`: an account under another number, by that number and its old password.

use axum::extract::State;
use axum::response::Response;

use super::late_forms::{CLAIM_DRAFT, ClaimForm};
use super::link_forms::Typed;
use super::link_view::{locked, refused};
use crate::app::App;
use crate::app::drafts::{Cause, ClaimDraft, DraftOf, Kept};
use crate::app::linking::Claim;
use crate::domain::verification::{Field, check_old_number, check_password};
use crate::web::kit::AppState;
use crate::web::kit::error::WebError;
use crate::web::kit::posted::Posted;
use crate::web::kit::told::{Told, told_at};
use crate::web::kit::visitor::SignedIn;

/// One message for every cause: nobody learns which numbers the old systems know.
const WRONG: &str = "没有找到证件号码和密码都相符的账户。请核对后重新填写；忘记密码的，可申请人工核实";

pub(crate) async fn handle(
    State(app): AppState,
    Posted { visitor, form, .. }: Posted<SignedIn, ClaimForm>,
) -> Result<Response, WebError> {
    let (number, password) = (form.get("old_number"), form.get("password"));
    let typed = |number_error, password_error| Typed {
        claim_number: number.to_owned(),
        claim_number_error: number_error,
        claim_password_error: password_error,
        ..Typed::default()
    };
    let slip = form.overlong("old_number", Field::OldNumber.label()).or_else(|| check_old_number(number));
    let slips = (slip, check_password(password));
    if slips.0.is_some() || slips.1.is_some() {
        return kept(&app, &visitor, typed(slips.0, slips.1)).await;
    }
    match app.claim(&visitor.asker(), number, password, app.now()).await? {
        Claim::Received { task } => {
            app.drop_draft(visitor.person, &DraftOf::Claim, None).await;
            Ok(told_at(&app, &visitor, Told::Claimed { task }, "/link").await)
        }
        Claim::Wrong => kept(&app, &visitor, typed(Some(WRONG.to_owned()), None)).await,
        Claim::Locked(exhausted) => locked(&app, &visitor, typed(None, None), exhausted).await,
    }
}

/// The form again; GET shows the number too, and never a password.
async fn kept(app: &App, visitor: &SignedIn, typed: Typed) -> Result<Response, WebError> {
    let draft = Kept { cause: Cause::Refused, typed: ClaimDraft { old_number: typed.claim_number.clone() } };
    app.keep_draft(visitor.person, &DraftOf::Claim, &draft).await?;
    refused(app, visitor, typed, CLAIM_DRAFT).await
}

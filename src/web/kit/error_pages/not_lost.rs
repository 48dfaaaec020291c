//! A form whose answer is a failure of ours or a rate limit is kept as a draft, whatever failed and wherever its handler was.

use axum::http::StatusCode;

use crate::app::App;
use crate::app::drafts::Cause;
use crate::views::KeptForm;
use crate::web::kit::slot::{Slot, Typed};

/// Keeps what was typed. Answers how the page speaks of it; `None` where nothing was kept.
pub(super) async fn keep(app: &App, slot: &Slot, status: StatusCode) -> Option<KeptForm> {
    let cause = match status {
        StatusCode::TOO_MANY_REQUESTS => Cause::Refused,
        status if status.is_server_error() => Cause::Failed,
        _ => return None,
    };
    if slot.is_kept() {
        return Some(KeptForm::UntilSignIn);
    }
    let Typed { person, unsent } = slot.typed()?;
    if let Err(error) = app.draft_of_unsent(person, &unsent, cause).await {
        tracing::warn!(error = &error as &dyn std::error::Error, "a form that failed is not kept");
        return None;
    }
    Some(KeptForm::At(unsent.address))
}

//! `GET /review/recovery-codes`: the codes that a first visit made, once.

use axum::extract::State;
use axum::response::Response;

use crate::app::App;
use crate::domain::staff::RecoveryCode;
use crate::session::StaffSession;
use crate::views::DeskCodes;
use crate::web::kit::error::WebError;
use crate::web::kit::staff::Staff;
use crate::web::kit::{AppState, page};

const CODES: &str = "recovery-codes";

/// Has the page show the codes, once.
pub(super) async fn keep(app: &App, session: &StaffSession, codes: &[RecoveryCode]) -> Result<(), WebError> {
    let shown: Vec<String> = codes.iter().map(RecoveryCode::shown).collect();
    Ok(app.staff_sessions.tell(session, CODES, &shown).await?)
}

pub(crate) async fn handle(State(app): AppState, staff: Staff) -> Result<Response, WebError> {
    // HEAD uses nothing up (RFC 9110 §9.2.1).
    let codes: Vec<Vec<String>> =
        if staff.reads { app.staff_sessions.told(&staff.session, CODES).await? } else { Vec::new() };
    let codes = codes.into_iter().flatten().collect();
    page(&app, &DeskCodes { desk: staff.desk(), codes, home: staff.home() })
}

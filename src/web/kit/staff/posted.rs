//! What staff posted from a page of theirs: its fields are to be had only where the session and the session's CSRF token were checked.

use axum::extract::{FromRequest, FromRequestParts, Request};
use std::sync::Arc;

use super::Staff;
use crate::app::App;
use crate::web::kit::error::WebError;
use crate::web::kit::posted::{Form, MAX_SENT_BY_ANYBODY, read_lines};

/// What staff write to one another, in several lines.
const LINES: [&str; 3] = ["comment", "note", "reason"];

/// A form that the session of a member of staff handed out.
#[derive(Debug)]
pub(crate) struct StaffPost {
    pub(crate) staff: Staff,
    pub(crate) form: Form,
}

impl FromRequest<Arc<App>> for StaffPost {
    type Rejection = WebError;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, WebError> {
        let (mut parts, body) = request.into_parts();
        let staff = Staff::from_request_parts(&mut parts, app).await?;
        let form = read_lines(Request::from_parts(parts, body), MAX_SENT_BY_ANYBODY, &LINES).await?;
        if staff.session.accepts(form.get("csrf_token")) { Ok(Self { staff, form }) } else { Err(WebError::Csrf) }
    }
}

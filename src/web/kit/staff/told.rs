//! What the next page of the desk says once, such as that something was done.

use axum::response::Response;

use super::Staff;
use crate::app::App;
use crate::session::StaffSession;
use crate::views::Desk;
use crate::web::kit::see_other;

const NOTICES: &str = "notices";

/// "See other" to a page that says so once. What was done is done, also where Redis does not take the message.
pub(crate) async fn told_at_desk(app: &App, staff: &Staff, words: &str, path: &str) -> Response {
    tell_at_desk(app, &staff.session, words).await;
    see_other(path)
}

/// Has the next page of a session say so once.
pub(crate) async fn tell_at_desk(app: &App, session: &StaffSession, words: &str) {
    if let Err(error) = app.staff_sessions.tell(session, NOTICES, &words).await {
        tracing::warn!(%error, "a page of the desk will not say what was done");
    }
}

/// Header and menu of the page at an address of the menu, with what it has to say once. HEAD uses nothing up (RFC 9110 §9.2.1).
pub(crate) async fn desk_with_told(app: &App, staff: &Staff, menu: &str) -> Desk {
    let mut desk = staff.desk().at(menu);
    if staff.reads {
        match app.staff_sessions.told::<String>(&staff.session, NOTICES).await {
            Ok(told) => desk.notices = told,
            Err(error) => tracing::warn!(%error, "a page of the desk does not say what was done"),
        }
    }
    desk
}

//! Who asks at the desk: the session of staff, and what a page demands of it.

mod door;
mod guest;
mod posted;
mod told;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method};
use chrono::{DateTime, Utc};
use std::sync::Arc;

use super::cookies::{cookie_values, staff_cookie_name};
use super::error::WebError;
use super::return_path::DeskPath;
use super::slot::{DeskSlot, Slot};
use crate::app::App;
use crate::app::staff::Seat;
use crate::domain::staff::{Place, Right, Role, Roles, UserName};
use crate::ids::StaffId;
use crate::session::{StaffSession, Stage};
use crate::views::{Desk, DeskLink, DeskStaff, Ends};

pub(crate) use door::{from_allowed_networks, only_for};
pub(crate) use guest::{DeskGuest, PostedByDeskGuest};
pub(crate) use posted::StaffPost;
pub(crate) use told::{desk_with_told, tell_at_desk, told_at_desk};

/// The session of whoever asks at the desk, whatever its stage.
async fn staff_session(app: &App, headers: &HeaderMap) -> Result<Option<StaffSession>, WebError> {
    // A sibling application can plant worthless values of our name beside the real one.
    for value in cookie_values(headers, staff_cookie_name(app)) {
        if let Some(session) = app.staff_sessions.load(value, app.now()).await? {
            return Ok(Some(session));
        }
    }
    Ok(None)
}

/// A member of staff who has signed in with both factors; another visitor is sent to the sign-in and returns afterwards.
#[derive(Clone, Debug)]
pub(crate) struct Staff {
    pub(crate) id: StaffId,
    pub(crate) user_name: UserName,
    pub(crate) roles: Roles,
    pub(crate) session: StaffSession,
    /// The request is a GET: its answer is looked at.
    pub(crate) reads: bool,
    seat: Seat,
}

impl Staff {
    /// To everybody else what the right is for is not there.
    pub(crate) fn demand(&self, right: Right) -> Result<(), WebError> {
        if self.roles.may(right) { Ok(()) } else { Err(WebError::NotFound) }
    }

    /// Whether what needs a fresh factor may be done now.
    pub(crate) fn is_fresh_for(&self, app: &App, right: Right) -> bool {
        self.seat.is_fresh_for(right, app.now())
    }

    /// Asks for a second factor, where a right needs a fresh one, and comes back to `page`.
    pub(crate) fn demand_fresh(&self, app: &App, right: Right, page: &str) -> Result<(), WebError> {
        if self.is_fresh_for(app, right) { Ok(()) } else { Err(WebError::FactorNeeded(DeskPath::parse(page))) }
    }

    /// When a second factor was given last.
    pub(crate) const fn factor_at(&self) -> DateTime<Utc> {
        self.seat.factor_at
    }

    /// Header and menu of a page.
    pub(crate) fn desk(&self) -> Desk {
        let link = |place: Place| place.menu().map(|text| DeskLink { url: place.path(), text, is_here: false });
        Desk {
            staff: Some(DeskStaff { user_name: self.user_name.to_string(), roles: role_words(&self.roles) }),
            ends: Some(Ends { idle: self.session.ends.idle.as_secs(), absolute: self.session.ends.absolute.as_secs() }),
            menu: self.roles.menu().filter_map(link).collect(),
            ..Desk::anonymous(&self.session.csrf_token)
        }
    }

    /// Where they begin.
    pub(crate) fn home(&self) -> &'static str {
        self.roles.home().path()
    }
}

/// Such as 市级审核（济南市、青岛市），打印.
pub(crate) fn role_words(roles: &Roles) -> String {
    let cities: Vec<&str> = roles.cities().collect();
    let words = |role: Role| match role {
        Role::CityReviewer => format!("{}（{}）", role.title(), cities.join("、")),
        _ => role.title().to_owned(),
    };
    roles.each().map(words).collect::<Vec<_>>().join("，")
}

impl FromRequestParts<Arc<App>> for Staff {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, WebError> {
        if let Some(known) = parts.extensions.get::<Self>() {
            return Ok(known.clone());
        }
        let is_page = parts.method == Method::GET || parts.method == Method::HEAD;
        let wanted = || {
            let path = parts.uri.path_and_query().filter(|_| is_page);
            path.and_then(|path| DeskPath::parse(path.as_str()))
        };
        let session = staff_session(app, &parts.headers).await?;
        let Some(session) = session else { return Err(WebError::StaffSignInNeeded(wanted())) };
        let Some(seat) = app.seat(&session).await? else {
            return Err(match session.stage {
                Stage::Password { .. } => WebError::FactorNeeded(wanted()),
                Stage::Nobody | Stage::SignedIn { .. } => WebError::StaffSignInNeeded(wanted()),
            });
        };
        let Seat { id, user_name, roles, .. } = seat.clone();
        let staff = Self { id, user_name, roles, session, reads: parts.method == Method::GET, seat };
        if let Some(slot) = parts.extensions.get::<Slot>() {
            slot.is_of_desk(DeskSlot { desk: staff.desk(), home: staff.home() });
        }
        parts.extensions.insert(staff.clone());
        Ok(staff)
    }
}

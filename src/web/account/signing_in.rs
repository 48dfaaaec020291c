//! Begins the session of whoever has opened an account.

use axum::http::HeaderMap;
use axum::response::Response;
use chrono::{DateTime, Utc};

use crate::app::App;
use crate::app::account::Opened;
use crate::domain::linking::Way;
use crate::session::{Former, NewSession, Origin, Session, Visitor, random_token};
use crate::web::kit::cookies::{cookie_values, login_browsers, login_cookie_name, session_cookie_name, set_cookie};
use crate::web::kit::error::WebError;
use crate::web::kit::given_back::{Led, given_back};
use crate::web::kit::return_path::ReturnPath;
use crate::web::kit::see_other;
use crate::web::kit::told::{Told, tell};
use crate::web::kit::visitor::Guest;

pub(super) struct Entered {
    pub(super) opened: Opened,
    /// The page that was wanted.
    pub(super) place: Option<ReturnPath>,
    pub(super) began_at: DateTime<Utc>,
    /// What the page that it leads to says once.
    pub(super) told: Option<Told>,
}

impl Entered {
    /// The way on, with the cookie of a new session in the place of the one before. `None` where something has ended this sign-in meanwhile.
    pub(super) async fn begin(
        self,
        app: &App,
        guest: &Guest,
        headers: &HeaderMap,
    ) -> Result<Option<Response>, WebError> {
        let Opened { person, name, first, account } = self.opened;
        let visitor = Visitor::SignedIn { person, name, first, way: Way::Account(account) };
        let new = NewSession {
            former: Some(&guest.session),
            before: Former::of(&guest.session),
            visitor,
            origin: Origin::Account(person),
            login_began_at: self.began_at,
        };
        let Some(cookie) = app.sessions.begin(new, app.now()).await? else { return Ok(None) };
        let target = match &self.place {
            _ if first => "/continuity".to_owned(),
            Some(path) => path.to_string(),
            None => "/reissue".to_owned(),
        };
        let led = Led { session: &Session::name_of(&cookie), target, is_wanted: self.place.is_some() };
        let target = given_back(app, &login_browsers(app, headers), person, led).await;
        if let Some(told) = &self.told {
            tell(app, &Session::name_of(&cookie), &target, told).await;
        }
        let mut response = see_other(&target);
        set_cookie(app, &mut response, session_cookie_name(app), cookie);
        // Under it a form is kept that comes after the session's end.
        if cookie_values(headers, login_cookie_name(app)).next().is_none() {
            set_cookie(app, &mut response, login_cookie_name(app), random_token());
        }
        Ok(Some(response))
    }
}

//! What came after the end of a session goes to its person, who has signed in again.

use crate::app::App;
use crate::app::pending::Browser;
use crate::ids::PersonId;
use crate::web::kit::return_path::ReturnPath;
use crate::web::kit::told::{tell_kept, tell_not_done};

/// Where a sign-in leads.
pub(crate) struct Led<'a> {
    /// The name of its session.
    pub(crate) session: &'a str,
    pub(crate) target: String,
    /// The visitor had asked for the target.
    pub(crate) is_wanted: bool,
}

/// Gives back the forms that wait in this browser, and leads to the newest whoever wanted no page; the others are told on the page that is led to.
/// Whoever signs in is signed in, whatever becomes of the forms.
pub(crate) async fn given_back(app: &App, browsers: &[Browser], person: PersonId, led: Led<'_>) -> String {
    let Led { session, target, is_wanted } = led;
    let given = match app.give_back(browsers, person).await {
        Ok(given) => given,
        Err(error) => {
            tracing::warn!(error = &error as &dyn std::error::Error, "a form that was kept is not given back");
            return target;
        }
    };
    for unsent in given.iter().filter(|unsent| unsent.draft.is_none()) {
        tell_not_done(app, session, &unsent.address).await;
    }
    let newest = given.last().and_then(|unsent| ReturnPath::parse(&unsent.address));
    let target = newest.filter(|_| !is_wanted).map_or(target, |address| address.to_string());
    for unsent in given.iter().filter(|unsent| unsent.draft.is_some() && unsent.address != target) {
        tell_kept(app, session, &target, &unsent.address).await;
    }
    target
}

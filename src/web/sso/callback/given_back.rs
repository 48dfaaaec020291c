//! What came after the end of a session goes to its person, who has signed in again.

use crate::app::App;
use crate::app::pending::Browser;
use crate::ids::PersonId;
use crate::web::kit::return_path::ReturnPath;
use crate::web::kit::told::tell_not_done;

/// Gives back the forms that wait in this browser. The page of the newest; whoever signs in is signed in, whatever becomes of them.
pub(super) async fn given_back(app: &App, browsers: &[Browser], person: PersonId, session: &str) -> Option<ReturnPath> {
    let given = match app.give_back(browsers, person).await {
        Ok(given) => given,
        Err(error) => {
            tracing::warn!(error = &error as &dyn std::error::Error, "a form that was kept is not given back");
            return None;
        }
    };
    for unsent in given.iter().filter(|unsent| unsent.draft.is_none()) {
        tell_not_done(app, session, &unsent.address).await;
    }
    given.last().and_then(|unsent| ReturnPath::parse(&unsent.address))
}

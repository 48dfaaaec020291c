//! Ends a sign-in whose return was taken: asks the portal, and begins the session.

use sso::Callback;
use std::sync::Arc;
use tokio::sync::oneshot;

use super::admission::admitted;
use super::returned::expired;
use crate::app::App;
use crate::app::pending::{Browser, Led, Outcome, Spent};
use crate::session::{Former, NewSession, Origin, Session, Visitor};
use crate::web::kit::error::WebError;
use crate::web::kit::given_back::{self, given_back};
use crate::web::kit::return_path::ReturnPath;
use crate::web::sso::login;

/// The cookie of the session that began, and where its visitor goes.
pub(super) type Finished = Result<(String, String), WebError>;

/// A return whose pending sign-in was taken.
pub(super) struct Back {
    pub(super) handle: String,
    pub(super) login: Vec<u8>,
    pub(super) callback: Callback,
    pub(super) former: Option<Session>,
    pub(super) before: Option<Former>,
    /// By its login cookies.
    pub(super) browsers: Vec<Browser>,
    pub(super) place: Option<ReturnPath>,
}

impl Back {
    /// Ends the sign-in, and notes its outcome for repeated returns. A visitor who leaves meanwhile is signed in all the same, as one who
    /// leaves a moment later.
    pub(super) async fn settle(self, app: Arc<App>, mut spent: Spent, answer: oneshot::Sender<Finished>) {
        let handle = self.handle.clone();
        let finished = self.finish(&app).await;
        spent.outcome = match &finished {
            Ok((cookie, target)) => {
                if answer.is_closed()
                    && let Err(error) = app.hand_over(&handle, cookie).await
                {
                    tracing::warn!(%error, "a page that was loaded again will not lead on");
                }
                Outcome::Led(Led { session: Session::name_of(cookie), target: target.clone() })
            }
            Err(_) => Outcome::Failed,
        };
        if let Err(error) = app.note_outcome(&handle, &spent).await {
            tracing::warn!(%error, "a return that comes again will not lead on");
        }
        if let Err(Err(error)) = answer.send(finished) {
            tracing::info!(error = &error as &dyn std::error::Error, "a sign-in failed whose visitor had gone");
        }
    }

    async fn finish(self, app: &App) -> Finished {
        let Self { login, callback, former, before, browsers, place, .. } = self;
        let now = app.now();
        let login = sso::PendingLogin::from_stored(&login).map_err(login::failed)?;
        let login_began_at = login.started_at();
        if let Some(digest) = callback.credential_digest() {
            let life = sso::PendingLogin::LIFETIME.to_std().unwrap_or_default();
            if !app.store.claim(&format!("credential:{digest}"), life).await? {
                return Err(expired("the code or ticket was used before"));
            }
        }
        let identity = app.portal.finish(login, callback, now).await.map_err(login::failed)?;
        let (visitor, target) = admitted(app, &identity, place.as_ref(), now).await?;
        let person = match &visitor {
            Visitor::SignedIn { person, .. } => Some(*person),
            Visitor::Held(_) | Visitor::Anonymous => None,
        };
        let origin = Origin::Portal(&identity);
        let new = NewSession { former: former.as_ref(), before, visitor, origin, login_began_at };
        let begun = app.sessions.begin(new, now).await?;
        let cookie = begun.ok_or_else(|| expired("the portal has ended its session meanwhile"))?;
        let Some(person) = person else { return Ok((cookie, target)) };
        let led = given_back::Led { session: &Session::name_of(&cookie), target, is_wanted: place.is_some() };
        let target = given_back(app, &browsers, person, led).await;
        Ok((cookie, target))
    }
}

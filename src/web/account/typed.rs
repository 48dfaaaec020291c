//! What was typed into a form of an account, for when its page is loaded again without it. Never a password.

use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::app::challenges::ChallengedForm;
use crate::session::Session;
use crate::web::kit::posted::Form;

#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Typed {
    pub(super) name: String,
    pub(super) id_number: String,
    pub(super) email: String,
}

impl Typed {
    pub(super) fn of(form: &Form) -> Self {
        let field = |name| form.get(name).to_owned();
        Self { name: field("name"), id_number: field("id_number"), email: field("email") }
    }

    /// For the next time that the form's page is loaded in this session.
    pub(super) async fn keep(&self, app: &App, session: &Session, form: ChallengedForm) {
        if let Err(error) = app.sessions.tell(session.name(), &page(form), self).await {
            tracing::warn!(%error, "what was typed into a form is lost");
        }
    }

    /// What is kept, once.
    pub(super) async fn take(app: &App, session: &Session, form: ChallengedForm) -> Self {
        match app.sessions.told::<Self>(session, &page(form)).await {
            Ok(mut kept) => kept.pop().unwrap_or_default(),
            Err(error) => {
                tracing::warn!(%error, "what was typed into a form is lost");
                Self::default()
            }
        }
    }
}

fn page(form: ChallengedForm) -> String {
    format!("account-{form}")
}

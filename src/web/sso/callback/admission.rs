//! Whom the portal has identified, and where they go: in, or to the page that says why not.

use chrono::{DateTime, Utc};
use sso::PortalIdentity;

use crate::app::App;
use crate::app::sign_in::SignedIn;
use crate::domain::linking::{Refusal, Subject, Way};
use crate::session::{Held, Visitor};
use crate::web::kit::error::WebError;
use crate::web::kit::return_path::ReturnPath;

pub(super) async fn admitted(
    app: &App,
    identity: &PortalIdentity,
    place: Option<&ReturnPath>,
    now: DateTime<Utc>,
) -> Result<(Visitor, String), WebError> {
    let (visitor, target) = match app.sign_in(identity, now).await? {
        SignedIn::Person { id, name, first } => {
            let target = match place {
                _ if first => "/continuity",
                Some(path) => path.as_str(),
                None => "/reissue",
            };
            let subject = Subject { issuer: identity.issuer.clone(), subject: identity.subject.clone() };
            (Visitor::SignedIn { person: id, name, first, way: Way::Portal(subject) }, target)
        }
        SignedIn::Review { task } => {
            // The portal account's person is in doubt: its sessions in other browsers end as well (LINKING.md, rule 1).
            app.sessions.end_present(&identity.issuer, &identity.subject, now).await?;
            (Visitor::Held(Held::Review { task }), "/sso/held")
        }
        SignedIn::Refused(refusal) => (Visitor::Held(held(refusal)), "/sso/held"),
    };
    Ok((visitor, target.to_owned()))
}

fn held(refusal: Refusal) -> Held {
    match refusal {
        Refusal::Corporate => Held::Corporate,
        Refusal::LevelTooLow | Refusal::LevelUnknown => Held::Level,
        Refusal::NumberMissing => Held::NumberMissing,
        Refusal::NumberInvalid => Held::NumberInvalid,
        Refusal::UserTypeUnknown | Refusal::DocumentTypeUnknown => Held::Unrecognised,
        Refusal::NameMissing => Held::NameMissing,
    }
}

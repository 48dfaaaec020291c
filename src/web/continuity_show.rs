//! `GET /continuity`: 承接清单.

use axum::extract::State;
use axum::response::Response;

use super::error::WebError;
use super::visitor::SignedIn;
use super::words::system_name;
use super::{AppState, page};
use crate::session::Visitor;
use crate::views::{CarriedSystem, ContinuityShow, Menu};

pub(super) async fn handle(State(app): AppState, visitor: SignedIn) -> Result<Response, WebError> {
    let continuity = app.continuity(visitor.person).await?;
    let systems = continuity.systems.into_iter().rev().map(|(code, carried)| CarriedSystem {
        name: system_name(&code),
        code,
        accounts: carried.accounts,
        certificates: carried.certificates,
        applications: carried.applications,
        photos: carried.photos,
    });
    let view = ContinuityShow {
        chrome: visitor.chrome().at(Menu::Continuity),
        first_visit: matches!(visitor.session.visitor, Visitor::SignedIn { first: true, .. }),
        systems: systems.collect(),
        needs_proof: continuity.needs_proof,
        needs_review: continuity.needs_review,
        other_name_record: continuity.other_name_record,
    };
    page(&app, &view)
}

//! The desk of staff. Its pages stand in one table ([`Place`]): a page without an entry has no route, and an entry without a page does not compile.

mod account;
mod case;
mod case_answer;
mod case_aside;
mod case_aside_view;
mod case_hand;
mod case_hold;
mod case_note;
mod case_photo;
mod case_reopen;
mod case_reveal;
mod case_seen;
mod case_view;
mod enrol;
mod factor;
mod form;
mod queue;
mod recovery_codes;
mod sign_in;
mod sign_out;
mod staff_add;
mod staff_list;
mod staff_member;
mod wanted;
mod words;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodRouter, get, post};
use std::sync::Arc;

use super::kit::staff::{from_allowed_networks, only_for};
use crate::app::App;
use crate::domain::staff::Place;

/// Every page under `/review`.
pub(super) fn pages(app: &Arc<App>) -> Router<Arc<App>> {
    let before = Router::new()
        .route("/review/sign-in", get(sign_in::show).post(sign_in::send))
        .route("/review/factor", get(factor::show).post(factor::send))
        .route("/review/enrol/{token}", get(enrol::show).post(enrol::send))
        .route("/review/sign-out", post(sign_out::handle));
    let all = Place::ALL.into_iter().fold(before, |router, place| {
        router.route(place.path(), page(place).layer(from_fn_with_state((app.clone(), place), only_for)))
    });
    all.layer(from_fn_with_state(app.clone(), from_allowed_networks))
}

fn page(place: Place) -> MethodRouter<Arc<App>> {
    match place {
        Place::Queue => get(queue::handle),
        Place::Next => post(case_hand::next),
        Place::Case => get(case::handle),
        Place::CasePhoto => get(case_photo::handle),
        Place::Decision => post(case_answer::handle),
        Place::Take => post(case_hand::take),
        Place::Release => post(case_hand::release),
        Place::Renew => post(case_hand::renew),
        Place::Note => post(case_note::handle),
        Place::Hold => post(case_hold::handle),
        Place::Resume => post(case_hold::resume),
        Place::Reopen => post(case_reopen::handle),
        Place::Reveal => post(case_reveal::handle),
        Place::Staff => get(staff_list::handle).post(staff_add::handle),
        Place::StaffMember => get(staff_member::show).post(staff_member::act),
        Place::Account => get(account::handle),
        Place::RecoveryCodes => get(recovery_codes::handle),
    }
}

//! Staff: their sign-in in two steps, their first visit, and what administrators do with them.

#[cfg(feature = "simulator")]
mod demo;
mod enrol;
mod factor;
mod link;
mod members;
mod seat;
mod sign_in;

pub use enrol::{Enrolled, Enrolling, Offer};
pub use factor::{FactorAnswer, GivenFactor};
pub use link::LINK_LIFE;
pub use members::{MemberError, NewMember};
pub use seat::{FACTOR_IS_FRESH, Seat};
pub use sign_in::PasswordAnswer;

use super::audit::{About, Actor, Entry, Event, StaffAct};
use crate::ids::StaffId;

/// An entry about a member of staff.
fn entry(staff: StaffId, act: StaffAct, actor: Actor) -> Entry {
    Entry { event: Event::Staff { staff, act }, actor, about: About::default() }
}

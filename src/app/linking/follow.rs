//! What was made under an account follows the account to the portal's person, and comes back with it (LINKING.md, A6 and A9).

use crate::app::audit::{About, Event};
use crate::app::tx::Tx;
use crate::db::DbError;
use crate::db::applications::Application;
use crate::db::people::Link;
use crate::ids::{AccountId, LinkId, PersonId};

/// A link to a portal's person.
#[derive(Clone, Copy)]
pub(super) struct Followed {
    pub(super) link: LinkId,
    pub(super) account: AccountId,
    pub(super) to: PersonId,
}

/// Gives what was made under an account to the portal's person who has it now. From then on the account's own door is shut:
/// [`Link::opening`] leaves it out. `None`: nobody has opened the account.
pub(super) fn follow(tx: &mut Tx<'_>, followed: Followed) -> Result<Option<Event>, DbError> {
    let Some(by_password) = Link::of_password(tx.conn, followed.account)? else { return Ok(None) };
    let applications = Application::follow(tx.conn, by_password.person_id, followed.to, followed.link)?;
    tracing::info!(person = %followed.to, account = %followed.account, applications, "an account follows to a portal's person");
    Ok(Some(Event::Followed { applications }))
}

/// Gives back what followed by a link that was undone. What was changed since stays with whoever changed it.
pub(super) fn give_back(tx: &mut Tx<'_>, link: LinkId) -> Result<Option<(Event, About)>, DbError> {
    let applications = Application::give_back(tx.conn, link)?;
    let about = About { link: Some(link), ..About::default() };
    Ok((applications > 0).then_some((Event::GivenBack { applications }, about)))
}

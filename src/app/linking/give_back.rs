//! What followed an account to a portal's person comes back with it (LINKING.md, A9).

use crate::app::audit::{About, Event};
use crate::app::reissue::becomes_of;
use crate::app::tx::Tx;
use crate::db::DbError;
use crate::db::applications::Application;
use crate::ids::LinkId;

/// Gives back what followed by a link that was undone. What was changed since stays with whoever changed it.
pub(super) fn give_back(tx: &mut Tx<'_>, link: LinkId) -> Result<Option<(Event, About)>, DbError> {
    let followed = Application::followed(tx.conn, link)?;
    let applications = Application::give_back(tx.conn, link)?;
    for (row, from) in followed {
        becomes_of(tx, &row, from)?;
    }
    let about = About { link: Some(link), ..About::default() };
    Ok((applications > 0).then_some((Event::GivenBack { applications }, about)))
}

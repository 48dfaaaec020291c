//! Where a sign-in at the desk is to lead.

use serde::Deserialize;

use crate::views::query_value;
use crate::web::kit::return_path::DeskPath;

#[derive(Deserialize)]
pub(crate) struct Wanted {
    return_to: Option<String>,
}

impl Wanted {
    pub(super) fn place(&self) -> Option<DeskPath> {
        self.return_to.as_deref().and_then(DeskPath::parse)
    }
}

/// The page for the second factor, so that it leads on to another.
pub(super) fn factor_address(place: Option<&DeskPath>) -> String {
    place.map_or_else(
        || "/review/factor".to_owned(),
        |place| format!("/review/factor?return_to={}", query_value(place.as_str())),
    )
}

//! A row on its way, and what a stored row needs besides.

use chrono::{DateTime, Utc};

use super::Entity;
use crate::import::transform::Keyed;
use crate::vault::Vault;

/// The values that a stored row needs besides its content.
#[derive(Clone, Copy, Debug)]
pub(in crate::import) struct Stamp<'a> {
    pub vault: &'a Vault,
    pub system: &'a str,
    pub batch: &'a str,
    pub now: DateTime<Utc>,
}

#[derive(Debug)]
pub(in crate::import) struct Candidate<E: Entity> {
    pub input: E::Input,
    pub keyed: Keyed<E::Content>,
    /// None of the files holds the record that it refers to.
    pub dangling: bool,
}

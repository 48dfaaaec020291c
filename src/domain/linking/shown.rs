//! "Always" of LINKING.md: what of a linked account its person sees, asked again each time.

use super::{Account, Alias, Evidence, still_fits};

/// What of a linked account its person sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// All of it.
    Yes,
    /// That it is frozen: they said that it is not theirs, and a reviewer has not answered yet.
    Frozen,
    /// Nothing: an import made its row another number's or name's than the one that was linked.
    No,
}

/// Judges one account whose link stands. `evidence`: what was compared when it was linked.
pub fn shown(account: &Account, is_frozen: bool, evidence: &Evidence, own: &[Alias]) -> Shown {
    if is_frozen {
        Shown::Frozen
    } else if still_fits(account, own) || evidence.describes(&account.number, &account.name) {
        Shown::Yes
    } else {
        Shown::No
    }
}

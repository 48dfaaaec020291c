//! "Always" of LINKING.md: what a person sees of a linked account, decided again at each request.

use super::{Account, Alias, Evidence, still_fits};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    Yes,
    /// Only that it is frozen: the person said that it is not theirs, and a reviewer has not answered yet.
    Frozen,
    /// Nothing: an import changed the row's number or name since it was linked.
    No,
}

/// Judges one account that is linked. `evidence`: what was compared when it was linked.
pub fn shown(account: &Account, is_frozen: bool, evidence: &Evidence, own: &[Alias]) -> Shown {
    if is_frozen {
        Shown::Frozen
    } else if still_fits(account, own) || evidence.describes(&account.number, &account.name) {
        Shown::Yes
    } else {
        Shown::No
    }
}

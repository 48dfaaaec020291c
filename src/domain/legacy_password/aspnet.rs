//! The two hash formats of ASP.NET: SqlMembershipProvider (2005) and Identity's PasswordHasher (2013).

mod identity;
mod membership;

pub use identity::MAX_IDENTITY_WORK;
pub(super) use identity::{identity, split_identity};
pub(super) use membership::{membership, split_membership};

/// A hash, and the parameters needed to compute it again; both as they are stored.
pub(super) struct Split {
    pub(super) digest: String,
    pub(super) salt: String,
}

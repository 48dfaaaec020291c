//! Typed ids: a person id is never taken for an application id.
//!
//! All are UUIDs that nobody can guess, and every look-up by one is checked against its owner all the same.

use diesel_derive_newtype::DieselNewType;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use uuid::Uuid;

macro_rules! typed_ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, DieselNewType)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// Version 7, so that rows made together lie together in the index; 74 bits are random.
            pub fn generate() -> Self {
                Self(Uuid::now_v7())
            }

            pub const fn from_uuid(id: Uuid) -> Self {
                Self(id)
            }

            pub const fn as_uuid(&self) -> &Uuid {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.simple().fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    )*};
}

typed_ids! {
    PersonId,
    /// What a portal vouches for: one (issuer, subject).
    IdentityId,
    /// One (number, name) pair proven to be a person's.
    AliasId,
    AccountId,
    /// The tie between a person and an account of an old system.
    LinkId,
    /// One certificate as registered by an old system.
    CertificateId,
    /// One application, ours or an old system's that is edited here.
    ApplicationId,
    /// One application of an old system as imported.
    LegacyApplicationId,
    PhotoId,
    TaskId,
    JobId,
    /// One notice in the outbox.
    NoticeId,
    /// A member of staff.
    StaffId,
}

//! The kind of an account's holder.

use serde::{Deserialize, Serialize};

/// The kind of an account's holder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UserType {
    /// 个人. Also where the portal's answer holds no user type at all: such a portal has only personal accounts.
    Personal,
    /// 法人.
    Corporate,
    /// An unknown user type. Never to be taken for personal.
    Unmapped,
}

/// A user type in the configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UserTypeWord {
    /// 个人.
    Personal,
    /// 法人.
    Corporate,
}
